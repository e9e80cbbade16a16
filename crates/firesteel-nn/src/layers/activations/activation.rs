// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Activation`: a function by name, as a layer.

use firesteel_core::{Options, Result, Shape};
use firesteel_tensor::Tensor;

use crate::layer::{CallCx, LayerBase, Weights};
use crate::{Activation as Function, Layer, Step};

/// Applies a function by its name: `y = activation(x)`.
///
/// # Shapes
/// input of any shape, output of the same.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{Activation, Dense, Input};
/// use firesteel_nn::{Sequential, layers};
///
/// let model = Sequential::from(layers![Input::new([4]), Dense::new(3), Activation::new("relu")]);
/// assert_eq!(model.output_shapes()?[0].to_string(), "(None, 3)");
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/activations/activation.py`, class `Activation`.
#[derive(Clone, Debug, Options)]
pub struct Activation {
    /// The function.
    #[option(required)]
    activation: Function,
    #[option(base)]
    base: LayerBase,
}

impl Layer for Activation {
    fn output_shape(&self, input: &Shape) -> Result<Shape> {
        self.activation.resolve()?;
        Ok(input.clone())
    }

    fn forward(&self, _weights: &Weights, x: &Tensor, _cx: &CallCx) -> Result<Tensor> {
        self.activation.apply(x)
    }

    fn supports_masking(&self) -> bool {
        true
    }

    fn as_step(&self, _input: &Shape) -> Option<Step> {
        self.activation.resolve().ok().map(Step::Activation)
    }
}
