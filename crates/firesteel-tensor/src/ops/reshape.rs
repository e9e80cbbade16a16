// SPDX-License-Identifier: MIT OR Apache-2.0
//! Operations that move elements and compute nothing.

use burn::backend::ops::{FloatTensorOps, IntTensorOps};
use burn::backend::{Dispatch, DispatchTensor, Slice};
use burn::tensor::ops::PadMode;
use firesteel_core::{Result, err};

use super::binary::axis_index;
use crate::dispatch::burn_shape;
use crate::{DType, Tensor};

/// The same elements under other axes.
///
/// # Errors
/// `Shape` when the number of elements would change.
pub fn reshape(x: &Tensor, axes: &[usize]) -> Result<Tensor> {
    if x.shape() == axes {
        return Ok(x.clone());
    }
    if x.len() != axes.iter().product::<usize>() {
        return Err(err::shape("reshape", "the number of elements would change")
            .expected(format!("{} elements", x.len()))
            .got(format!("{axes:?}")));
    }
    let reshaped = match x.dtype() {
        DType::Float32 => Dispatch::float_reshape(x.dispatch(), burn_shape(axes)),
        DType::Int64 => Dispatch::int_reshape(x.dispatch(), burn_shape(axes)),
    };
    Ok(Tensor::wrap(reshaped))
}

/// The tensor with an axis of length one more.
///
/// # Errors
/// `Shape` for a position that is not there.
pub fn expand_dims(x: &Tensor, axis: isize) -> Result<Tensor> {
    let rank = x.rank() as isize + 1;
    let index = if axis < 0 { axis + rank } else { axis };
    if !(0..rank).contains(&index) {
        return Err(super::binary::no_axis("expand_dims", axis, x));
    }
    let mut axes = x.shape().to_vec();
    axes.insert(index as usize, 1);
    reshape(x, &axes)
}

/// The tensor with its axes in another order.
///
/// # Errors
/// `Shape` when `order` is no permutation of the axes.
pub fn transpose(x: &Tensor, order: &[usize]) -> Result<Tensor> {
    x.require_float("transpose")?;
    let mut sorted = order.to_vec();
    sorted.sort_unstable();
    if sorted != (0..x.rank()).collect::<Vec<_>>() {
        return Err(err::shape("transpose", "not an order of the axes")
            .expected(format!("each of 0..{} once", x.rank()))
            .got(format!("{order:?}")));
    }
    Ok(Tensor::wrap(Dispatch::float_permute(x.dispatch(), order)))
}

/// Tensors one after the other along an axis.
///
/// # Errors
/// `Shape` when they differ in another axis, `InvalidArgument` when there is none.
pub fn concatenate(tensors: &[&Tensor], axis: isize) -> Result<Tensor> {
    let Some(first) = tensors.first() else {
        return Err(err::invalid_argument("concatenate", "tensors")
            .expected("at least one tensor")
            .got("none"));
    };
    let index = axis_index("concatenate", first, axis)?;
    for tensor in tensors {
        tensor.require_float("concatenate")?;
        let alike = |(i, (a, b)): (usize, (&usize, &usize))| i == index || a == b;
        let fits = tensor.rank() == first.rank()
            && first.shape().iter().zip(tensor.shape()).enumerate().all(alike);
        if !fits {
            return Err(err::shape("concatenate", format!("the shapes differ beside axis {axis}"))
                .expected(first)
                .got(tensor));
        }
    }
    let parts: Vec<DispatchTensor> = tensors.iter().map(|tensor| tensor.dispatch()).collect();
    Ok(Tensor::wrap(Dispatch::float_cat(parts, index)))
}

/// The elements from `start` to before `start + length` along an axis.
///
/// # Errors
/// `Shape` when the range leaves the axis.
pub fn slice(x: &Tensor, axis: isize, start: usize, length: usize) -> Result<Tensor> {
    let index = axis_index("slice", x, axis)?;
    let end = start.saturating_add(length);
    if end > x.shape()[index] {
        return Err(err::shape("slice", format!("the range leaves axis {axis}"))
            .expected(format!("at most {} elements", x.shape()[index]))
            .got(format!("{start}..{end}")));
    }
    let mut ranges: Vec<Slice> =
        x.shape().iter().map(|&n| Slice::new(0, Some(n as isize), 1)).collect();
    ranges[index] = Slice::new(start as isize, Some(end as isize), 1);
    Ok(Tensor::wrap(match x.dtype() {
        DType::Float32 => Dispatch::float_slice(x.dispatch(), &ranges),
        DType::Int64 => Dispatch::int_slice(x.dispatch(), &ranges),
    }))
}

