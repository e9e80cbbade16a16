// SPDX-License-Identifier: MIT OR Apache-2.0
//! Softmax over rows, and cross-entropy from logits with its gradient in the same pass.
//!
//! ```text
//! for each row: largest = max x; y = e^(x - largest); total = sum y
//! softmax = y / total            loss = ln total + largest - x[label]
//! ```
//!
//! A row stays in the first cache from its first reading to its last writing.

use rayon::prelude::*;

use crate::pointwise::PARALLEL_FROM;
use crate::vector::{Kernel, MAX_LANES, Simd};
use crate::{Isa, check, math};

/// `y = e^x / sum e^x` for each row of `width` numbers.
///
/// # Panics
/// Where a slice does not have its length.
pub fn forward(width: usize, x: &[f32], y: &mut [f32]) {
    check::len("softmax, output", y.len(), x.len());
    let isa = Isa::active();
    each_row(width, x, y, |_, x, y| {
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
    each_row(width, y, dx, |row, y, dx| {
        isa.run(BackRow { y, dy: &dy[row * width..][..width], dx });
    });
}

/// What the gradient of a mean over rows is multiplied by: a factor, and a weight for each row.
#[derive(Clone, Copy, Debug)]
pub struct Weighting<'a> {
    /// For all rows, such as `1 / rows`.
    pub factor: f32,
    /// For each row; 1 without.
    pub rows: Option<&'a [f32]>,
}

impl Weighting<'_> {
    fn of(&self, row: usize) -> f32 {
        self.factor * self.rows.map_or(1.0, |rows| rows[row])
    }
}

/// Cross-entropy of each row of logits with the class that `labels` gives it.
///
/// `losses[row] = ln sum e^x - x[label]`, unweighted; `dx = weight * (softmax(x) - one-hot)`.
/// A label that is no class gives a NaN loss, and softmax alone as gradient.
///
/// # Panics
/// Where a slice does not have its length.
pub fn cross_entropy_of_labels(
    x: &[f32],
    labels: &[u32],
    weighting: Weighting<'_>,
    losses: &mut [f32],
    dx: &mut [f32],
) {
    let width = check_entropy(x, losses, dx);
    check::len("cross-entropy, labels", labels.len(), losses.len());
    let isa = Isa::active();
    each_row_with(width, x, dx, losses, |row, x, dx, loss| {
        let weight = weighting.of(row);
        let log_total = isa.run(Row { x, y: dx, factor: weight }).log();
        let label = labels[row] as usize;
        *loss = x.get(label).map_or(f32::NAN, |&x| (log_total - f64::from(x)) as f32);
        if let Some(dx) = dx.get_mut(label) {
            *dx -= weight;
        }
    });
}

/// Cross-entropy of each row of logits with a row of probabilities.
///
/// `losses[row] = sum t * (ln sum e^x - x)`, unweighted; `dx = weight * (softmax(x) * sum t - t)`.
///
/// # Panics
/// Where a slice does not have its length.
pub fn cross_entropy(
    x: &[f32],
    targets: &[f32],
    weighting: Weighting<'_>,
    losses: &mut [f32],
    dx: &mut [f32],
) {
    let width = check_entropy(x, losses, dx);
    check::len("cross-entropy, targets", targets.len(), x.len());
    let isa = Isa::active();
    each_row_with(width, x, dx, losses, |row, x, dx, loss| {
        let targets = &targets[row * width..][..width];
        let weight = weighting.of(row);
        let sum: f64 = targets.iter().map(|&t| f64::from(t)).sum();
        let log_total = isa.run(Row { x, y: dx, factor: weight * sum as f32 }).log();
        let term = |(&t, &x): (&f32, &f32)| {
            // a class that is impossible on both sides costs nothing
            if t == 0.0 { 0.0 } else { f64::from(t) * (log_total - f64::from(x)) }
        };
        *loss = targets.iter().zip(x).map(term).sum::<f64>() as f32;
        dx.iter_mut().zip(targets).for_each(|(dx, t)| *dx -= weight * t);
    });
}

