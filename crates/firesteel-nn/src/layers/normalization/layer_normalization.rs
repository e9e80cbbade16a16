// SPDX-License-Identifier: MIT OR Apache-2.0
//! `LayerNormalization`: mean zero and deviation one over the features of each sample.

use firesteel_core::{Options, Result, Shape};
use firesteel_tensor::{Tensor, ops};

use super::broadcast_axes;
use crate::layer::{BuildCx, CallCx, LayerBase, Weights};
use crate::layers::Axes;
use crate::layers::options::feature_axis;
use crate::{Initializer, Layer, Regularizer};

/// `y = gamma * (x - mean) / sqrt(variance + epsilon) + beta`, with the statistics of each sample.
///
/// # Shapes
/// input of any shape, output of the same; `gamma` and `beta` have the lengths of the normalised axes.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{Input, LayerNormalization};
/// use firesteel_nn::{Sequential, layers};
///
/// let model = Sequential::from(layers![Input::new([5, 8]), LayerNormalization::new()]);
/// assert_eq!(model.count_params()?, 2 * 8);
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/normalization/layer_normalization.py`, class `LayerNormalization`;
/// Ba, Kiros and Hinton 2016.
#[derive(Clone, Debug, Options)]
pub struct LayerNormalization {
    /// The axis that is normalised, or several that are together.
    #[option(default = -1)]
    axis: Axes,
    /// Added to the variance, so that nothing is divided by zero.
    #[option(default = 0.001, min = 0)]
    epsilon: f64,
    /// Whether `beta` is added.
    #[option(default = true)]
    center: bool,
    /// Whether the result is multiplied by `gamma`.
    #[option(default = true)]
    scale: bool,
    /// Whether `y = gamma * x / sqrt(variance + epsilon)` is computed instead; Keras deprecates it.
    #[option(default = false)]
    rms_scaling: bool,
    /// Start values of `beta`.
    #[option(default = "zeros")]
    beta_initializer: Initializer,
    /// Start values of `gamma`.
    #[option(default = "ones")]
    gamma_initializer: Initializer,
    /// Penalty on `beta`.
    #[option(default = None)]
    beta_regularizer: Option<Regularizer>,
    /// Penalty on `gamma`.
    #[option(default = None)]
    gamma_regularizer: Option<Regularizer>,
    #[option(base)]
    base: LayerBase,
}

impl LayerNormalization {
    /// The axes that are normalised.
    fn axes(&self, input: &Shape) -> Result<Vec<usize>> {
        for &axis in self.axis.given() {
            feature_axis("LayerNormalization", "axis", axis, input)?;
        }
        self.axis.of("LayerNormalization", "axis", input)
    }
}

impl Layer for LayerNormalization {
    fn output_shape(&self, input: &Shape) -> Result<Shape> {
        self.axes(input)?;
        Ok(input.clone())
    }

    fn build(&self, input: &Shape, cx: &mut BuildCx) -> Result<()> {
        let axes = self.axes(input)?;
        let shape: Vec<usize> = axes.iter().filter_map(|&axis| input.axes()[axis]).collect();
        if self.scale || self.rms_scaling {
            cx.weight("gamma", &shape, &self.gamma_initializer, self.gamma_regularizer.as_ref())?;
        }
        if self.center && !self.rms_scaling {
            cx.weight("beta", &shape, &self.beta_initializer, self.beta_regularizer.as_ref())?;
        }
        Ok(())
    }

    fn forward(&self, weights: &Weights, x: &Tensor, _cx: &CallCx) -> Result<Tensor> {
        let axes = self.axes(&Shape::from(x.shape()))?;
        let over: Vec<isize> = axes.iter().map(|&axis| axis as isize).collect();
        let [gamma, beta] = ["gamma", "beta"].map(|name| weights.try_get(name));
        let epsilon = self.epsilon as f32;
        if !self.rms_scaling {
            return ops::layer_normalization(x, &over, gamma.as_ref(), beta.as_ref(), epsilon);
        }
        let mut moments = ops::moments(x, &over)?;
        moments.mean = ops::multiply_scalar(&moments.mean, 0.0)?;
        let wide = |weight: Tensor| ops::reshape(&weight, &broadcast_axes(x.shape(), &axes));
        let gamma = gamma.map(wide).transpose()?;
        ops::batch_normalization(x, &moments, gamma.as_ref(), None, epsilon)
    }

    fn supports_masking(&self) -> bool {
        true
    }
}
