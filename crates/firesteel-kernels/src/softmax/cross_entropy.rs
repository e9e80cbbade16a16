// SPDX-License-Identifier: MIT OR Apache-2.0
//! Cross-entropy from logits, with its gradient in the same pass where that is wanted.
//!
//! ```text
//! for each row: loss = sum t * (ln sum e^x - x)         dx = factor * (softmax(x) * sum t - t)
//! ```

use rayon::prelude::*;

use super::{Row, Sum, each_row, rows_each};
use crate::pointwise::PARALLEL_FROM;
use crate::vector::{Kernel, Simd};
use crate::{Isa, check};

/// Cross-entropy of each row of logits with the class that `labels` gives it.
///
/// `losses[row] = ln sum e^x - x[label]`; `dx = factor * (softmax(x) - one-hot)`.
/// A label that is no class gives a NaN loss, and softmax alone as gradient.
///
/// # Panics
/// Where a slice does not have its length.
pub fn cross_entropy_of_labels(
    x: &[f32],
    labels: &[u32],
    factor: f32,
    losses: &mut [f32],
    dx: Option<&mut [f32]>,
) {
    check::len("cross-entropy, labels", labels.len(), losses.len());
    compare(x, &Labels(labels), factor, losses, dx);
}

/// Cross-entropy of each row of logits with a row of probabilities.
///
/// `losses[row] = sum t * (ln sum e^x - x)`; `dx = factor * (softmax(x) * sum t - t)`.
/// A logit of minus infinity gives a NaN loss where its probability is zero.
///
/// # Panics
/// Where a slice does not have its length.
pub fn cross_entropy(
    x: &[f32],
    targets: &[f32],
    factor: f32,
    losses: &mut [f32],
    dx: Option<&mut [f32]>,
) {
    check::len("cross-entropy, targets", targets.len(), x.len());
    let width = x.len() / losses.len().max(1);
    compare(x, &Probabilities { targets, width }, factor, losses, dx);
}

/// Multiplies each row of a gradient by the number of its row, in place.
///
/// # Panics
/// Where `dx` is no whole number of columns of `factors.len()`.
pub fn scale_rows(factors: &[f32], dx: &mut [f32]) {
    let width = dx.len() / factors.len().max(1);
    check::len("scaled rows", dx.len(), width * factors.len());
    let isa = Isa::active();
    each_row([1, width], factors, dx, |_, factor, dx| isa.run(Scale { factor: factor[0], dx }));
}

/// What rows of logits are compared with.
trait Classes: Sync {
    /// What the probabilities of a row add up to.
    fn total(&self, row: usize) -> f32;

    /// The loss of a row of logits, where `log_total` is `ln sum e^x`.
    fn loss(&self, row: usize, x: &[f32], log_total: f64) -> f32;

    /// Takes the probabilities of a row, times `factor`, off its gradient.
    fn take_off(&self, row: usize, factor: f32, dx: &mut [f32]);
}

/// One class for each row.
struct Labels<'a>(&'a [u32]);

impl Classes for Labels<'_> {
    fn total(&self, _row: usize) -> f32 {
        1.0
    }

    fn loss(&self, row: usize, x: &[f32], log_total: f64) -> f32 {
        let of_class = x.get(self.0[row] as usize);
        of_class.map_or(f32::NAN, |&x| (log_total - f64::from(x)) as f32)
    }

    fn take_off(&self, row: usize, factor: f32, dx: &mut [f32]) {
        if let Some(dx) = dx.get_mut(self.0[row] as usize) {
            *dx -= factor;
        }
    }
}

/// A probability for each class of each row.
struct Probabilities<'a> {
    targets: &'a [f32],
    width: usize,
}

impl Probabilities<'_> {
    fn row(&self, row: usize) -> &[f32] {
        &self.targets[row * self.width..][..self.width]
    }
}

impl Classes for Probabilities<'_> {
    fn total(&self, row: usize) -> f32 {
        self.row(row).iter().map(|&t| f64::from(t)).sum::<f64>() as f32
    }

    fn loss(&self, row: usize, x: &[f32], log_total: f64) -> f32 {
        let term = |(&t, &x): (&f32, &f32)| f64::from(t) * (log_total - f64::from(x));
        self.row(row).iter().zip(x).map(term).sum::<f64>() as f32
    }

    fn take_off(&self, row: usize, factor: f32, dx: &mut [f32]) {
        dx.iter_mut().zip(self.row(row)).for_each(|(dx, t)| *dx -= factor * t);
    }
}

/// The loss of each row and, where there is room for it, the gradient of the logits.
fn compare(
    x: &[f32],
    classes: &impl Classes,
    factor: f32,
    losses: &mut [f32],
    dx: Option<&mut [f32]>,
) {
    let width = x.len() / losses.len().max(1);
    check::len("cross-entropy, logits", x.len(), width * losses.len());
    if x.is_empty() {
        return losses.fill(0.0);
    }
    let isa = Isa::active();
    let Some(dx) = dx else {
        return each_row([width, 1], x, losses, |row, x, loss| {
            loss.fill(classes.loss(row, x, isa.run(Sum { x }).log()));
        });
    };
    check::len("cross-entropy, gradient", dx.len(), x.len());
    each_row_with(width, x, dx, losses, |row, x, dx, loss| {
        let total = isa.run(Row { x, y: dx, factor: factor * classes.total(row) });
        *loss = classes.loss(row, x, total.log());
        classes.take_off(row, factor, dx);
    });
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
    let rows_each = rows_each(width);
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

/// One row times a number.
struct Scale<'a> {
    factor: f32,
    dx: &'a mut [f32],
}

impl Kernel for Scale<'_> {
    type Output = ();

    // plain code, which the compiler turns into vectors of the set in use
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        for dx in self.dx {
            *dx *= self.factor;
        }
    }
}
