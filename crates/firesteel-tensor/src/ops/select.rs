// SPDX-License-Identifier: MIT OR Apache-2.0
//! Masks: which elements pass a test, as a constant of ones and zeros.

use burn::backend::Dispatch;
use burn::backend::ops::{BoolTensorOps, FloatTensorOps};
use burn::tensor::{BoolDType, FloatDType};
use firesteel_core::Result;

use crate::Tensor;

/// One where `x` is above the threshold, zero elsewhere; no gradient flows through it.
///
/// # Errors
/// `DType` when the tensor holds no floats.
pub fn above(x: &Tensor, threshold: f32) -> Result<Tensor> {
    x.require_float("above")?;
    let values = x.detached().into_dispatch();
    let mask = Dispatch::float_greater_elem(values, threshold.into(), BoolDType::Native);
    Ok(Tensor::wrap(Dispatch::bool_into_float(mask, FloatDType::F32)))
}

/// One where `x` is another number than `value`, zero where it is the same; no gradient flows through it.
///
/// # Errors
/// `DType` when the tensor holds no floats.
pub fn not_equal(x: &Tensor, value: f32) -> Result<Tensor> {
    x.require_float("not_equal")?;
    let values = x.detached().into_dispatch();
    let mask = Dispatch::float_not_equal_elem(values, value.into(), BoolDType::Native);
    Ok(Tensor::wrap(Dispatch::bool_into_float(mask, FloatDType::F32)))
}
