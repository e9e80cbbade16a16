// SPDX-License-Identifier: MIT OR Apache-2.0
//! `ELU`: the exponential linear unit.

use firesteel_core::{Options, Result};
use firesteel_tensor::{Tensor, ops};

use crate::Layer;
use crate::layer::{CallCx, LayerBase, Weights};

/// `y = x` where `x` is positive, `alpha * (e^x - 1)` elsewhere.
///
/// # Shapes
/// input of any shape, output of the same.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{Dense, ELU, Input};
/// use firesteel_nn::{Sequential, layers};
///
/// let model = Sequential::from(layers![Input::new([4]), Dense::new(3), ELU::new().alpha(0.5)]);
/// assert_eq!(model.output_shapes()?[0].to_string(), "(None, 3)");
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/activations/elu.py`, class `ELU`.
#[derive(Clone, Debug, Options)]
pub struct ELU {
    /// What the output tends to far below zero, negated.
    #[option(default = 1.0)]
    alpha: f64,
    #[option(base)]
    base: LayerBase,
}

impl Layer for ELU {
    fn forward(&self, _weights: &Weights, x: &Tensor, _cx: &CallCx) -> Result<Tensor> {
        ops::activate(x, ops::Activation::Elu(self.alpha as f32))
    }

    fn supports_masking(&self) -> bool {
        true
    }
}
