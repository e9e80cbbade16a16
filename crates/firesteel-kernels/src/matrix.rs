// SPDX-License-Identifier: MIT OR Apache-2.0
//! Matrices that lie inside larger ones.

/// A matrix whose stored rows begin `stride` numbers apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Matrix<'a> {
    pub(crate) numbers: &'a [f32],
    pub(crate) stride: usize,
}

impl<'a> Matrix<'a> {
    pub(crate) fn new(numbers: &'a [f32], stride: usize) -> Self {
        Self { numbers, stride }
    }

    /// The same from stored column `start` on.
    pub(crate) fn skip_columns(self, start: usize) -> Self {
        Self { numbers: self.numbers.get(start..).unwrap_or_default(), ..self }
    }
}

/// A matrix to write, whose rows begin `stride` numbers apart.
#[derive(Debug)]
pub(crate) struct MatrixMut<'a> {
    pub(crate) numbers: &'a mut [f32],
    pub(crate) stride: usize,
}

impl<'a> MatrixMut<'a> {
    pub(crate) fn new(numbers: &'a mut [f32], stride: usize) -> Self {
        Self { numbers, stride }
    }
}

/// Numbers that `rows` rows of `columns` take up, `stride` apart; the last one needs no rest.
pub(crate) fn extent(rows: usize, columns: usize, stride: usize) -> usize {
    if rows == 0 || columns == 0 { 0 } else { (rows - 1) * stride + columns }
}