/// The tensors that stand one behind the other along an axis, which they do not have any more.
///
/// They are cut out half by half: the gradient of a cut is as long as what it was cut from, so that one cut for each
/// part would cost the square of their number.
///
/// # Errors
/// As [`slice`](fn@slice).
pub fn unstack(x: &Tensor, axis: isize) -> Result<Vec<Tensor>> {
    let index = axis_index("unstack", x, axis)?;
    let mut parts = Vec::with_capacity(x.shape()[index]);
    halve(x, index, &mut parts)?;
    Ok(parts)
}

fn halve(x: &Tensor, axis: usize, parts: &mut Vec<Tensor>) -> Result<()> {
    let length = x.shape()[axis];
    if length > 1 {
        let half = length / 2;
        halve(&slice(x, axis as isize, 0, half)?, axis, parts)?;
        return halve(&slice(x, axis as isize, half, length - half)?, axis, parts);
    }
    if length == 1 {
        let mut axes = x.shape().to_vec();
        axes.remove(axis);
        parts.push(reshape(x, if axes.is_empty() { &[1] } else { &axes })?);
    }
    Ok(())
}

/// Each element `times` times in a row along an axis.
///
/// # Errors
/// `Shape` for an axis that is not there.
pub fn repeat(x: &Tensor, axis: isize, times: usize) -> Result<Tensor> {
    x.require_float("repeat")?;
    let index = axis_index("repeat", x, axis)?;
    let mut wide = x.shape().to_vec();
    wide.insert(index + 1, 1);
    let tall = Dispatch::float_reshape(x.dispatch(), burn_shape(&wide));
    wide[index + 1] = times;
    let tall = Dispatch::float_expand(tall, burn_shape(&wide));
    let mut axes = x.shape().to_vec();
    axes[index] *= times;
    Ok(Tensor::wrap(Dispatch::float_reshape(tall, burn_shape(&axes))))
}

/// The tensor with `before` and `after` elements of `value` around each axis.
///
/// # Errors
/// `Shape` when there is not one pair an axis.
pub fn pad(x: &Tensor, widths: &[(usize, usize)], value: f32) -> Result<Tensor> {
    x.require_float("pad")?;
    if widths.len() != x.rank() {
        return Err(err::shape("pad", "one pair of widths an axis is needed")
            .expected(format!("{} pairs", x.rank()))
            .got(widths.len()));
    }
    if widths.iter().all(|&width| width == (0, 0)) {
        return Ok(x.clone());
    }
    Ok(Tensor::wrap(Dispatch::float_pad(x.dispatch(), widths, PadMode::Constant(value))))
}

/// For each position the element that `indices` names along an axis; all other axes are equal.
///
/// # Errors
/// `Shape` when the ranks differ, `DType` when the indices are no whole numbers.
pub fn take_along_axis(x: &Tensor, indices: &Tensor, axis: isize) -> Result<Tensor> {
    x.require_float("take_along_axis")?;
    if indices.dtype() != DType::Int64 {
        return Err(err::dtype("take_along_axis", "the indices do not fit")
            .expected(DType::Int64)
            .got(indices.dtype()));
    }
    if indices.rank() != x.rank() {
        return Err(err::shape("take_along_axis", "the ranks differ").expected(x).got(indices));
    }
    let index = axis_index("take_along_axis", x, axis)?;
    Ok(Tensor::wrap(Dispatch::float_gather(index, x.dispatch(), indices.dispatch())))
}

/// The whole numbers that a tensor of floats holds, to use as indices; fractions are cut off.
///
/// # Errors
/// `DType` when the tensor holds no floats.
pub fn to_indices(x: &Tensor) -> Result<Tensor> {
    x.require_float("to_indices")?;
    let floats = x.detached().into_dispatch();
    Ok(Tensor::wrap(Dispatch::float_into_int(floats, burn::tensor::IntDType::I64)))
}

#[cfg(test)]
mod tests;
