// SPDX-License-Identifier: MIT OR Apache-2.0
//! Matrix products of row-major matrices.

use rayon::prelude::*;

use crate::matrix::{Matrix, MatrixMut};
use crate::{Activation, Scaled, check, epilogue, product};

/// The shapes of a product `left (rows, inner) * right (inner, columns)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatMul {
    /// Rows of the left matrix and the result.
    pub rows: usize,
    /// Columns of the left matrix, rows of the right one.
    pub inner: usize,
    /// Columns of the right matrix and the result.
    pub columns: usize,
    /// Whether the left matrix is stored transposed, as `(inner, rows)`.
    pub transpose_left: bool,
    /// Whether the right matrix is stored transposed, as `(columns, inner)`.
    pub transpose_right: bool,
}

/// Multiplications below which one thread does a batch of products.
const PARALLEL_FROM: usize = 1 << 20;

impl MatMul {
    /// A product of matrices stored as they are.
    pub fn new(rows: usize, inner: usize, columns: usize) -> Self {
        Self { rows, inner, columns, transpose_left: false, transpose_right: false }
    }

    /// The same with the left matrix stored as `(inner, rows)`.
    #[must_use]
    pub fn left_transposed(self) -> Self {
        Self { transpose_left: true, ..self }
    }

    /// The same with the right matrix stored as `(columns, inner)`.
    #[must_use]
    pub fn right_transposed(self) -> Self {
        Self { transpose_right: true, ..self }
    }

    /// `out = left * right`.
    ///
    /// # Panics
    /// Where a slice does not have the length of its matrix.
    pub fn run(self, left: &[f32], right: &[f32], out: &mut [f32]) {
        self.fused(left, Scaled::plain(right), None, Activation::Linear, out);
    }

    /// `out[i] = left[i] * right[i]` for each of the matrices stored one after the other.
    ///
    /// # Panics
    /// Where the slices do not hold equally many whole matrices.
    pub fn run_batch(self, left: &[f32], right: &[f32], out: &mut [f32]) {
        let [one_left, one_right, one_out] = self.sizes();
        if one_out == 0 || out.is_empty() {
            return;
        }
        let count = out.len() / one_out;
        check::len("batched product, left", left.len(), count * one_left);
        check::len("batched product, right", right.len(), count * one_right);
        check::len("batched product, result", out.len(), count * one_out);
        let one = |(index, out): (usize, &mut [f32])| {
            let left = &left[index * one_left..][..one_left];
            let right = &right[index * one_right..][..one_right];
            self.run(left, right, out);
        };
        if count * self.work() < PARALLEL_FROM {
            out.chunks_exact_mut(one_out).enumerate().for_each(one);
        } else {
            out.par_chunks_exact_mut(one_out).enumerate().for_each(one);
        }
    }

    /// `out = act(left * right + bias)`, bias and activation while the result is in cache.
    pub(crate) fn fused(
        self,
        left: &[f32],
        right: Scaled<'_>,
        bias: Option<&[f32]>,
        activation: Activation,
        out: &mut [f32],
    ) {
        let [one_left, one_right, one_out] = self.sizes();
        check::len("product, left", left.len(), one_left);
        check::len("product, right", right.values.len(), one_right);
        check::len("product, result", out.len(), one_out);
        if one_out == 0 {
            return;
        }
        if self.inner == 0 {
            out.fill(0.0);
            return epilogue::forward(activation, bias, out);
        }
        let [left_stride, right_stride] = self.strides();
        let left = Matrix::new(left, left_stride);
        let right = Matrix::new(right.values, right_stride).scaled(right.scale);
        product::run(self, left, right, bias, activation, MatrixMut::new(out, self.columns));
    }

    /// Lengths of the stored rows of left and right.
    fn strides(self) -> [usize; 2] {
        let left = if self.transpose_left { self.rows } else { self.inner };
        let right = if self.transpose_right { self.inner } else { self.columns };
        [left, right]
    }

    /// Lengths of left, right and result.
    fn sizes(self) -> [usize; 3] {
        [self.rows * self.inner, self.inner * self.columns, self.rows * self.columns]
    }

    /// Multiplications.
    fn work(self) -> usize {
        self.rows * self.inner * self.columns
    }
}

#[cfg(test)]
mod tests;
