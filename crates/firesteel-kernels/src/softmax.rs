// SPDX-License-Identifier: MIT OR Apache-2.0
//! Softmax over rows; its logarithm and cross-entropy from logits, which share the passes of a row.
//!
//! ```text
//! for each row: largest = max x; y = e^(x - largest); total = sum y
//! softmax = y / total            ln softmax = x - largest - ln total
//! ```
//!
//! A row stays in the first cache from its first reading to its last writing.

mod cross_entropy;
mod log;

use rayon::prelude::*;

use crate::pointwise::PARALLEL_FROM;
use crate::vector::{Kernel, MAX_LANES, Simd};
use crate::{Isa, check, math};
pub use cross_entropy::{cross_entropy, cross_entropy_of_labels, scale_rows};
pub use log::{log_backward, log_forward};

/// `y = e^x / sum e^x` for each row of `width` numbers.
///
/// # Panics
/// Where a slice does not have its length.
pub fn forward(width: usize, x: &[f32], y: &mut [f32]) {
    check::len("softmax, output", y.len(), x.len());
    let isa = Isa::active();
    each_row([width; 2], x, y, |_, x, y| {
        isa.run(Row { x, y, factor: 1.0 });
    });
}

/// `dx = y * (dy - sum (dy * y))` for each row of `width` numbers.
///
/// # Panics
/// Where a slice does not have its length.
pub fn backward(width: usize, y: &[f32], dy: &[f32], dx: &mut [f32]) {
    check::len("softmax, output gradient", dy.len(), y.len());
    check::len("softmax, input gradient", dx.len(), y.len());
    let isa = Isa::active();
    each_row([width; 2], y, dx, |row, y, dx| {
        isa.run(BackRow { y, dy: &dy[row * width..][..width], dx });
    });
}

/// Calls `work` with the number, the row of `x` and the row of `y`, for every row; each has its own width.
fn each_row(
    [x_width, y_width]: [usize; 2],
    x: &[f32],
    y: &mut [f32],
    work: impl Fn(usize, &[f32], &mut [f32]) + Sync,
) {
    if x.is_empty() || y.is_empty() {
        return;
    }
    check::len("rows", x.len() % x_width.max(1), 0);
    let rows_each = rows_each(x_width.max(y_width));
    let rows = |(chunk, (x, y)): (usize, (&[f32], &mut [f32]))| {
        let rows = x.chunks_exact(x_width).zip(y.chunks_exact_mut(y_width));
        rows.enumerate().for_each(|(row, (x, y))| work(chunk * rows_each + row, x, y));
    };
    if x.len().max(y.len()) < PARALLEL_FROM / 4 {
        rows((0, (x, y)));
    } else {
        let chunks = x.par_chunks(rows_each * x_width).zip(y.par_chunks_mut(rows_each * y_width));
        chunks.enumerate().for_each(rows);
    }
}

/// Rows that one task works through.
fn rows_each(width: usize) -> usize {
    (PARALLEL_FROM / 8).div_ceil(width)
}

/// Loads the last vector of a row, filled up with `fill`.
#[inline(always)]
fn load_tail<S: Simd>(simd: S, tail: &[f32], fill: f32) -> S::F {
    let mut lanes = [fill; MAX_LANES];
    lanes[..tail.len()].copy_from_slice(tail);
    // SAFETY: no vector is longer than `MAX_LANES`.
    unsafe { simd.load(lanes.as_ptr()) }
}

/// What the numbers of a row add up to, exponentiated: `total * e^largest`.
#[derive(Clone, Copy)]
struct Total {
    total: f64,
    largest: f32,
}

impl Total {
    /// `ln sum e^x`
    fn log(self) -> f64 {
        self.total.ln() + f64::from(self.largest)
    }
}

/// One row: `y = factor * softmax(x)`.
struct Row<'a> {
    x: &'a [f32],
    y: &'a mut [f32],
    factor: f32,
}

