// SPDX-License-Identifier: MIT OR Apache-2.0
//! Batch normalisation and the statistics it uses.

use firesteel_core::{Result, err};
use firesteel_kernels::norm::Statistics;

use super::activation::{Activation, activate, squared_distance};
use super::binary::{add, add_scalar, is_recorded, multiply, subtract};
use super::reduce::mean;
use super::reshape::{concatenate, expand_dims, reshape, slice};
use super::unary::{negative, power_scalar};
use crate::Tensor;
use crate::fused::{self, kernel_activation};

/// Mean and biased variance over some axes, which stay with length one.
#[derive(Clone, Debug)]
pub struct Moments {
    /// The mean.
    pub mean: Tensor,
    /// The mean squared distance from the mean.
    pub variance: Tensor,
}

/// A batch that was normalised with its own statistics.
#[derive(Clone, Debug)]
pub struct NormalizedBatch {
    /// The result.
    pub output: Tensor,
    /// The statistics of the batch, constants with one number for each feature.
    pub moments: Moments,
}

/// Mean and biased variance over the given axes.
///
/// # Errors
/// `Shape` for an axis that is not there, `DType` when the tensor holds no floats.
pub fn moments(x: &Tensor, axes: &[isize]) -> Result<Moments> {
    // a second look at what the first mean leaves, so that a mean far from zero costs no digits
    let near = mean(x, axes, true)?;
    let center = add(&near, &mean(&subtract(x, &near)?, axes, true)?)?;
    let variance = mean(&squared_distance(x, &center)?, axes, true)?;
    Ok(Moments { mean: center, variance })
}

/// `gamma * (x - mean) / sqrt(variance + epsilon) + beta`; everything broadcasts to `x`.
///
/// # Errors
/// `Shape` when something does not broadcast.
pub fn batch_normalization(
    x: &Tensor,
    moments: &Moments,
    gamma: Option<&Tensor>,
    beta: Option<&Tensor>,
    epsilon: f32,
) -> Result<Tensor> {
    x.require_float("batch_normalization")?;
    let mut columns = [&moments.mean, &moments.variance].into_iter().chain(gamma).chain(beta);
    if x.is_on_cpu() && !x.is_empty() && columns.all(|column| is_column(column, x)) {
        let op = fused::BatchNorm {
            statistics: Statistics::Given,
            has_gamma: gamma.is_some(),
            has_beta: beta.is_some(),
            epsilon: f64::from(epsilon),
            activation: firesteel_kernels::Activation::Linear,
        };
        return in_one_pass(op, x, moments, gamma, beta);
    }
    composed(x, moments, gamma, beta, epsilon)
}

/// `activation(gamma * (x - mean) / sqrt(variance + epsilon) + beta)` with the statistics of the batch: those over
/// all axes but that of the features.
///
/// # Shapes
/// `x` of any shape, `gamma` and `beta` `(features,)`, output of the shape of `x`.
///
/// # Errors
/// `Shape` when the axis is not there or a weight has another length, `DType` when something holds no floats.
pub fn normalize_batch(
    x: &Tensor,
    axis: usize,
    gamma: Option<&Tensor>,
    beta: Option<&Tensor>,
    epsilon: f32,
    activation: Activation,
) -> Result<NormalizedBatch> {
    x.require_float("normalize_batch")?;
    let Some(&features) = x.shape().get(axis) else {
        return Err(err::shape("normalize_batch", format!("there is no axis {axis}")).got(x));
    };
    for weight in gamma.into_iter().chain(beta) {
        if weight.shape() != [features] {
            return Err(err::shape("normalize_batch", "the weights do not fit")
                .expected(format!("one number for each of {features} features"))
                .got(weight));
        }
    }
    if !x.is_on_cpu() || x.is_empty() || axis + 1 != x.rank() {
        return composed_batch(x, axis, gamma, beta, epsilon, activation);
    }
    let both = fused::apply(fused::ChannelMoments, &[&x.detached()])?;
    let row = |index| reshape(&slice(&both, 0, index, 1)?, &[features]);
    let moments = Moments { mean: row(0)?, variance: row(1)? };
    let (inside, after) = match kernel_activation(activation) {
        Some(inside) => (inside, Activation::Linear),
        None => (firesteel_kernels::Activation::Linear, activation),
    };
    let op = fused::BatchNorm {
        statistics: Statistics::OfBatch,
        has_gamma: gamma.is_some(),
        has_beta: beta.is_some(),
        epsilon: f64::from(epsilon),
        activation: inside,
    };
    let output = activate(&in_one_pass(op, x, &moments, gamma, beta)?, after)?;
    Ok(NormalizedBatch { output, moments })
}

