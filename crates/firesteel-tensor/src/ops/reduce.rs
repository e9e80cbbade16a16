// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sums, means and maxima over axes.

use burn::backend::ops::FloatTensorOps;
use burn::backend::{Dispatch, DispatchTensor};
use firesteel_core::{Result, err};

use super::binary::{axis_index, multiply, subtract};
use super::reshape::reshape;
use crate::{Tensor, fused};

/// The sum over the given axes; with `keep_dims` they stay with length one.
///
/// # Errors
/// `Shape` for an axis that is not there, `DType` when the tensor holds no floats.
pub fn sum(x: &Tensor, axes: &[isize], keep_dims: bool) -> Result<Tensor> {
    over("sum", x, axes, keep_dims, Dispatch::float_sum_dim)
}

/// The mean over the given axes; with `keep_dims` they stay with length one.
///
/// # Errors
/// As [`sum`].
pub fn mean(x: &Tensor, axes: &[isize], keep_dims: bool) -> Result<Tensor> {
    over("mean", x, axes, keep_dims, Dispatch::float_mean_dim)
}

/// The largest value over the given axes; with `keep_dims` they stay with length one.
///
/// # Errors
/// As [`sum`].
pub fn max(x: &Tensor, axes: &[isize], keep_dims: bool) -> Result<Tensor> {
    over("max", x, axes, keep_dims, Dispatch::float_max_dim)
}

/// The sum of all elements, of shape `(1,)`.
///
/// # Errors
/// `DType` when the tensor holds no floats.
pub fn sum_all(x: &Tensor) -> Result<Tensor> {
    x.require_float("sum_all")?;
    Ok(Tensor::wrap(Dispatch::float_sum(x.dispatch())))
}

/// The mean of `(a - b)^2` over all elements, as one number.
///
/// # Shapes
/// `a` and `b` of one shape, output `(1,)`.
///
/// # Errors
/// `Shape` when the shapes differ, `DType` when one holds no floats.
pub fn mean_squared_difference(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    if a.shape() != b.shape() {
        let what = "the tensors differ in shape";
        return Err(err::shape("mean_squared_difference", what).expected(a).got(b));
    }
    if a.is_on_cpu() && b.is_on_cpu() {
        return fused::apply(fused::MeanSquaredDifference, &[a, b]);
    }
    let difference = subtract(a, b)?;
    mean_all(&multiply(&difference, &difference)?)
}

/// The mean of all elements, of shape `(1,)`.
///
/// # Errors
/// `DType` when the tensor holds no floats.
pub fn mean_all(x: &Tensor) -> Result<Tensor> {
    x.require_float("mean_all")?;
    Ok(Tensor::wrap(Dispatch::float_mean(x.dispatch())))
}

fn over(
    name: &str,
    x: &Tensor,
    axes: &[isize],
    keep_dims: bool,
    operation: fn(DispatchTensor, usize) -> DispatchTensor,
) -> Result<Tensor> {
    x.require_float(name)?;
    let mut indices =
        axes.iter().map(|&axis| axis_index(name, x, axis)).collect::<Result<Vec<_>>>()?;
    indices.sort_unstable();
    indices.dedup();
    let reduced = indices.iter().fold(x.dispatch(), |x, &axis| operation(x, axis));
    let reduced = Tensor::wrap(reduced);
    if keep_dims {
        return Ok(reduced);
    }
    let stays = |(axis, &length): (usize, &usize)| (!indices.contains(&axis)).then_some(length);
    let kept: Vec<usize> = x.shape().iter().enumerate().filter_map(stays).collect();
    reshape(&reduced, if kept.is_empty() { &[1] } else { &kept })
}