impl Kernel for Row<'_> {
    type Output = Total;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Total {
        let Self { x, y, factor } = self;
        let total = exponentials(simd, x, Some(&mut *y));
        let scale = (f64::from(factor) / total.total) as f32;
        y.iter_mut().for_each(|y| *y *= scale);
        total
    }
}

/// The total of one row alone.
struct Sum<'a> {
    x: &'a [f32],
}

impl Kernel for Sum<'_> {
    type Output = Total;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Total {
        exponentials(simd, self.x, None)
    }
}

/// Adds up `e^(x - largest)` over a row, and writes the terms down where there is room for them.
#[inline(always)]
fn exponentials<S: Simd>(simd: S, x: &[f32], mut terms: Option<&mut [f32]>) -> Total {
    let largest = largest(simd, x);
    let offset = simd.splat(largest);
    let mut sum = simd.splat(0.0);
    let vectors = x.chunks_exact(S::LANES);
    let tail = vectors.remainder();
    let mut total = 0.0;
    for (index, from) in vectors.enumerate() {
        // SAFETY: the chunk is a whole vector.
        let value = unsafe { simd.load(from.as_ptr()) };
        let value = math::exp(simd, simd.sub(value, offset));
        if let Some(terms) = &mut terms {
            let to = &mut terms[index * S::LANES..][..S::LANES];
            // SAFETY: as above.
            unsafe { simd.store(to.as_mut_ptr(), value) };
        }
        sum = simd.add(sum, value);
        if index % 64 == 63 {
            total += f64::from(simd.sum(sum));
            sum = simd.splat(0.0);
        }
    }
    if !tail.is_empty() {
        let value = load_tail(simd, tail, f32::NEG_INFINITY);
        let value = math::exp(simd, simd.sub(value, offset));
        if let Some(terms) = &mut terms {
            let start = x.len() - tail.len();
            terms[start..].copy_from_slice(&simd.lanes(value)[..tail.len()]);
        }
        sum = simd.add(sum, value);
    }
    total += f64::from(simd.sum(sum));
    Total { total, largest }
}

/// The largest number; a NaN may be missed, but shows in the sum.
#[inline(always)]
fn largest<S: Simd>(simd: S, x: &[f32]) -> f32 {
    let vectors = x.chunks_exact(S::LANES);
    let mut best = load_tail(simd, vectors.remainder(), f32::NEG_INFINITY);
    for vector in vectors {
        // SAFETY: the chunk is a whole vector.
        best = simd.max(best, unsafe { simd.load(vector.as_ptr()) });
    }
    simd.largest(best)
}

/// One row of the gradient.
struct BackRow<'a> {
    y: &'a [f32],
    dy: &'a [f32],
    dx: &'a mut [f32],
}

impl Kernel for BackRow<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self { y, dy, dx } = self;
        let (vectors, others) = (y.chunks_exact(S::LANES), dy.chunks_exact(S::LANES));
        let (y_tail, dy_tail) = (vectors.remainder(), others.remainder());
        let tail = simd.mul(load_tail(simd, y_tail, 0.0), load_tail(simd, dy_tail, 0.0));
        let mut total = f64::from(simd.sum(tail));
        let mut sum = simd.splat(0.0);
        for (index, (y, dy)) in vectors.zip(others).enumerate() {
            // SAFETY: the chunks are whole vectors.
            let (y, dy) = (unsafe { simd.load(y.as_ptr()) }, unsafe { simd.load(dy.as_ptr()) });
            sum = simd.mul_add(y, dy, sum);
            if index % 64 == 63 {
                total += f64::from(simd.sum(sum));
                sum = simd.splat(0.0);
            }
        }
        let product = (total + f64::from(simd.sum(sum))) as f32;
        for ((dx, y), dy) in dx.iter_mut().zip(y).zip(dy) {
            *dx = y * (dy - product);
        }
    }
}

#[cfg(test)]
mod tests;
