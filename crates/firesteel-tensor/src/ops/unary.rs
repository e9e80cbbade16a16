// SPDX-License-Identifier: MIT OR Apache-2.0
//! Element-wise operations on one tensor.

use burn::backend::ops::FloatTensorOps;
use burn::backend::{Dispatch, DispatchTensor};
use firesteel_core::Result;
use firesteel_kernels::elementwise::Function;

use crate::{Tensor, fused};

macro_rules! unary {
    ($($(#[$doc:meta])* $name:ident => $operation:path;)+) => {
        $(
            $(#[$doc])*
            ///
            /// # Errors
            /// `DType` when the tensor holds no floats.
            pub fn $name(x: &Tensor) -> Result<Tensor> {
                apply(stringify!($name), x, $operation)
            }
        )+
    };
}

unary! {
    /// `|x|`.
    abs => Dispatch::float_abs;
    /// The error function.
    erf => Dispatch::float_erf;
    /// The natural logarithm.
    log => Dispatch::float_log;
    /// `-x`.
    negative => Dispatch::float_neg;
    /// `1 / x`.
    reciprocal => Dispatch::float_recip;
    /// The square root.
    sqrt => Dispatch::float_sqrt;
}

/// `e^x`.
///
/// # Errors
/// `DType` when the tensor holds no floats.
pub fn exp(x: &Tensor) -> Result<Tensor> {
    x.require_float("exp")?;
    if x.is_on_cpu() && !x.is_empty() {
        return fused::apply(fused::Elementwise(Function::Exp), &[x]);
    }
    apply("exp", x, Dispatch::float_exp)
}

/// `x * x`.
///
/// # Errors
/// `DType` when the tensor holds no floats.
pub fn square(x: &Tensor) -> Result<Tensor> {
    apply("square", x, |x| Dispatch::float_mul(x.clone(), x))
}

/// `x^power`.
///
/// # Errors
/// `DType` when the tensor holds no floats.
pub fn power_scalar(x: &Tensor, power: f32) -> Result<Tensor> {
    x.require_float("power_scalar")?;
    Ok(Tensor::wrap(Dispatch::float_powf_scalar(x.dispatch(), power.into())))
}

/// `x`, held between `low` and `high`; the gradient is zero outside.
///
/// # Errors
/// `DType` when the tensor holds no floats.
pub fn clip(x: &Tensor, low: f32, high: f32) -> Result<Tensor> {
    x.require_float("clip")?;
    Ok(Tensor::wrap(Dispatch::float_clamp(x.dispatch(), low.into(), high.into())))
}

fn apply(
    name: &str,
    x: &Tensor,
    operation: fn(DispatchTensor) -> DispatchTensor,
) -> Result<Tensor> {
    x.require_float(name)?;
    Ok(Tensor::wrap(operation(x.dispatch())))
}

#[cfg(test)]
mod tests;
