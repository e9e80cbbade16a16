// SPDX-License-Identifier: MIT OR Apache-2.0
//! Rows of a table by their numbers.

use super::{FusedOp, Gradient, Input, Operand};
use crate::memory::Block;

/// The rows of a table `(rows, width)` that numbers name, in their order.
#[derive(Debug)]
pub(crate) struct TakeRows {
    /// The row for each position; all of them are in the table.
    pub(crate) numbers: Vec<usize>,
    /// The axes of the numbers.
    pub(crate) axes: Vec<usize>,
}

fn width(table: Input<'_>) -> usize {
    table.axes[1]
}

impl FusedOp for TakeRows {
    fn output_axes(&self, inputs: &[Input<'_>]) -> Vec<usize> {
        self.axes.iter().copied().chain([width(inputs[0])]).collect()
    }

    fn forward(&self, inputs: &[Input<'_>], output: &mut [f32], _keep: bool) -> Vec<Block> {
        let width = width(inputs[0]);
        let rows = output.chunks_exact_mut(width.max(1));
        for (row, &number) in rows.zip(&self.numbers) {
            row.copy_from_slice(&inputs[0].values[number * width..][..width]);
        }
        Vec::new()
    }

    fn reads(&self, _operand: Operand) -> bool {
        false
    }

    /// A row gets the sum of the gradients of all positions at which it stands.
    fn backward(&self, gradient: Gradient<'_>) -> Vec<Option<Block>> {
        let Gradient { inputs, by_output, .. } = gradient;
        let width = width(inputs[0]);
        let mut by_table = Block::new(inputs[0].len());
        by_table.fill(0.0);
        for (given, &number) in by_output.chunks_exact(width.max(1)).zip(&self.numbers) {
            let row = &mut by_table[number * width..][..width];
            row.iter_mut().zip(given).for_each(|(sum, given)| *sum += given);
        }
        vec![Some(by_table)]
    }
}
