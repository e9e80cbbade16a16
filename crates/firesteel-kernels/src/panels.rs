// SPDX-License-Identifier: MIT OR Apache-2.0
//! A matrix that is packed once and multiplied many times.

use crate::matrix::Matrix;
use crate::shared::Shared;
use crate::tiles::{Lines, Tiles};
use crate::{Isa, MatMul, product};

/// Rows of a panel that stay in the first cache while the rows of the left matrix pass by.
const DEPTH: usize = 256;

/// The right matrix of products, in panels as wide as a register tile, and a bias.
pub(crate) struct Panels<'a> {
    isa: Isa,
    inner: usize,
    columns: usize,
    vectors: usize,
    bias: &'a mut [f32],
    numbers: &'a mut [f32],
}

impl<'a> Panels<'a> {
    /// Numbers that a matrix takes up when packed.
    pub(crate) fn len(isa: Isa, inner: usize, columns: usize) -> usize {
        columns.next_multiple_of(product::vectors(isa, columns) * isa.lanes()) * (inner + 1)
    }

    /// Packs `right`, whose sizes `shape` tells, into the first numbers of `room`; the bias is zero.
    pub(crate) fn pack(
        isa: Isa,
        shape: MatMul,
        right: Matrix<'_>,
        room: &mut &'a mut [f32],
    ) -> Self {
        let MatMul { inner, columns, .. } = shape;
        let vectors = product::vectors(isa, columns);
        let width = vectors * isa.lanes();
        let own = room.split_off_mut(..Self::len(isa, inner, columns)).unwrap_or_default();
        let (bias, numbers) = own.split_at_mut(columns.next_multiple_of(width));
        bias.fill(0.0);
        if !numbers.is_empty() {
            product::pack(shape, right, 0..inner, width, numbers);
        }
        Self { isa, inner, columns, vectors, bias, numbers }
    }

    /// The bias.
    pub(crate) fn bias(&mut self) -> &mut [f32] {
        &mut self.bias[..self.columns]
    }

    /// `out = left * self + bias`
    pub(crate) fn multiply(&self, lines: Lines, left: &[f32], out: &mut [f32]) {
        if self.inner == 0 {
            return self.fill(lines, out);
        }
        self.run(lines, left, out, Some(self.bias));
    }

    /// `out += left * self`
    pub(crate) fn multiply_add(&self, lines: Lines, left: &[f32], out: &mut [f32]) {
        self.run(lines, left, out, None);
    }

    /// `out = bias`
    fn fill(&self, lines: Lines, out: &mut [f32]) {
        for group in 0..lines.groups {
            for row in 0..lines.rows {
                let start = group * lines.out[0] + row * lines.out[1];
                out[start..][..self.columns].copy_from_slice(&self.bias[..self.columns]);
            }
        }
    }

    fn run(&self, lines: Lines, left: &[f32], out: &mut [f32], bias: Option<&[f32]>) {
        let width = self.vectors * self.isa.lanes();
        let out = &Shared::new(out);
        for start in (0..self.inner).step_by(DEPTH) {
            self.isa.run(Tiles {
                lines,
                left: &left[start..],
                step: 1,
                depth: DEPTH.min(self.inner - start),
                vectors: self.vectors,
                columns: self.columns,
                panels: &self.numbers[start * width..],
                panel_stride: self.inner * width,
                bias: bias.filter(|_| start == 0),
                out,
                start: 0,
            });
        }
    }
}
