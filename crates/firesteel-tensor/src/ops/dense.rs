// SPDX-License-Identifier: MIT OR Apache-2.0
//! `dense`: matrix product, bias and activation in one.

use firesteel_core::{Result, err};

use super::activation::{Activation, activate};
use super::binary::add;
use super::matmul;
use crate::Tensor;
use crate::fused::{self, kernel_activation};

/// `activation(x * kernel + bias)` over the last axis of `x`.
///
/// # Shapes
/// `x` `(.., k)`, `kernel` `(k, n)`, `bias` `(n,)`, output `(.., n)`.
///
/// # Errors
/// `Shape` when the lengths do not fit.
pub fn dense(
    x: &Tensor,
    kernel: &Tensor,
    bias: Option<&Tensor>,
    activation: Activation,
) -> Result<Tensor> {
    let (Some(k), [kernel_rows, n]) = (x.shape().last(), kernel.shape()) else {
        return Err(err::shape("dense", "the kernel must be a matrix").got(kernel));
    };
    if k != kernel_rows || bias.is_some_and(|bias| bias.shape() != [*n]) {
        return Err(err::shape("dense", "the shapes do not fit").got(format!("{x} and {kernel}")));
    }
    if !x.is_on_cpu() {
        return composed(x, kernel, bias, activation);
    }
    let (inside, after) = match kernel_activation(activation) {
        Some(inside) => (inside, Activation::Linear),
        None => (firesteel_kernels::Activation::Linear, activation),
    };
    let inputs: Vec<&Tensor> = [x, kernel].into_iter().chain(bias).collect();
    activate(&fused::apply(fused::Dense { activation: inside }, &inputs)?, after)
}

/// The same of separate operations, for devices without our kernels.
fn composed(
    x: &Tensor,
    kernel: &Tensor,
    bias: Option<&Tensor>,
    activation: Activation,
) -> Result<Tensor> {
    let product = matmul::composed(x, kernel)?;
    let shifted = match bias {
        Some(bias) => add(&product, bias)?,
        None => product,
    };
    activate(&shifted, activation)
}

#[cfg(test)]
mod tests;
