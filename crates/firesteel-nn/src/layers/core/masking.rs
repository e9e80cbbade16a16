// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Masking`: marks the steps of a sequence that do not count.

use firesteel_core::{Options, Result, Shape, err};
use firesteel_tensor::{Tensor, ops};

use crate::Layer;
use crate::layer::{CallCx, LayerBase, Mask, Weights};

/// Masks each step whose numbers are all `mask_value`, and sets it to zero.
///
/// Layers behind it skip such steps: recurrent ones keep their state, losses and metrics leave them out. A layer
/// that knows no masks, such as `Flatten`, ends the mask.
///
/// # Shapes
/// input `(batch, steps, ..)`, output of the same; the mask has all its axes but the last.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{Input, LSTM, Masking};
/// use firesteel_nn::{Sequential, layers};
///
/// let model = Sequential::from(layers![Input::new([10, 8]), Masking::new().mask_value(-1.0), LSTM::new(4)]);
/// assert_eq!(model.output_shapes()?[0].to_string(), "(None, 4)");
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/core/masking.py`, class `Masking`.
#[derive(Clone, Debug, Options)]
pub struct Masking {
    /// The number of which a masked step consists.
    #[option(default = 0.0)]
    mask_value: f64,
    #[option(base)]
    base: LayerBase,
}

impl Masking {
    /// Ones for the steps that hold any other number.
    fn marks(&self, x: &Tensor) -> Result<Tensor> {
        ops::max(&ops::not_equal(x, self.mask_value as f32)?, &[-1], false)
    }
}

impl Layer for Masking {
    fn output_shape(&self, input: &Shape) -> Result<Shape> {
        if input.rank() < 2 {
            return Err(err::shape("Masking", "the input is no sequence")
                .expected("(batch, steps, features)")
                .got(input));
        }
        Ok(input.clone())
    }

    fn forward(&self, _weights: &Weights, x: &Tensor, _cx: &CallCx) -> Result<Tensor> {
        ops::multiply(x, &ops::expand_dims(&self.marks(x)?, -1)?)
    }

    fn supports_masking(&self) -> bool {
        true
    }

    fn compute_masks(&self, inputs: &[Tensor], _masks: &[Mask]) -> Result<Vec<Mask>> {
        inputs.iter().map(|x| self.marks(x).map(Some)).collect()
    }
}
