// SPDX-License-Identifier: MIT OR Apache-2.0
//! `softmax` and its logarithm.

use burn::backend::Dispatch;
use burn::backend::ops::ActivationOps;
use firesteel_core::Result;

use super::binary::axis_index;
use crate::{Tensor, fused};

/// `exp(x) / sum(exp(x))` along an axis, without overflow.
///
/// # Errors
/// `Shape` for an axis that is not there, `DType` when the tensor holds no floats.
pub fn softmax(x: &Tensor, axis: isize) -> Result<Tensor> {
    x.require_float("softmax")?;
    let index = axis_index("softmax", x, axis)?;
    if x.is_on_cpu() && index + 1 == x.rank() {
        return fused::apply(fused::Softmax, &[x]);
    }
    Ok(Tensor::wrap(Dispatch::softmax(x.dispatch(), index)))
}

/// The logarithm of [`softmax`], exact where the softmax itself would round to zero.
///
/// # Errors
/// As [`softmax`].
pub fn log_softmax(x: &Tensor, axis: isize) -> Result<Tensor> {
    x.require_float("log_softmax")?;
    let index = axis_index("log_softmax", x, axis)?;
    Ok(Tensor::wrap(Dispatch::log_softmax(x.dispatch(), index)))
}
