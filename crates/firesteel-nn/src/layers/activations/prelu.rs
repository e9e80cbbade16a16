// SPDX-License-Identifier: MIT OR Apache-2.0
//! `PReLU`: a rectifier whose slope below zero is learned.

use firesteel_core::{Options, Result, Shape, err};
use firesteel_tensor::{Tensor, ops};

use crate::layer::{BuildCx, CallCx, LayerBase, Weights};
use crate::layers::Axes;
use crate::{Initializer, Layer, Regularizer};

/// `y = x` where `x` is positive, `alpha * x` elsewhere, with a learned `alpha` for each place.
///
/// # Shapes
/// input of any shape with an axis beside the batch, output of the same, `alpha` `(axes without the batch)`
/// with length one in the shared axes.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{Input, PReLU};
/// use firesteel_nn::{Sequential, layers};
///
/// let model = Sequential::from(layers![Input::new([8, 8, 3]), PReLU::new().shared_axes([1, 2])]);
/// assert_eq!(model.count_params()?, 3);
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/activations/prelu.py`, class `PReLU`.
#[derive(Clone, Debug, Options)]
pub struct PReLU {
    /// Start values of `alpha`.
    #[option(default = "zeros")]
    alpha_initializer: Initializer,
    /// Penalty on `alpha`.
    #[option(default = None)]
    alpha_regularizer: Option<Regularizer>,
    /// Axes along which one `alpha` serves all places; the batch, axis 0, always is one.
    #[option(default = None, min = 1)]
    shared_axes: Option<Axes>,
    #[option(base)]
    base: LayerBase,
}

impl PReLU {
    /// The axes of `alpha`.
    fn alpha_shape(&self, input: &Shape) -> Result<Vec<usize>> {
        if input.rank() < 2 {
            return Err(err::shape("PReLU", "the input needs an axis beside the batch").got(input));
        }
        let shared = match &self.shared_axes {
            Some(axes) => axes.of("PReLU", "shared_axes", input)?,
            None => Vec::new(),
        };
        let length =
            |axis: usize| if shared.contains(&axis) { Some(1) } else { input.axes()[axis] };
        let lengths: Option<Vec<usize>> = (1..input.rank()).map(length).collect();
        let open = || err::shape("PReLU", "axes that are not shared must have a length").got(input);
        lengths.ok_or_else(open)
    }
}

impl Layer for PReLU {
    fn output_shape(&self, input: &Shape) -> Result<Shape> {
        self.alpha_shape(input)?;
        Ok(input.clone())
    }

    fn build(&self, input: &Shape, cx: &mut BuildCx) -> Result<()> {
        let regularizer = self.alpha_regularizer.as_ref();
        cx.weight("alpha", self.alpha_shape(input)?, &self.alpha_initializer, regularizer)
    }

    fn forward(&self, weights: &Weights, x: &Tensor, _cx: &CallCx) -> Result<Tensor> {
        let above = ops::activate(x, ops::Activation::Relu)?;
        let below = ops::activate(&ops::negative(x)?, ops::Activation::Relu)?;
        ops::subtract(&above, &ops::multiply(&weights.get("alpha")?, &below)?)
    }

    fn supports_masking(&self) -> bool {
        true
    }
}
