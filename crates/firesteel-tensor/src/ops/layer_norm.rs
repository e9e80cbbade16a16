// SPDX-License-Identifier: MIT OR Apache-2.0
//! Layer normalisation: with the statistics of each sample.

use firesteel_core::{Result, err};

use super::batch_norm::{batch_normalization, moments};
use super::binary::axis_index;
use super::reshape::reshape;
use crate::{Tensor, fused};

/// `gamma * (x - mean) / sqrt(variance + epsilon) + beta`, with mean and variance over the given axes.
///
/// # Shapes
/// `x` of any shape, `gamma` and `beta` with the lengths of the axes in their order, output of the shape of `x`.
///
/// # Errors
/// `Shape` when an axis is not there or a weight has another shape, `DType` when something holds no floats.
pub fn layer_normalization(
    x: &Tensor,
    axes: &[isize],
    gamma: Option<&Tensor>,
    beta: Option<&Tensor>,
    epsilon: f32,
) -> Result<Tensor> {
    const NAME: &str = "layer_normalization";
    x.require_float(NAME)?;
    let index = |&axis: &isize| axis_index(NAME, x, axis);
    let mut indices = axes.iter().map(index).collect::<Result<Vec<_>>>()?;
    indices.sort_unstable();
    indices.dedup();
    let lengths: Vec<usize> = indices.iter().map(|&axis| x.shape()[axis]).collect();
    for weight in gamma.into_iter().chain(beta) {
        if weight.shape() != lengths {
            return Err(err::shape(NAME, "the weights do not fit")
                .expected(format!("{lengths:?}, the lengths of the axes"))
                .got(weight));
        }
    }
    let first = x.rank() - indices.len();
    let on_cpu = [x].into_iter().chain(gamma).chain(beta).all(Tensor::is_on_cpu);
    if !on_cpu || x.is_empty() || indices.is_empty() || indices[0] != first {
        return composed(x, &indices, gamma, beta, epsilon);
    }
    let op = fused::LayerNorm {
        width: lengths.iter().product(),
        has_gamma: gamma.is_some(),
        has_beta: beta.is_some(),
        epsilon: f64::from(epsilon),
    };
    let inputs = [x].into_iter().chain(gamma).chain(beta);
    fused::apply(op, &inputs.collect::<Vec<_>>())
}

/// The same of separate operations, for devices without our kernels and other axes.
fn composed(
    x: &Tensor,
    axes: &[usize],
    gamma: Option<&Tensor>,
    beta: Option<&Tensor>,
    epsilon: f32,
) -> Result<Tensor> {
    let over: Vec<isize> = axes.iter().map(|&axis| axis as isize).collect();
    let length = |(axis, &length): (usize, &usize)| if axes.contains(&axis) { length } else { 1 };
    let broadcast: Vec<usize> = x.shape().iter().enumerate().map(length).collect();
    let wide = |weight: &Tensor| reshape(weight, &broadcast);
    let (gamma, beta) = (gamma.map(wide).transpose()?, beta.map(wide).transpose()?);
    batch_normalization(x, &moments(x, &over)?, gamma.as_ref(), beta.as_ref(), epsilon)
}

#[cfg(test)]
mod tests;
