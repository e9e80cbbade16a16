// SPDX-License-Identifier: MIT OR Apache-2.0
//! `LeakyReLU`: a rectifier that lets a little through below zero.

use firesteel_core::{Options, Result};
use firesteel_tensor::{Tensor, ops};

use crate::Layer;
use crate::layer::{CallCx, LayerBase, Weights};

/// `y = x` where `x` is positive, `negative_slope * x` elsewhere.
///
/// The default slope is that of Keras' layer; the function by the name of `"leaky_relu"` has 0.2.
///
/// # Shapes
/// input of any shape, output of the same.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{Dense, Input, LeakyReLU};
/// use firesteel_nn::{Sequential, layers};
///
/// let leaky = LeakyReLU::new().negative_slope(0.1);
/// let model = Sequential::from(layers![Input::new([4]), Dense::new(3), leaky]);
/// assert_eq!(model.output_shapes()?[0].to_string(), "(None, 3)");
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/activations/leaky_relu.py`, class `LeakyReLU`.
#[derive(Clone, Debug, Options)]
pub struct LeakyReLU {
    /// The slope below zero.
    #[option(default = 0.3)]
    negative_slope: f64,
    #[option(base)]
    base: LayerBase,
}

impl Layer for LeakyReLU {
    fn forward(&self, _weights: &Weights, x: &Tensor, _cx: &CallCx) -> Result<Tensor> {
        ops::activate(x, ops::Activation::LeakyRelu(self.negative_slope as f32))
    }

    fn supports_masking(&self) -> bool {
        true
    }
}
