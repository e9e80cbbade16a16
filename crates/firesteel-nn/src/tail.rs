// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Tail`: what a layer does in its own pass for the layers behind it, in inference.
//!
//! A layer tells what it can take over ([`Reach`]) or that it can be taken over ([`Step`]); the graph finds where both
//! meet. See [`Layer::reach`](crate::Layer::reach).

use firesteel_tensor::{Tensor, ops};

/// What a layer does in inference, where the layer before it can do the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// A factor and an offset for each place along the last axis: those of [`Layer::affine`](crate::Layer::affine).
    Affine,
    /// A function and nothing else.
    Activation(ops::Activation),
}

/// How much of what follows a layer can do in its own pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Nothing.
    Nothing,
    /// A function.
    Activation,
    /// Factors and offsets, a function, or first the one and then the other.
    AffineAndActivation,
}

impl Reach {
    /// What is left behind a step; `None` where the step is out of reach.
    pub(crate) fn after(self, step: Step) -> Option<Self> {
        match (self, step) {
            (Self::AffineAndActivation, Step::Affine) => Some(Self::Activation),
            (Self::AffineAndActivation | Self::Activation, Step::Activation(_)) => {
                Some(Self::Nothing)
            }
            _ => None,
        }
    }
}

/// What is to be done behind a layer's own work: first the factors and offsets, then the function.
#[derive(Clone, Debug)]
pub struct Tail {
    /// The row of the factors and that of the offsets, `(2, features)`.
    pub affine: Option<Tensor>,
    /// The function.
    pub activation: ops::Activation,
}

impl From<ops::Activation> for Tail {
    fn from(activation: ops::Activation) -> Self {
        Self { affine: None, activation }
    }
}
