// SPDX-License-Identifier: MIT OR Apache-2.0
//! Element-wise operations on two tensors, with broadcasting.

use burn::backend::ops::FloatTensorOps;
use burn::backend::{Dispatch, DispatchTensor};
use firesteel_core::{Result, Shape, err};
use firesteel_kernels::elementwise::Arithmetic;

use super::activation::{Activation, activate};
use crate::dispatch::{burn_shape, ranked};
use crate::fused::{Repeat, kernel_activation};
use crate::{Tensor, fused};

/// `a + b`.
///
/// # Errors
/// `Shape` when the axes do not broadcast, `DType` when one holds no floats.
pub fn add(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    broadcast(Arithmetic::Add, a, b)
}

/// `activation(a + b)`, in one pass where the shapes are the same.
///
/// # Errors
/// As [`add`].
pub fn add_activated(a: &Tensor, b: &Tensor, activation: Activation) -> Result<Tensor> {
    a.require_float("add_activated")?;
    b.require_float("add_activated")?;
    let in_kernels = a.is_on_cpu() && b.is_on_cpu() && a.shape() == b.shape() && !a.is_empty();
    match kernel_activation(activation).filter(|_| in_kernels) {
        Some(activation) => fused::apply(fused::ActivatedSum { activation }, &[a, b]),
        None => activate(&add(a, b)?, activation),
    }
}

/// `a - b`.
///
/// # Errors
/// As [`add`].
pub fn subtract(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    broadcast(Arithmetic::Subtract, a, b)
}

/// `a * b`, element by element.
///
/// # Errors
/// As [`add`].
pub fn multiply(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    broadcast(Arithmetic::Multiply, a, b)
}

/// `a / b`.
///
/// # Errors
/// As [`add`].
pub fn divide(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    broadcast(Arithmetic::Divide, a, b)
}

/// The larger of `a` and `b`; where they are equal, the gradient goes to `a`.
///
/// # Errors
/// As [`add`].
pub fn maximum(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    // b + relu(a - b) would lose digits, so the winner is selected
    pick("maximum", a, b, Dispatch::float_lower)
}

/// The smaller of `a` and `b`; where they are equal, the gradient goes to `a`.
///
/// # Errors
/// As [`add`].
pub fn minimum(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    pick("minimum", a, b, Dispatch::float_greater)
}

/// `a + scalar`.
///
/// # Errors
/// `DType` when `a` holds no floats.
pub fn add_scalar(a: &Tensor, scalar: f32) -> Result<Tensor> {
    a.require_float("add_scalar")?;
    if a.is_on_cpu() && !a.is_empty() {
        let op = fused::CombineWithNumber { arithmetic: Arithmetic::Add, number: scalar };
        return fused::apply(op, &[a]);
    }
    Ok(Tensor::wrap(Dispatch::float_add_scalar(a.dispatch(), scalar.into())))
}

/// `a * scalar`.
///
/// # Errors
/// `DType` when `a` holds no floats.
pub fn multiply_scalar(a: &Tensor, scalar: f32) -> Result<Tensor> {
    a.require_float("multiply_scalar")?;
    if a.is_on_cpu() && !a.is_empty() {
        let op = fused::CombineWithNumber { arithmetic: Arithmetic::Multiply, number: scalar };
        return fused::apply(op, &[a]);
    }
    Ok(Tensor::wrap(Dispatch::float_mul_scalar(a.dispatch(), scalar.into())))
}

type Binary = fn(DispatchTensor, DispatchTensor) -> DispatchTensor;
type Compare = fn(DispatchTensor, DispatchTensor, burn::tensor::BoolDType) -> DispatchTensor;

fn broadcast(arithmetic: Arithmetic, a: &Tensor, b: &Tensor) -> Result<Tensor> {
    let (name, operation) = composed(arithmetic);
    a.require_float(name)?;
    b.require_float(name)?;
    if let Some((op, inputs)) = in_one_pass(arithmetic, a, b) {
        return fused::apply(op, &inputs);
    }
    let (a, b, _) = aligned(name, a, b)?;
    Ok(Tensor::wrap(operation(a, b)))
}

