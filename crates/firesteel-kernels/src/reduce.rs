// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sums and means over all numbers, and over columns.
//!
//! Blocks are added up in single precision, blocks of blocks in double (see [`columns`]); the
//! relative error is about `1e-6` of the sum of magnitudes at worst, whatever the length.

use crate::columns::{self, Itself};
use crate::rows::Rows;

/// Columns that a long slice is folded into for its sum.
const FOLD: usize = 256;

/// The sum of all numbers.
pub fn sum(x: &[f32]) -> f64 {
    let (whole, rest) = x.split_at(x.len() - x.len() % FOLD);
    let mut total: f64 = rest.iter().map(|&value| f64::from(value)).sum();
    columns::sum(Itself, Rows::new([], [whole], [], FOLD), |_, [sum]| total += sum);
    total
}

/// The mean of all numbers; NaN where there are none.
pub fn mean(x: &[f32]) -> f64 {
    sum(x) / x.len() as f64
}

/// `out[column] = factor * ` the sum of the column, for row-major `x`.
///
/// # Panics
/// Where `x` is no whole number of rows of `out.len()`.
pub fn sum_columns(x: &[f32], factor: f64, out: &mut [f32]) {
    let rows = Rows::new([], [x], [], out.len());
    columns::sum(Itself, rows, |column, [sum]| out[column] = (factor * sum) as f32);
}

#[cfg(test)]
mod tests;
