// SPDX-License-Identifier: MIT OR Apache-2.0
//! `BatchNormalization`: mean zero and deviation one over the batch.

use firesteel_core::{Options, Result, Shape, err};
use firesteel_tensor::{Device, Tensor, ops};

use super::broadcast_axes;
use crate::layer::{BuildCx, CallCx, LayerBase, Weights};
use crate::layers::options::feature_axis;
use crate::{Initializer, Layer, Regularizer, Step};

/// Added to the count of what a mask leaves, as in Keras: nothing at all gives the mean zero.
const NO_ZERO: f32 = 1e-7;

/// `y = gamma * (x - mean) / sqrt(variance + epsilon) + beta`, for each feature.
///
/// In training mean and (biased) variance are those of the batch, and the moving ones follow:
/// `moving = momentum * moving + (1 - momentum) * batch`. Otherwise, and in a layer that is not trainable,
/// they are the moving ones. What a mask leaves out does not count in the statistics of a batch.
///
/// # Shapes
/// input of any shape, output of the same; `gamma`, `beta`, `moving_mean` and `moving_variance`
/// `(features,)`.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{BatchNormalization, Dense, Input};
/// use firesteel_nn::{Sequential, layers};
///
/// let normalized = BatchNormalization::new().momentum(0.9);
/// let model = Sequential::from(layers![Input::new([8]), Dense::new(3).use_bias(false), normalized]);
/// assert_eq!(model.count_params()?, 24 + 4 * 3);
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Differences from Keras
/// There is no `renorm` and no `synchronized`.
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/normalization/batch_normalization.py`, class `BatchNormalization`;
/// Ioffe and Szegedy 2015.
#[derive(Clone, Debug, Options)]
pub struct BatchNormalization {
    /// The axis that holds the features.
    #[option(default = -1)]
    axis: i64,
    /// How much of the moving statistics stays at each step.
    #[option(default = 0.99, min = 0, max = 1)]
    momentum: f64,
    /// Added to the variance, so that nothing is divided by zero.
    #[option(default = 0.001, min = 0)]
    epsilon: f64,
    /// Whether `beta` is added.
    #[option(default = true)]
    center: bool,
    /// Whether the result is multiplied by `gamma`.
    #[option(default = true)]
    scale: bool,
    /// Start values of `beta`.
    #[option(default = "zeros")]
    beta_initializer: Initializer,
    /// Start values of `gamma`.
    #[option(default = "ones")]
    gamma_initializer: Initializer,
    /// Start values of `moving_mean`.
    #[option(default = "zeros")]
    moving_mean_initializer: Initializer,
    /// Start values of `moving_variance`.
    #[option(default = "ones")]
    moving_variance_initializer: Initializer,
    /// Penalty on `beta`.
    #[option(default = None)]
    beta_regularizer: Option<Regularizer>,
    /// Penalty on `gamma`.
    #[option(default = None)]
    gamma_regularizer: Option<Regularizer>,
    #[option(base)]
    base: LayerBase,
}

impl BatchNormalization {
    /// The axis that holds the features, and how many there are.
    fn features(&self, input: &Shape) -> Result<(usize, usize)> {
        feature_axis("BatchNormalization", "axis", self.axis, input)
    }

    /// The result with the statistics of the batch, which the moving ones follow.
    fn normalized_batch(
        &self,
        weights: &Weights,
        x: &Tensor,
        axis: usize,
        cx: &CallCx,
    ) -> Result<Tensor> {
        let (gamma, beta) = (weights.try_get("gamma"), weights.try_get("beta"));
        let (epsilon, linear) = (self.epsilon as f32, ops::Activation::Linear);
        let batch = ops::normalize_batch(x, axis, gamma.as_ref(), beta.as_ref(), epsilon, linear)?;
        self.follow(weights, "moving_mean", &batch.moments.mean, cx)?;
        self.follow(weights, "moving_variance", &batch.moments.variance, cx)?;
        Ok(batch.output)
    }

    /// The same with statistics of what the mask marks alone.
    fn normalized_masked(
        &self,
        weights: &Weights,
        x: &Tensor,
        (axis, mask): (usize, &Tensor),
        cx: &CallCx,
    ) -> Result<Tensor> {
        if x.shape().get(..x.rank() - 1) != Some(mask.shape()) {
            return Err(err::shape("BatchNormalization", "the mask does not fit the input")
                .expected(format!("the axes of {x} without the last"))
                .got(mask));
        }
        let ones = Tensor::full(1.0, x.shape(), &Device::cpu())?.like(x);
        let marks = ops::multiply(&ones, &ops::expand_dims(mask, -1)?)?;
        let others: Vec<isize> =
            (0..x.rank()).filter(|&other| other != axis).map(|other| other as isize).collect();
        let total = |values: &Tensor| ops::sum(&ops::multiply(values, &marks)?, &others, true);
        let count = ops::add_scalar(&total(&ones)?, NO_ZERO)?;
        let mean = ops::divide(&total(x)?, &count)?;
        let variance = ops::divide(&total(&ops::square(&ops::subtract(x, &mean)?)?)?, &count)?;
        let moments = ops::Moments { mean, variance };
        let flat = |moment: &Tensor| ops::reshape(moment, &[moment.len()]);
        self.follow(weights, "moving_mean", &flat(&moments.mean)?, cx)?;
        self.follow(weights, "moving_variance", &flat(&moments.variance)?, cx)?;
        self.normalized(weights, x, axis, &moments)
    }

    /// The result with given statistics.
    fn normalized(
        &self,
        weights: &Weights,
        x: &Tensor,
        axis: usize,
        moments: &ops::Moments,
    ) -> Result<Tensor> {
        let axes = broadcast_axes(x.shape(), &[axis]);
        let wide = |weight: Tensor| ops::reshape(&weight, &axes);
        let gamma = weights.try_get("gamma").map(wide).transpose()?;
        let beta = weights.try_get("beta").map(wide).transpose()?;
        ops::batch_normalization(x, moments, gamma.as_ref(), beta.as_ref(), self.epsilon as f32)
    }

    fn follow(&self, weights: &Weights, name: &str, batch: &Tensor, cx: &CallCx) -> Result<()> {
        let kept = ops::multiply_scalar(&weights.get(name)?, self.momentum as f32)?;
        let fresh = ops::multiply_scalar(batch, (1.0 - self.momentum) as f32)?;
        cx.update_state(weights, name, &ops::add(&kept, &fresh)?);
        Ok(())
    }
}

impl Layer for BatchNormalization {
    fn output_shape(&self, input: &Shape) -> Result<Shape> {
        self.features(input)?;
        Ok(input.clone())
    }

    fn build(&self, input: &Shape, cx: &mut BuildCx) -> Result<()> {
        let shape = [self.features(input)?.1];
        if self.scale {
            cx.weight("gamma", shape, &self.gamma_initializer, self.gamma_regularizer.as_ref())?;
        }
        if self.center {
            cx.weight("beta", shape, &self.beta_initializer, self.beta_regularizer.as_ref())?;
        }
        cx.state("moving_mean", shape, &self.moving_mean_initializer)?;
        cx.state("moving_variance", shape, &self.moving_variance_initializer)
    }

    fn forward(&self, weights: &Weights, x: &Tensor, cx: &CallCx) -> Result<Tensor> {
        let (axis, _) = self.features(&Shape::from(x.shape()))?;
        if cx.is_training() && cx.is_trainable() {
            return match cx.mask() {
                Some(mask) => self.normalized_masked(weights, x, (axis, mask), cx),
                None => self.normalized_batch(weights, x, axis, cx),
            };
        }
        let axes = broadcast_axes(x.shape(), &[axis]);
        let wide = |weight: Tensor| ops::reshape(&weight, &axes);
        let moments = ops::Moments {
            mean: wide(weights.get("moving_mean")?)?,
            variance: wide(weights.get("moving_variance")?)?,
        };
        self.normalized(weights, x, axis, &moments)
    }

    fn supports_masking(&self) -> bool {
        true
    }

    fn as_step(&self, input: &Shape) -> Option<Step> {
        let (axis, _) = self.features(input).ok()?;
        (axis + 1 == input.rank()).then_some(Step::Affine)
    }

    fn affine(&self, weights: &Weights) -> Result<Tensor> {
        let (gamma, beta) = (weights.try_get("gamma"), weights.try_get("beta"));
        let moments = ops::Moments {
            mean: weights.get("moving_mean")?,
            variance: weights.get("moving_variance")?,
        };
        let epsilon = self.epsilon as f32;
        ops::normalization_affine(&moments, gamma.as_ref(), beta.as_ref(), epsilon)
    }
}
