// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sums of outer products over many rows: the gradients by weights that all rows share.
//!
//! ```text
//! for each part of the right matrix' columns, on any thread:
//!     for each block of rows:
//!         pack the part's columns in panels; copy the rows of all left matrices side by side
//!         sums[left column][right column] += left^T * right, by register tiles
//!     write each left matrix' sums to its result
//! ```
//!
//! Several left matrices share one walk over the right one, and no thread waits for another. A sum
//! runs over the rows in order, so the number of threads cannot change it.

use std::ops::Range;

use rayon::prelude::*;

use crate::matrix::{Matrix, MatrixMut, extent};
use crate::shared::Shared;
use crate::tiles::{Lines, Tiles};
use crate::{Isa, MatMul, product, scratch};

/// Multiplications below which one thread does it all.
const PARALLEL_FROM: usize = 1 << 20;
/// Rows of a block: a panel and the tile's part of the left rows stay in the first cache.
const BLOCK: usize = 192;

/// `left^T * right` for `K` left matrices of `rows` rows, each with its number of columns.
pub(crate) struct Outer<'a, const K: usize> {
    pub(crate) rows: usize,
    pub(crate) left: [(Matrix<'a>, usize); K],
    pub(crate) right: Matrix<'a>,
    /// Columns of the right matrix.
    pub(crate) columns: usize,
}

impl<const K: usize> Outer<'_, K> {
    /// Writes each product that has a result to go to.
    pub(crate) fn run(mut self, out: [Option<MatrixMut<'_>>; K]) {
        let isa = Isa::active();
        for ((_, count), out) in self.left.iter_mut().zip(&out) {
            let Some(out) = out else {
                *count = 0;
                continue;
            };
            let needed = extent(*count, self.columns, out.stride);
            assert!(needed <= out.numbers.len(), "result too short");
        }
        let n_left = self.n_left();
        if n_left == 0 || self.columns == 0 {
            return;
        }
        let out = out.map(|out| out.map(|out| (Shared::new(out.numbers), out.stride)));
        let width = product::vectors(isa, self.columns) * isa.lanes();
        let n_panels = self.columns.div_ceil(width);
        let parallel = self.rows * n_left * self.columns >= PARALLEL_FROM;
        let n_threads = if parallel { rayon::current_num_threads() } else { 1 };
        let size = n_panels.div_ceil(n_threads) * width;
        let part = |index: usize| {
            let columns = index * size..self.columns.min((index + 1) * size);
            self.part(isa, columns, &out);
        };
        let n_parts = self.columns.div_ceil(size);
        if n_parts == 1 { part(0) } else { (0..n_parts).into_par_iter().for_each(part) }
    }

    /// Columns of all left matrices.
    fn n_left(&self) -> usize {
        self.left.iter().map(|(_, count)| count).sum()
    }

    /// Some columns of all products.
    fn part(&self, isa: Isa, columns: Range<usize>, out: &[Option<(Shared<'_>, usize)>; K]) {
        let vectors = product::vectors(isa, self.columns);
        let width = vectors * isa.lanes();
        let (n_left, padded) = (self.n_left(), columns.len().next_multiple_of(width));
        let depth = BLOCK.min(self.rows);
        scratch::with(depth * padded + depth * n_left + n_left * padded, |room| {
            let (panels, room) = room.split_at_mut(depth * padded);
            let (left, sums) = room.split_at_mut(depth * n_left);
            sums.fill(0.0);
            let shape = MatMul::new(0, self.rows, columns.len());
            let right = self.right.skip_columns(columns.start);
            for start in (0..self.rows).step_by(BLOCK) {
                let rows = start..self.rows.min(start + BLOCK);
                let panels = &mut panels[..rows.len() * padded];
                product::pack(shape, right, rows.clone(), width, panels);
                self.gather(rows.clone(), left);
                isa.run(Tiles {
                    lines: Lines::one_group(n_left, 1, padded),
                    left,
                    step: n_left,
                    depth: rows.len(),
                    vectors,
                    columns: padded,
                    panels,
                    panel_stride: rows.len() * width,
                    bias: None,
                    out: &Shared::new(sums),
                    start: 0,
                });
            }
            self.write(sums.chunks_exact(padded), columns, out);
        });
    }

    /// Copies some rows of all left matrices side by side.
    fn gather(&self, rows: Range<usize>, to: &mut [f32]) {
        for (row, mut to) in rows.zip(to.chunks_exact_mut(self.n_left())) {
            for (left, count) in &self.left {
                let (head, tail) = to.split_at_mut(*count);
                if *count > 0 {
                    head.copy_from_slice(&left.numbers[row * left.stride..][..*count]);
                }
                to = tail;
            }
        }
    }

    /// Writes the sums of some columns to the results.
    fn write<'s>(
        &self,
        mut sums: impl Iterator<Item = &'s [f32]>,
        columns: Range<usize>,
        out: &[Option<(Shared<'_>, usize)>; K],
    ) {
        for ((_, count), out) in self.left.iter().zip(out) {
            let Some((out, stride)) = out else { continue };
            for (row, sums) in sums.by_ref().take(*count).enumerate() {
                // SAFETY: each task writes columns of its own.
                let to = unsafe { out.slice(row * stride + columns.start, columns.len()) };
                to.copy_from_slice(&sums[..columns.len()]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::naive;
    use crate::testing::{Within, close, numbers};

    #[test]
    fn equals_naive() {
        for [rows, first, second, columns] in
            [[0, 2, 1, 3], [1, 1, 1, 1], [500, 7, 0, 33], [193, 20, 31, 70], [700, 40, 41, 50]]
        {
            let (a, b) = (numbers(rows * first, 1), numbers(rows * (second + 3), 2));
            let right = numbers(rows * (columns + 2), 3);
            let mut first_out = vec![f32::NAN; first * columns];
            let mut second_out = vec![f32::NAN; second * (columns + 5)];
            let outer = Outer {
                rows,
                left: [
                    (Matrix::new(&a, first), first),
                    (Matrix::new(&b, second + 3).skip_columns(3), second),
                    (Matrix::new(&[1.0], 0), 1),
                ],
                right: Matrix::new(&right, columns + 2).skip_columns(1),
                columns,
            };
            let mut ones_out = vec![f32::NAN; columns];
            outer.run([
                Some(MatrixMut::new(&mut first_out, columns)),
                Some(MatrixMut::new(&mut second_out, columns + 5)),
                Some(MatrixMut::new(&mut ones_out, columns)),
            ]);
            let cut = |from: &[f32], stride: usize, start: usize, len: usize| -> Vec<f32> {
                from.chunks_exact(stride).flat_map(|row| row[start..][..len].to_vec()).collect()
            };
            let (right, b) = (cut(&right, columns + 2, 1, columns), cut(&b, second + 3, 3, second));
            let got = cut(&second_out, columns + 5, 0, columns);
            let within = Within { absolute: 2e-6 * (rows as f64).sqrt(), relative: 1e-6 };
            for (left, count, got) in
                [(&a, first, first_out), (&b, second, got), (&vec![1.0; rows], 1, ones_out)]
            {
                let shape = MatMul::new(count, rows, columns).left_transposed();
                close("outer", &got, &naive::matmul(shape, left, &right), within);
            }
        }
    }
}
