// SPDX-License-Identifier: MIT OR Apache-2.0
//! `matmul`: the matrix product, batched over leading axes.

use burn::backend::Dispatch;
use burn::backend::ops::FloatTensorOps;
use firesteel_core::{Result, err};

use super::reshape::reshape;
use crate::{Tensor, fused};

/// The product of the last two axes; a matrix on the right serves every batch on the left.
///
/// # Shapes
/// `(.., m, k)` by `(k, n)` or `(.., k, n)`, output `(.., m, n)`.
///
/// # Errors
/// `Shape` when the inner lengths differ or a tensor has less than two axes.
pub fn matmul(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    a.require_float("matmul")?;
    b.require_float("matmul")?;
    let misfit = || err::shape("matmul", "the shapes do not fit").got(format!("{a} and {b}"));
    let ([batches_of_a @ .., _, k], [batches_of_b @ .., k2, _]) = (a.shape(), b.shape()) else {
        return Err(misfit());
    };
    if k != k2 {
        return Err(misfit());
    }
    if b.rank() != 2 && batches_of_a != batches_of_b {
        return Err(misfit());
    }
    if a.is_on_cpu() && b.is_on_cpu() {
        return fused::apply(fused::MatMul, &[a, b]);
    }
    composed(a, b)
}

/// The same of Burn's product, for shapes that fit: for devices without our kernels.
pub(super) fn composed(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    let product = |a: Tensor| Dispatch::float_matmul(a.into_dispatch(), b.dispatch());
    let ([rows @ .., inner], [_, columns]) = (a.shape(), b.shape()) else {
        return Ok(Tensor::wrap(product(a.clone())));
    };
    // one large product instead of many small ones
    let flat = reshape(a, &[rows.iter().product(), *inner])?;
    let axes: Vec<usize> = rows.iter().chain([columns]).copied().collect();
    reshape(&Tensor::wrap(product(flat)), &axes)
}

#[cfg(test)]
mod tests;
