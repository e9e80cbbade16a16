// SPDX-License-Identifier: MIT OR Apache-2.0
//! Column sums over row-major matrices, of a formula that may rewrite them in the same pass.
//!
//! ```text
//! cut the rows into chunks whose size depends on the shape alone
//! for each chunk, on any thread:
//!     for each block of 64 rows: for each few columns: add down the rows in registers
//!     add the block's sums to the chunk's
//! add the chunks' sums, in order, in double precision
//! ```
//!
//! The order of additions is fixed by the shape, so the number of threads cannot change a sum.
//! No single-precision sum is longer than 64 terms of terms, which bounds its rounding error by
//! about `80 * 2^-24` of the sum of magnitudes.

use std::array;

use crate::Isa;
use crate::pointwise::PARALLEL_FROM;
use crate::rows::{Place, Rows, Vectors};
use crate::scratch;
use crate::vector::{Kernel, Simd};

/// A formula for one position with `Q` terms to add up over each column.
pub(crate) trait Summed<const N: usize, const M: usize, const P: usize, const Q: usize>:
    Copy + Send + Sync
{
    /// New values of the `N` slices, and the terms; implementations are `#[inline(always)]`.
    fn at<S: Simd>(self, simd: S, here: Vectors<S::F, N, M, P>) -> ([S::F; N], [S::F; Q]);
}

/// The numbers themselves, to be added up.
#[derive(Clone, Copy)]
pub(crate) struct Itself;

impl Summed<0, 1, 0, 1> for Itself {
    #[inline(always)]
    fn at<S: Simd>(self, _: S, ([], [x], []): Vectors<S::F, 0, 1, 0>) -> ([S::F; 0], [S::F; 1]) {
        ([], [x])
    }
}

/// Rows added up before their sum goes to memory.
const BLOCK: usize = 64;
/// Vectors of columns held in registers.
const ABREAST: usize = 4;
/// Positions of a chunk, about.
const CHUNK: usize = 1 << 16;
/// Rows of a chunk, at most.
const CHUNK_ROWS: usize = 16 * BLOCK;

/// Applies `formula` everywhere and calls `take` with the sums of each column in turn.
pub(crate) fn sum<const N: usize, const M: usize, const P: usize, const Q: usize>(
    formula: impl Summed<N, M, P, Q>,
    rows: Rows<'_, N, M, P>,
    mut take: impl FnMut(usize, [f64; Q]),
) {
    let narrow = rows.width;
    if narrow == 0 {
        return;
    }
    rows.widened(|rows| {
        let width = rows.width;
        let chunk = CHUNK.div_ceil(width).clamp(1, CHUNK_ROWS) * width;
        let per_chunk = Q * width;
        let n_chunks = rows.len.div_ceil(chunk);
        scratch::with_zeros(n_chunks.max(1) * per_chunk, |partial| {
            let cut = Cut { chunk, per_chunk, parallel: rows.len >= PARALLEL_FROM };
            share(Isa::active(), formula, rows, partial, cut);
            for column in 0..narrow {
                let part = |q| &partial[q * width + column..];
                take(column, array::from_fn(|q| total(part(q), per_chunk, width, narrow)));
            }
        });
    });
}

/// The sum, over all chunks, of the places that belong to one column.
fn total(partial: &[f32], per_chunk: usize, width: usize, narrow: usize) -> f64 {
    let of_chunk = |chunk: &[f32]| -> f64 {
        let places = chunk.iter().take(width).step_by(narrow);
        places.take(width / narrow).map(|&value| f64::from(value)).sum()
    };
    partial.chunks(per_chunk).map(of_chunk).sum()
}

/// How rows are cut into chunks.
#[derive(Clone, Copy)]
struct Cut {
    chunk: usize,
    per_chunk: usize,
    parallel: bool,
}

fn share<const N: usize, const M: usize, const P: usize, const Q: usize>(
    isa: Isa,
    formula: impl Summed<N, M, P, Q>,
    rows: Rows<'_, N, M, P>,
    partial: &mut [f32],
    cut: Cut,
) {
    let n_chunks = rows.len.div_ceil(cut.chunk);
    if n_chunks == 0 {
        return;
    }
    if n_chunks == 1 {
        return isa.run(Chunk::<_, N, M, P, Q> { formula, rows, partial });
    }
    let half = n_chunks / 2;
    let (left, right) = rows.split_at(half * cut.chunk);
    let (partial_left, partial_right) = partial.split_at_mut(half * cut.per_chunk);
    let left = || share(isa, formula, left, partial_left, cut);
    let right = || share(isa, formula, right, partial_right, cut);
    if cut.parallel {
        rayon::join(left, right);
    } else {
        left();
        right();
    }
}

/// A formula over the rows of one chunk, and where its sums go: `Q` rows of them.
struct Chunk<'a, Formula, const N: usize, const M: usize, const P: usize, const Q: usize> {
    formula: Formula,
    rows: Rows<'a, N, M, P>,
    partial: &'a mut [f32],
}

