// SPDX-License-Identifier: MIT OR Apache-2.0
//! `take_rows`: rows of a table by their numbers.

use burn::backend::Dispatch;
use burn::backend::ops::FloatTensorOps;
use firesteel_core::{Result, err};

use super::reshape::{reshape, to_indices};
use crate::{Tensor, fused};

/// For each number the row of the table; gradients flow to the table alone.
///
/// # Shapes
/// `table` `(rows, width)`, `numbers` of any shape `(..)`, whole numbers held as floats whose fractions are cut off;
/// output `(.., width)`.
///
/// # Errors
/// `Shape` when the table is no matrix, `InvalidArgument` for a number without row, `DType` when one holds no floats.
pub fn take_rows(table: &Tensor, numbers: &Tensor) -> Result<Tensor> {
    table.require_float("take_rows")?;
    let [rows, width] = *table.shape() else {
        return Err(err::shape("take_rows", "the table must be a matrix").got(table));
    };
    let indices = checked(&numbers.to_vec()?, rows)?;
    if table.is_on_cpu() {
        let axes = numbers.shape().to_vec();
        return fused::apply(fused::TakeRows { numbers: indices, axes }, &[table]);
    }
    composed(table, numbers, width)
}

/// The numbers as indices, all below the number of rows.
fn checked(numbers: &[f32], rows: usize) -> Result<Vec<usize>> {
    let index = |(position, &number): (usize, &f32)| {
        let whole = number.trunc();
        if whole >= 0.0 && (whole as usize) < rows {
            return Ok(whole as usize);
        }
        Err(err::invalid_argument("take_rows", "numbers")
            .expected(format!("from 0 to {}", rows.saturating_sub(1)))
            .got(format!("{number} at position {position}")))
    };
    numbers.iter().enumerate().map(index).collect()
}

/// The same of Burn's operations: for devices that our kernels do not know.
fn composed(table: &Tensor, numbers: &Tensor, width: usize) -> Result<Tensor> {
    let row = reshape(numbers, &[numbers.len()])?.like(table);
    let rows = Dispatch::float_select(table.dispatch(), 0, to_indices(&row)?.into_dispatch());
    let axes: Vec<usize> = numbers.shape().iter().copied().chain([width]).collect();
    reshape(&Tensor::wrap(rows), &axes)
}

#[cfg(test)]
mod tests;
