// SPDX-License-Identifier: MIT OR Apache-2.0
//! Kernel weights in the order in which the register tile reads them.
//!
//! The weights of a group form a matrix: a row for each tap and source channel, a column for each
//! target channel. It is cut into panels of as many columns as a tile is wide, each stored row by
//! row, the last one filled up with zeros.

use rayon::prelude::*;

use super::Conv;
use crate::matrix::{Matrix, Scaled};
use crate::rows_to_panels::{PARALLEL_FROM, rows_to_panels};

/// A kernel `(taps, in_channels / groups, out_channels)` and the direction it is used in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kernel<'a> {
    values: &'a [f32],
    /// What each output channel is multiplied by, on the way forward; 1 without.
    scale: Option<&'a [f32]>,
    n_taps: usize,
    /// Input channels of a group.
    inputs: usize,
    /// Output channels of a group.
    outputs: usize,
    groups: usize,
    /// From outputs to inputs, with taps in reverse.
    backward: bool,
}

impl<'a> Kernel<'a> {
    /// For the forward pass: source channels are inputs.
    pub(super) fn forward(shape: &Conv<3>, kernel: Scaled<'a>) -> Self {
        Self {
            values: kernel.values,
            scale: kernel.scale,
            n_taps: shape.n_taps(),
            inputs: shape.in_channels / shape.groups,
            outputs: shape.out_channels / shape.groups,
            groups: shape.groups,
            backward: false,
        }
    }

    /// For the input gradient: source channels are outputs.
    pub(super) fn backward(shape: &Conv<3>, values: &'a [f32]) -> Self {
        Self { backward: true, ..Self::forward(shape, Scaled::plain(values)) }
    }

    /// Rows of a group's matrix.
    pub(super) fn depth(&self) -> usize {
        self.n_taps * if self.backward { self.outputs } else { self.inputs }
    }

    /// Columns of a group's matrix.
    pub(super) fn columns(&self) -> usize {
        if self.backward { self.inputs } else { self.outputs }
    }

    /// Panels of a group.
    pub(super) fn n_panels(&self, width: usize) -> usize {
        self.columns().div_ceil(width)
    }

    /// Numbers in all panels of all groups.
    pub(super) fn packed_len(&self, width: usize) -> usize {
        self.groups * self.n_panels(width) * self.depth() * width
    }

    /// Writes all panels of all groups, one after the other.
    pub(super) fn pack(&self, width: usize, panels: &mut [f32]) {
        let size = self.depth() * width;
        if size == 0 {
            return;
        }
        if !self.backward {
            let matrix = Matrix::new(self.values, self.groups * self.outputs).scaled(self.scale);
            let groups = panels.chunks_exact_mut(self.n_panels(width) * size);
            for (group, panels) in groups.enumerate() {
                let columns = group * self.outputs..(group + 1) * self.outputs;
                rows_to_panels(matrix, 0..self.depth(), columns, width, panels);
            }
            return;
        }
        let one = |(index, panel): (usize, &mut [f32])| {
            let group = index / self.n_panels(width);
            let first = index % self.n_panels(width) * width;
            self.pack_backward(group, first, width, panel);
        };
        if panels.len() < PARALLEL_FROM {
            panels.chunks_exact_mut(size).enumerate().for_each(one);
        } else {
            panels.par_chunks_exact_mut(size).enumerate().for_each(one);
        }
    }

    fn pack_backward(&self, group: usize, first: usize, width: usize, panel: &mut [f32]) {
        let count = width.min(self.inputs - first);
        let taps = panel.chunks_exact_mut(self.outputs * width);
        for (tap, panel) in (0..self.n_taps).rev().zip(taps) {
            for column in 0..count {
                let row = (tap * self.inputs + first + column) * self.groups + group;
                let row = &self.values[row * self.outputs..][..self.outputs];
                for (to, &value) in panel.chunks_exact_mut(width).zip(row) {
                    to[column] = value;
                }
            }
            panel.chunks_exact_mut(width).for_each(|row| row[count..].fill(0.0));
        }
    }
}
