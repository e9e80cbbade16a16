// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Dropout`: drops a random part of its inputs while training.

use firesteel_core::{Options, Result, Shape, err};
use firesteel_tensor::{Tensor, ops};

use crate::Layer;
use crate::layer::{CallCx, LayerBase, Weights};

/// Sets each input to zero with probability `rate` and divides the others by `1 - rate`; in training only.
///
/// # Shapes
/// input of any shape, output of the same.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{Dense, Dropout, Input};
/// use firesteel_nn::{Sequential, layers};
///
/// let model = Sequential::from(layers![Input::new([8]), Dropout::new(0.25).seed(1), Dense::new(2)]);
/// assert_eq!(model.output_shapes()?[0].to_string(), "(None, 2)");
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Differences from Keras
/// The same seed drops other inputs than in Keras, which has other random numbers.
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/regularization/dropout.py`, class `Dropout`.
#[derive(Clone, Debug, Options)]
pub struct Dropout {
    /// The share of inputs that is dropped.
    #[option(required, min = 0, max = 1)]
    rate: f64,
    /// Which axes share one decision: those of length one; `None` stands for the length of the input.
    #[option(default = None, min = 1)]
    noise_shape: Option<Shape>,
    /// Where the decisions come from; from the model's seed when absent.
    #[option(default = None)]
    seed: Option<u64>,
    #[option(base)]
    base: LayerBase,
}

impl Dropout {
    /// The lengths of the mask for an input.
    fn mask_shape(&self, input: &Shape) -> Result<Shape> {
        let Some(noise_shape) = &self.noise_shape else {
            return Ok(input.clone());
        };
        let lengths = noise_shape.axes().iter().zip(input.axes());
        let fits = |(noise, length): (&Option<usize>, &Option<usize>)| {
            noise.is_none_or(|noise| noise == 1 || length.is_none_or(|length| length == noise))
        };
        if noise_shape.rank() != input.rank() || !lengths.clone().all(fits) {
            return Err(err::invalid_argument("Dropout", "noise_shape")
                .expected(format!("one length, 1 or None for each axis of {input}"))
                .got(noise_shape));
        }
        Ok(Shape::new(lengths.map(|(noise, length)| noise.or(*length)).collect::<Vec<_>>()))
    }
}

impl Layer for Dropout {
    fn output_shape(&self, input: &Shape) -> Result<Shape> {
        self.mask_shape(input)?;
        Ok(input.clone())
    }

    fn forward(&self, _weights: &Weights, x: &Tensor, cx: &CallCx) -> Result<Tensor> {
        if !cx.is_training() || self.rate <= 0.0 {
            return Ok(x.clone());
        }
        let mask = self.mask_shape(&Shape::from(x.shape()))?;
        let lengths: Vec<usize> = mask.axes().iter().copied().flatten().collect();
        ops::dropout(x, self.rate, &lengths, cx.seed_or(self.seed))
    }

    fn supports_masking(&self) -> bool {
        true
    }
}
