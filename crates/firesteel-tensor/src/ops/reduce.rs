// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sums, means and maxima over axes.

use burn::backend::ops::{BoolTensorOps, FloatTensorOps};
use burn::backend::{Dispatch, DispatchTensor};
use burn::tensor::{BoolDType, FloatDType};
use firesteel_core::{Result, err};

use super::binary::{axis_index, divide, is_recorded, multiply, subtract};
use super::reshape::reshape;
use super::select::where_;
use crate::dispatch::burn_shape;
use crate::{Device, Tensor, fused};

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
    x.require_float("mean")?;
    if x.is_on_cpu() && is_global("mean", x, axes)? {
        return as_asked(x, fused::apply(fused::GlobalAverage, &[x])?, keep_dims);
    }
    over("mean", x, axes, keep_dims, Dispatch::float_mean_dim)
}

/// The largest value over the given axes; with `keep_dims` they stay with length one.
///
/// Elements that are equally large share its gradient.
///
/// # Errors
/// As [`sum`]; `Shape` too when an axis has no elements, of which none is the largest.
pub fn max(x: &Tensor, axes: &[isize], keep_dims: bool) -> Result<Tensor> {
    x.require_float("max")?;
    let none = indices("max", x, axes)?.into_iter().find(|&axis| x.shape()[axis] == 0);
    if let Some(axis) = none {
        let what = format!("axis {axis} is empty, and nothing is the largest of nothing");
        return Err(err::shape("max", what).expected("at least one element").got(x));
    }
    if x.is_on_cpu() && is_global("max", x, axes)? {
        return as_asked(x, fused::apply(fused::GlobalMax, &[x])?, keep_dims);
    }
    composed_max(x, axes, keep_dims)
}

/// The same of separate operations, for devices without our kernels and other axes.
fn composed_max(x: &Tensor, axes: &[isize], keep_dims: bool) -> Result<Tensor> {
    if !is_recorded(x) {
        return over("max", x, axes, keep_dims, Dispatch::float_max_dim);
    }
    // the mean of all that are as large as the largest, so that each has its share of the gradient
    let largest = over("max", &x.detached(), axes, true, Dispatch::float_max_dim)?;
    let largest = Dispatch::float_expand(largest.into_dispatch(), burn_shape(x.shape()));
    let values = x.detached().into_dispatch();
    let mark = Dispatch::float_greater_equal(values, largest, BoolDType::Native);
    let mark = Tensor::wrap(Dispatch::bool_into_float(mark, FloatDType::F32));
    let zero = Tensor::full(0.0, x.shape(), &Device::cpu())?.like(x);
    let total = sum(&where_(&mark, x, &zero)?, axes, keep_dims)?;
    divide(&total, &sum(&mark, axes, keep_dims)?)
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
    let indices = indices(name, x, axes)?;
    let reduced = indices.iter().fold(x.dispatch(), |x, &axis| operation(x, axis));
    let reduced = Tensor::wrap(reduced);
    if keep_dims {
        return Ok(reduced);
    }
    let stays = |(axis, &length): (usize, &usize)| (!indices.contains(&axis)).then_some(length);
    let kept: Vec<usize> = x.shape().iter().enumerate().filter_map(stays).collect();
    reshape(&reduced, if kept.is_empty() { &[1] } else { &kept })
}

/// Axes counted from either end, as indices in order.
fn indices(name: &str, x: &Tensor, axes: &[isize]) -> Result<Vec<usize>> {
    let mut indices =
        axes.iter().map(|&axis| axis_index(name, x, axis)).collect::<Result<Vec<_>>>()?;
    indices.sort_unstable();
    indices.dedup();
    Ok(indices)
}

/// Whether the axes are all between the first and the last, as in pooling over whole images.
fn is_global(name: &str, x: &Tensor, axes: &[isize]) -> Result<bool> {
    let inner = 1..x.rank().saturating_sub(1);
    Ok(!inner.is_empty() && !x.is_empty() && indices(name, x, axes)?.into_iter().eq(inner))
}

/// What is left of a tensor after such axes, with or without them.
fn as_asked(x: &Tensor, left: Tensor, keep_dims: bool) -> Result<Tensor> {
    if keep_dims { reshape(&left, &with_ones(x)) } else { Ok(left) }
}

/// The axes of a tensor, all between the first and the last of length one.
fn with_ones(x: &Tensor) -> Vec<usize> {
    let last = x.rank().saturating_sub(1);
    let length =
        |(axis, &length): (usize, &usize)| if axis == 0 || axis == last { length } else { 1 };
    x.shape().iter().enumerate().map(length).collect()
}

#[cfg(test)]
mod tests;
