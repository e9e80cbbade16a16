// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sums and means over all numbers, over rows, over columns.
//!
//! Blocks are added up in single precision, blocks of blocks in double (see [`columns`]); the
//! relative error is about `1e-6` of the sum of magnitudes at worst, whatever the length.

use rayon::prelude::*;

use crate::Isa;
use crate::check;
use crate::columns::{self, Itself};
use crate::pointwise::PARALLEL_FROM;
use crate::rows::Rows;
use crate::vector::{Kernel, Simd};

/// Columns that a long slice is folded into for its sum.
const FOLD: usize = 256;
/// Vectors added up in single precision before their sum is widened.
const BLOCK: usize = 16;

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

/// `out[row] = factor * ` the sum of the row, for row-major `x`.
///
/// # Panics
/// Where `x` is no whole number of columns of `out.len()`.
pub fn sum_rows(x: &[f32], factor: f64, out: &mut [f32]) {
    if out.is_empty() {
        return check::len("row sums", x.len(), 0);
    }
    let width = x.len() / out.len();
    check::len("row sums", x.len(), width * out.len());
    if width == 0 {
        return out.fill(0.0);
    }
    let isa = Isa::active();
    let chunk = (PARALLEL_FROM / 4).div_ceil(width);
    let one = |(x, out): (&[f32], &mut [f32])| {
        for (row, out) in x.chunks_exact(width).zip(out) {
            *out = (factor * isa.run(RowSum(row))) as f32;
        }
    };
    if x.len() < PARALLEL_FROM {
        one((x, out));
    } else {
        x.par_chunks(chunk * width).zip(out.par_chunks_mut(chunk)).for_each(one);
    }
}

/// The sum of one row.
struct RowSum<'a>(&'a [f32]);

impl Kernel for RowSum<'_> {
    type Output = f64;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> f64 {
        let blocks = self.0.chunks_exact(BLOCK * S::LANES);
        let rest = blocks.remainder().iter().map(|&value| f64::from(value)).sum();
        blocks.fold(rest, |total: f64, block| {
            let mut sum = simd.splat(0.0);
            for vector in block.chunks_exact(S::LANES) {
                // SAFETY: the chunk is a whole vector.
                sum = simd.add(sum, unsafe { simd.load(vector.as_ptr()) });
            }
            total + f64::from(simd.sum(sum))
        })
    }
}

#[cfg(test)]
mod tests;