/// What a normalization with these moments comes to, `factor * x + offset` for each feature: the rows
/// `factor = gamma / sqrt(variance + epsilon)` and `offset = beta - mean * factor`.
///
/// # Shapes
/// moments, `gamma` and `beta` `(features,)`, output `(2, features)`.
///
/// # Errors
/// `Shape` when their lengths differ, `DType` when something holds no floats.
pub fn normalization_affine(
    moments: &Moments,
    gamma: Option<&Tensor>,
    beta: Option<&Tensor>,
    epsilon: f32,
) -> Result<Tensor> {
    let given = [&moments.mean, &moments.variance].into_iter().chain(gamma).chain(beta);
    let given: Vec<&Tensor> = given.collect();
    for tensor in &given {
        tensor.require_float("normalization_affine")?;
        if tensor.rank() != 1 || tensor.shape() != moments.mean.shape() {
            return Err(err::shape("normalization_affine", "the lengths differ")
                .expected(format!("one number for each of {} features", moments.mean.len()))
                .got(tensor));
        }
    }
    if given.iter().any(|tensor| !tensor.is_on_cpu() || is_recorded(tensor)) {
        return composed_affine(moments, gamma, beta, epsilon);
    }
    let op = fused::ChannelAffine {
        has_gamma: gamma.is_some(),
        has_beta: beta.is_some(),
        epsilon: f64::from(epsilon),
    };
    fused::apply(op, &given)
}

fn in_one_pass(
    op: fused::BatchNorm,
    x: &Tensor,
    moments: &Moments,
    gamma: Option<&Tensor>,
    beta: Option<&Tensor>,
) -> Result<Tensor> {
    let inputs = [x, &moments.mean, &moments.variance].into_iter().chain(gamma).chain(beta);
    fused::apply(op, &inputs.collect::<Vec<_>>())
}

/// Whether a tensor has one number for each place along the last axis of `x`.
fn is_column(column: &Tensor, x: &Tensor) -> bool {
    let width = x.shape().last();
    column.is_on_cpu()
        && column.rank() <= x.rank()
        && column.shape().last() == width
        && Some(&column.len()) == width
}

/// The same of separate operations, for devices without our kernels and other axes.
fn composed_batch(
    x: &Tensor,
    axis: usize,
    gamma: Option<&Tensor>,
    beta: Option<&Tensor>,
    epsilon: f32,
    activation: Activation,
) -> Result<NormalizedBatch> {
    let features = x.shape()[axis];
    let others: Vec<isize> =
        (0..x.rank()).filter(|&other| other != axis).map(|other| other as isize).collect();
    let mut axes = vec![1; x.rank()];
    axes[axis] = features;
    let wide = |weight: &Tensor| reshape(weight, &axes);
    let (gamma, beta) = (gamma.map(wide).transpose()?, beta.map(wide).transpose()?);
    let moments = moments(x, &others)?;
    let output = composed(x, &moments, gamma.as_ref(), beta.as_ref(), epsilon)?;
    let constant = |moment: &Tensor| reshape(&moment.detached(), &[features]);
    let moments =
        Moments { mean: constant(&moments.mean)?, variance: constant(&moments.variance)? };
    Ok(NormalizedBatch { output: activate(&output, activation)?, moments })
}

fn composed(
    x: &Tensor,
    moments: &Moments,
    gamma: Option<&Tensor>,
    beta: Option<&Tensor>,
    epsilon: f32,
) -> Result<Tensor> {
    let scale = factor(&moments.variance, gamma, epsilon)?;
    let scaled = multiply(&subtract(x, &moments.mean)?, &scale)?;
    match beta {
        Some(beta) => add(&scaled, beta),
        None => Ok(scaled),
    }
}

/// The same of separate operations, for devices without our kernels and where gradients flow.
fn composed_affine(
    moments: &Moments,
    gamma: Option<&Tensor>,
    beta: Option<&Tensor>,
    epsilon: f32,
) -> Result<Tensor> {
    let scale = factor(&moments.variance, gamma, epsilon)?;
    let shifted = negative(&multiply(&moments.mean, &scale)?)?;
    let shift = match beta {
        Some(beta) => add(&shifted, beta)?,
        None => shifted,
    };
    concatenate(&[&expand_dims(&scale, 0)?, &expand_dims(&shift, 0)?], 0)
}

/// `gamma / sqrt(variance + epsilon)`
fn factor(variance: &Tensor, gamma: Option<&Tensor>, epsilon: f32) -> Result<Tensor> {
    let inverse = power_scalar(&add_scalar(variance, epsilon)?, -0.5)?;
    match gamma {
        Some(gamma) => multiply(&inverse, gamma),
        None => Ok(inverse),
    }
}

#[cfg(test)]
mod tests;