/// The name of an operation, and what it is on devices without our kernels and where neither operand is a row.
fn composed(arithmetic: Arithmetic) -> (&'static str, Binary) {
    match arithmetic {
        Arithmetic::Add => ("add", Dispatch::float_add),
        Arithmetic::Subtract => ("subtract", Dispatch::float_sub),
        Arithmetic::Multiply => ("multiply", Dispatch::float_mul),
        Arithmetic::Divide => ("divide", Dispatch::float_div),
    }
}

/// The fused operation and its operands, the larger one first, where there is one.
fn in_one_pass<'a>(
    arithmetic: Arithmetic,
    a: &'a Tensor,
    b: &'a Tensor,
) -> Option<(fused::Combine, [&'a Tensor; 2])> {
    if !a.is_on_cpu() || !b.is_on_cpu() || a.is_empty() || b.is_empty() {
        return None;
    }
    let commutes = matches!(arithmetic, Arithmetic::Add | Arithmetic::Multiply);
    let (repeat, inputs) = match Repeat::of(a.shape(), b.shape()) {
        Some(repeat) => (repeat, [a, b]),
        None if commutes => (Repeat::of(b.shape(), a.shape())?, [b, a]),
        None => return None,
    };
    Some((fused::Combine { arithmetic, repeat }, inputs))
}

/// Whether gradients will flow through a float tensor.
pub(super) fn is_recorded(x: &Tensor) -> bool {
    ranked(x.dispatch()).is_tracked()
}

fn pick(name: &str, a: &Tensor, b: &Tensor, b_wins: Compare) -> Result<Tensor> {
    let (a, b, axes) = aligned(name, a, b)?;
    let a = Dispatch::float_expand(a, burn_shape(&axes));
    let b = Dispatch::float_expand(b, burn_shape(&axes));
    let mask = b_wins(a.clone(), b.clone(), burn::tensor::BoolDType::Native);
    Ok(Tensor::wrap(Dispatch::float_mask_where(a, mask, b)))
}

/// Both operands with leading axes of one, so that their ranks are equal, and the axes of the result.
fn aligned(
    name: &str,
    a: &Tensor,
    b: &Tensor,
) -> Result<(DispatchTensor, DispatchTensor, Vec<usize>)> {
    a.require_float(name)?;
    b.require_float(name)?;
    let rank = a.rank().max(b.rank());
    let (a_axes, b_axes) = (padded(a.shape(), rank), padded(b.shape(), rank));
    let mut axes = Vec::with_capacity(rank);
    for (&n, &m) in a_axes.iter().zip(&b_axes) {
        if n != m && n != 1 && m != 1 {
            return Err(err::shape(name, "the shapes do not broadcast").got(format!("{a} and {b}")));
        }
        axes.push(if n == 1 { m } else { n });
    }
    Ok((ranked_up(a, &a_axes), ranked_up(b, &b_axes), axes))
}

fn padded(axes: &[usize], rank: usize) -> Vec<usize> {
    let missing = rank - axes.len();
    std::iter::repeat_n(1, missing).chain(axes.iter().copied()).collect()
}

fn ranked_up(tensor: &Tensor, axes: &[usize]) -> DispatchTensor {
    if tensor.rank() == axes.len() {
        return tensor.dispatch();
    }
    Dispatch::float_reshape(tensor.dispatch(), burn_shape(axes))
}

/// The error of an axis that a tensor does not have.
pub(super) fn no_axis(name: &str, axis: isize, tensor: &Tensor) -> firesteel_core::Error {
    err::shape(name, format!("there is no axis {axis}")).got(Shape::from(tensor.shape()))
}

/// An axis counted from either end, as an index.
pub(super) fn axis_index(name: &str, tensor: &Tensor, axis: isize) -> Result<usize> {
    let rank = tensor.rank() as isize;
    let index = if axis < 0 { axis + rank } else { axis };
    if (0..rank).contains(&index) { Ok(index as usize) } else { Err(no_axis(name, axis, tensor)) }
}

#[cfg(test)]
mod tests;