impl<Formula, const N: usize, const M: usize, const P: usize, const Q: usize> Kernel
    for Chunk<'_, Formula, N, M, P, Q>
where
    Formula: Summed<N, M, P, Q>,
{
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        let (width, len) = (self.rows.width, self.rows.len);
        assert!(self.partial.len() >= Q * width, "no room for the sums");
        let sums = self.partial.as_mut_ptr();
        let strip = Strip::<_, N, M, P, Q> { formula: self.formula, width, sums };
        let (place, n_rows) = (self.rows.start(), len / width);
        let mut row = 0;
        while row < n_rows {
            let rows = BLOCK.min(n_rows - row);
            // SAFETY: `rows` whole rows lie between `row` and the end of the slices.
            unsafe { strip.block(simd, place.moved(row * width, 0), rows, width) };
            row += rows;
        }
        // SAFETY: what is left is shorter than a row.
        unsafe { strip.block(simd, place.moved(n_rows * width, 0), 1, len - n_rows * width) };
    }
}

/// Adds down the rows of a block, a few vectors of columns at a time.
struct Strip<Formula, const N: usize, const M: usize, const P: usize, const Q: usize> {
    formula: Formula,
    width: usize,
    sums: *mut f32,
}

impl<Formula, const N: usize, const M: usize, const P: usize, const Q: usize>
    Strip<Formula, N, M, P, Q>
where
    Formula: Summed<N, M, P, Q>,
{
    /// The first `columns` columns of `rows` rows.
    ///
    /// # Safety
    /// That many positions lie at `place` in every slice, and `Q` rows of `width` in the sums.
    #[inline(always)]
    unsafe fn block<S: Simd>(&self, simd: S, place: Place<N, M, P>, rows: usize, columns: usize) {
        let mut at = 0;
        while at + ABREAST * S::LANES <= columns {
            // SAFETY: `ABREAST` vectors lie between `at` and `columns` in each row.
            unsafe { self.whole::<S, ABREAST>(simd, place, rows, at) };
            at += ABREAST * S::LANES;
        }
        while at + S::LANES <= columns {
            // SAFETY: a vector lies between `at` and `columns` in each row.
            unsafe { self.whole::<S, 1>(simd, place, rows, at) };
            at += S::LANES;
        }
        if at < columns {
            // SAFETY: fewer columns than a vector are left.
            unsafe { self.head(simd, place, rows, at..columns) };
        }
    }

    /// `A` vectors of columns from column `at`.
    ///
    /// # Safety
    /// As [`Strip::block`], with `A` whole vectors from `at` in each row.
    #[inline(always)]
    unsafe fn whole<S: Simd, const A: usize>(
        &self,
        simd: S,
        place: Place<N, M, P>,
        rows: usize,
        at: usize,
    ) {
        let mut sums = [[simd.splat(0.0); A]; Q];
        for row in 0..rows {
            for abreast in 0..A {
                let column = at + abreast * S::LANES;
                let here = place.moved(row * self.width + column, column);
                // SAFETY: the caller promises this row and these columns.
                let values = unsafe { here.load(simd) };
                let (state, terms) = self.formula.at(simd, values);
                // SAFETY: as above.
                unsafe { here.store(simd, state) };
                for (sum, term) in sums.iter_mut().zip(terms) {
                    sum[abreast] = simd.add(sum[abreast], term);
                }
            }
        }
        for (q, sums) in sums.iter().enumerate() {
            for (abreast, &sum) in sums.iter().enumerate() {
                let to = self.sums.wrapping_add(q * self.width + at + abreast * S::LANES);
                // SAFETY: the caller promises `Q` rows of `width` sums.
                let before = unsafe { simd.load(to) };
                // SAFETY: as above.
                unsafe { simd.store(to, simd.add(before, sum)) };
            }
        }
    }

    /// The last columns, fewer than a vector.
    ///
    /// # Safety
    /// As [`Strip::block`], with `columns` inside each row.
    #[inline(always)]
    unsafe fn head<S: Simd>(
        &self,
        simd: S,
        place: Place<N, M, P>,
        rows: usize,
        columns: std::ops::Range<usize>,
    ) {
        let (at, count) = (columns.start, columns.len());
        let mut sums = [simd.splat(0.0); Q];
        for row in 0..rows {
            let here = place.moved(row * self.width + at, at);
            // SAFETY: the caller promises this row and these columns.
            let values = unsafe { here.load_head(simd, count) };
            let (state, terms) = self.formula.at(simd, values);
            // SAFETY: as above.
            unsafe { here.store_head(simd, count, state) };
            for (sum, term) in sums.iter_mut().zip(terms) {
                *sum = simd.add(*sum, term);
            }
        }
        for (q, &sum) in sums.iter().enumerate() {
            let to = self.sums.wrapping_add(q * self.width + at);
            // SAFETY: the caller promises `Q` rows of `width` sums.
            let before = unsafe { simd.load_head(to, count) };
            // SAFETY: as above.
            unsafe { simd.store_head(to, count, simd.add(before, sum)) };
        }
    }
}

#[cfg(test)]
mod tests;
