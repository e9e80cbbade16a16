// SPDX-License-Identifier: MIT OR Apache-2.0
//! Running one small formula over every position of some slices, in one pass over memory.
//!
//! A [`Pointwise`] formula rewrites `N` slices from their own values, the values of `M` slices that
//! it only reads, and `P` vectors that repeat in every row. Optimizer updates, activations, bias
//! addition and normalisation are all of this form.
//!
//! ```text
//! split the rows in two until a part is small, on as many threads as there are
//! for each part: for each row: for each vector: load, compute, store; the last vector is partial
//! ```
//!
//! Positions do not see each other, so the split cannot change a result. A slice that the formula
//! only writes costs no read: the compiler drops a load that is not used.

use crate::Isa;
use crate::rows::{Place, Rows, Vectors};
use crate::vector::{Kernel, Simd};

/// A formula for one position.
pub(crate) trait Pointwise<const N: usize, const M: usize, const P: usize>:
    Copy + Send + Sync
{
    /// New values of the `N` slices; implementations are `#[inline(always)]`.
    fn at<S: Simd>(self, simd: S, here: Vectors<S::F, N, M, P>) -> [S::F; N];
}

/// Positions below which another thread costs more than it brings.
pub(crate) const PARALLEL_FROM: usize = 1 << 16;
/// Positions that one task works through.
const GRAIN: usize = 1 << 15;

/// Applies `formula` to every position.
pub(crate) fn apply<const N: usize, const M: usize>(
    formula: impl Pointwise<N, M, 0>,
    state: [&mut [f32]; N],
    input: [&[f32]; M],
) {
    share(Isa::active(), formula, Rows::new(state, input, [], 1).flat());
}

/// Applies `formula` to every position of row-major matrices, `column` repeating in each row.
pub(crate) fn apply_rows<const N: usize, const M: usize, const P: usize>(
    formula: impl Pointwise<N, M, P>,
    state: [&mut [f32]; N],
    input: [&[f32]; M],
    column: [&[f32]; P],
) {
    let width = column[0].len();
    let rows = Rows::new(state, input, column, width);
    rows.widened(|rows| share(Isa::active(), formula, rows));
}

/// Applies `formula` to every position on this thread, in code that is already compiled for `simd`.
#[inline(always)]
pub(crate) fn pass<S: Simd, const N: usize, const M: usize>(
    simd: S,
    formula: impl Pointwise<N, M, 0>,
    state: [&mut [f32]; N],
    input: [&[f32]; M],
) {
    Pass { formula, rows: Rows::new(state, input, [], 1).flat() }.run(simd);
}

fn share<const N: usize, const M: usize, const P: usize>(
    isa: Isa,
    formula: impl Pointwise<N, M, P>,
    rows: Rows<'_, N, M, P>,
) {
    if rows.len < PARALLEL_FROM {
        isa.run(Pass { formula, rows });
    } else {
        halve(isa, formula, rows);
    }
}

fn halve<const N: usize, const M: usize, const P: usize>(
    isa: Isa,
    formula: impl Pointwise<N, M, P>,
    rows: Rows<'_, N, M, P>,
) {
    let step = if P == 0 { 1 } else { rows.width };
    let middle = (rows.len / 2).next_multiple_of(step);
    if rows.len <= GRAIN || middle >= rows.len {
        return isa.run(Pass { formula, rows });
    }
    let (left, right) = rows.split_at(middle);
    rayon::join(|| halve(isa, formula, left), || halve(isa, formula, right));
}

/// A formula over some rows, on one thread.
struct Pass<'a, Formula, const N: usize, const M: usize, const P: usize> {
    formula: Formula,
    rows: Rows<'a, N, M, P>,
}

impl<Formula, const N: usize, const M: usize, const P: usize> Kernel for Pass<'_, Formula, N, M, P>
where
    Formula: Pointwise<N, M, P>,
{
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        let (width, len) = (self.rows.width, self.rows.len);
        let place = self.rows.start();
        let mut start = 0;
        while start < len {
            let count = width.min(len - start);
            // SAFETY: the row ends before `len`, which all slices have, and the columns have
            // `width` positions.
            unsafe { row(simd, self.formula, place.moved(start, 0), count) };
            start += count;
        }
    }
}

/// Rewrites one row of `len` positions.
///
/// # Safety
/// At least `len` positions lie at `place` in every slice, and no two slices overlap.
#[inline(always)]
unsafe fn row<S: Simd, const N: usize, const M: usize, const P: usize>(
    simd: S,
    formula: impl Pointwise<N, M, P>,
    place: Place<N, M, P>,
    len: usize,
) {
    let mut at = 0;
    while at + S::LANES <= len {
        let here = place.moved(at, at);
        // SAFETY: a whole vector lies between `at` and `len`.
        let values = unsafe { here.load(simd) };
        // SAFETY: as above.
        unsafe { here.store(simd, formula.at(simd, values)) };
        at += S::LANES;
    }
    if at < len {
        let (here, count) = (place.moved(at, at), len - at);
        // SAFETY: `count` positions are left, fewer than a vector.
        let values = unsafe { here.load_head(simd, count) };
        // SAFETY: as above.
        unsafe { here.store_head(simd, count, formula.at(simd, values)) };
    }
}

#[cfg(test)]
mod tests;
