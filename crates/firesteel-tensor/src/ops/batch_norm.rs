// SPDX-License-Identifier: MIT OR Apache-2.0
//! Batch normalisation and the statistics it uses.

use firesteel_core::Result;

use super::activation::squared_distance;
use super::binary::{add, add_scalar, multiply, subtract};
use super::reduce::mean;
use super::unary::power_scalar;
use crate::Tensor;

/// Mean and biased variance over some axes, which stay with length one.
#[derive(Clone, Debug)]
pub struct Moments {
    /// The mean.
    pub mean: Tensor,
    /// The mean squared distance from the mean.
    pub variance: Tensor,
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
    let inverse = power_scalar(&add_scalar(&moments.variance, epsilon)?, -0.5)?;
    let scale = match gamma {
        Some(gamma) => multiply(&inverse, gamma)?,
        None => inverse,
    };
    let scaled = multiply(&subtract(x, &moments.mean)?, &scale)?;
    match beta {
        Some(beta) => add(&scaled, beta),
        None => Ok(scaled),
    }
}
