// SPDX-License-Identifier: MIT OR Apache-2.0
//! `matmul`: the matrix product, batched over leading axes.

use burn::backend::Dispatch;
use burn::backend::ops::FloatTensorOps;
use firesteel_core::{Result, err};

use super::reshape::reshape;
use crate::Tensor;

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
    let ([.., m, k], [.., k2, n]) = (a.shape(), b.shape()) else {
        return Err(misfit());
    };
    if k != k2 {
        return Err(misfit());
    }
    if b.rank() == 2 && a.rank() != 2 {
        // one large product instead of many small ones
        let rows = a.len() / k.max(&1);
        let flat = reshape(a, &[rows, *k])?;
        let product = Tensor::wrap(Dispatch::float_matmul(flat.into_dispatch(), b.dispatch()));
        let mut axes = a.shape()[..a.rank() - 2].to_vec();
        axes.extend([*m, *n]);
        return reshape(&product, &axes);
    }
    if a.shape()[..a.rank() - 2] != b.shape()[..b.rank() - 2] {
        return Err(misfit());
    }
    Ok(Tensor::wrap(Dispatch::float_matmul(a.dispatch(), b.dispatch())))
}