fn check_entropy(x: &[f32], losses: &[f32], dx: &[f32]) -> usize {
    check::len("cross-entropy, gradient", dx.len(), x.len());
    let width = x.len() / losses.len().max(1);
    check::len("cross-entropy, logits", x.len(), width * losses.len());
    width
}

/// Calls `work` with the number, the row of `x` and the row of `y`, for every row.
fn each_row(
    width: usize,
    x: &[f32],
    y: &mut [f32],
    work: impl Fn(usize, &[f32], &mut [f32]) + Sync,
) {
    if x.is_empty() {
        return;
    }
    check::len("rows", x.len() % width.max(1), 0);
    let rows_each = (PARALLEL_FROM / 8).div_ceil(width);
    let rows = |(chunk, (x, y)): (usize, (&[f32], &mut [f32]))| {
        let rows = x.chunks_exact(width).zip(y.chunks_exact_mut(width));
        rows.enumerate().for_each(|(row, (x, y))| work(chunk * rows_each + row, x, y));
    };
    if x.len() < PARALLEL_FROM / 4 {
        rows((0, (x, y)));
    } else {
        let size = rows_each * width;
        x.par_chunks(size).zip(y.par_chunks_mut(size)).enumerate().for_each(rows);
    }
}

/// Rows of `x` and of `y`.
type Pair<'a> = (&'a [f32], &'a mut [f32]);

/// As [`each_row`], with the row's own number in `each`.
fn each_row_with(
    width: usize,
    x: &[f32],
    y: &mut [f32],
    each: &mut [f32],
    work: impl Fn(usize, &[f32], &mut [f32], &mut f32) + Sync,
) {
    if x.is_empty() {
        return each.fill(0.0);
    }
    let rows_each = (PARALLEL_FROM / 8).div_ceil(width);
    let rows = |(chunk, ((x, y), each)): (usize, (Pair<'_>, &mut [f32]))| {
        let rows = x.chunks_exact(width).zip(y.chunks_exact_mut(width)).zip(each);
        let rows = rows.enumerate();
        rows.for_each(|(row, ((x, y), each))| work(chunk * rows_each + row, x, y, each));
    };
    if x.len() < PARALLEL_FROM / 4 {
        rows((0, ((x, y), each)));
    } else {
        let size = rows_each * width;
        let chunks = x.par_chunks(size).zip(y.par_chunks_mut(size));
        chunks.zip(each.par_chunks_mut(rows_each)).enumerate().for_each(rows);
    }
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
        let largest = largest(simd, x);
        let offset = simd.splat(largest);
        let mut sum = simd.splat(0.0);
        let vectors = x.chunks_exact(S::LANES);
        let tail = vectors.remainder();
        let mut total = 0.0;
        for (index, (from, to)) in vectors.zip(y.chunks_exact_mut(S::LANES)).enumerate() {
            // SAFETY: the chunk is a whole vector.
            let value = unsafe { simd.load(from.as_ptr()) };
            let value = math::exp(simd, simd.sub(value, offset));
            // SAFETY: as above.
            unsafe { simd.store(to.as_mut_ptr(), value) };
            sum = simd.add(sum, value);
            if index % 64 == 63 {
                total += f64::from(simd.sum(sum));
                sum = simd.splat(0.0);
            }
        }
        if !tail.is_empty() {
            let value = load_tail(simd, tail, f32::NEG_INFINITY);
            let value = math::exp(simd, simd.sub(value, offset));
            let start = x.len() - tail.len();
            y[start..].copy_from_slice(&simd.lanes(value)[..tail.len()]);
            sum = simd.add(sum, value);
        }
        total += f64::from(simd.sum(sum));
        let scale = (f64::from(factor) / total) as f32;
        y.iter_mut().for_each(|y| *y *= scale);
        Total { total, largest }
    }
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
