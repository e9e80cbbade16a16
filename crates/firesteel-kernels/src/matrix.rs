// SPDX-License-Identifier: MIT OR Apache-2.0
//! Matrices that lie inside larger ones, or whose columns are multiplied as they are packed.

/// A kernel as it is stored, row-major with a column for each output, and what each column is multiplied by.
#[derive(Clone, Copy, Debug)]
pub struct Scaled<'a> {
    /// The kernel.
    pub values: &'a [f32],
    /// A factor for each column; 1 without.
    pub scale: Option<&'a [f32]>,
}

impl<'a> Scaled<'a> {
    /// A kernel as it is.
    pub fn plain(values: &'a [f32]) -> Self {
        Self { values, scale: None }
    }
}

/// A matrix whose stored rows begin `stride` numbers apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Matrix<'a> {
    pub(crate) numbers: &'a [f32],
    pub(crate) stride: usize,
    /// What each column of a right matrix is multiplied by while it is packed; 1 without.
    pub(crate) scale: Option<&'a [f32]>,
}

impl<'a> Matrix<'a> {
    pub(crate) fn new(numbers: &'a [f32], stride: usize) -> Self {
        Self { numbers, stride, scale: None }
    }

    /// The same with a factor for each column.
    pub(crate) fn scaled(self, scale: Option<&'a [f32]>) -> Self {
        Self { scale, ..self }
    }

    /// The same from stored column `start` on, without factors.
    pub(crate) fn skip_columns(self, start: usize) -> Self {
        Self::new(self.numbers.get(start..).unwrap_or_default(), self.stride)
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
