// SPDX-License-Identifier: MIT OR Apache-2.0
//! `ReLU`: the rectifier with a ceiling, a slope and a threshold.

use firesteel_core::{Options, Result, Shape};
use firesteel_tensor::{Tensor, ops};

use crate::layer::{CallCx, LayerBase, Weights};
use crate::{Layer, Step};

/// `y = max_value` where `x >= max_value`, `x` above the threshold, `negative_slope * (x - threshold)` below.
///
/// # Shapes
/// input of any shape, output of the same.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{Dense, Input, ReLU};
/// use firesteel_nn::{Sequential, layers};
///
/// let model = Sequential::from(layers![Input::new([4]), Dense::new(3), ReLU::new().max_value(6.0)]);
/// assert_eq!(model.output_shapes()?[0].to_string(), "(None, 3)");
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/activations/relu.py`, class `ReLU`.
#[derive(Clone, Debug, Options)]
pub struct ReLU {
    /// The largest output; none when absent.
    #[option(default = None, min = 0)]
    max_value: Option<f64>,
    /// The slope below the threshold.
    #[option(default = 0.0, min = 0)]
    negative_slope: f64,
    /// Below it the slope applies, above it `x` passes.
    #[option(default = 0.0, min = 0)]
    threshold: f64,
    #[option(base)]
    base: LayerBase,
}

impl Layer for ReLU {
    fn forward(&self, _weights: &Weights, x: &Tensor, _cx: &CallCx) -> Result<Tensor> {
        let (slope, threshold) = (self.negative_slope as f32, self.threshold as f32);
        let mut y = match threshold > 0.0 {
            true => ops::multiply(x, &ops::above(x, threshold)?)?,
            false => ops::activate(x, ops::Activation::Relu)?,
        };
        if let Some(ceiling) = self.max_value {
            y = ops::clip(&y, 0.0, ceiling as f32)?;
        }
        if slope > 0.0 {
            let missing = ops::add_scalar(&ops::negative(x)?, threshold)?;
            let below = ops::activate(&missing, ops::Activation::Relu)?;
            y = ops::subtract(&y, &ops::multiply_scalar(&below, slope)?)?;
        }
        Ok(y)
    }

    fn supports_masking(&self) -> bool {
        true
    }

    fn as_step(&self, _input: &Shape) -> Option<Step> {
        let plain = self.max_value.is_none() && self.negative_slope <= 0.0 && self.threshold <= 0.0;
        plain.then_some(Step::Activation(ops::Activation::Relu))
    }
}
