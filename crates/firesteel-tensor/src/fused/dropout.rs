// SPDX-License-Identifier: MIT OR Apache-2.0
//! Dropout without a mask in memory.

use firesteel_kernels::elementwise;

use super::{FusedOp, Gradient, Input, Operand};
use crate::memory::Block;

/// Zeroes a random part of the elements; the way back draws the same decisions again from the seed.
#[derive(Debug)]
pub(crate) struct Dropout(pub(crate) elementwise::Dropout);

impl FusedOp for Dropout {
    fn output_axes(&self, inputs: &[Input<'_>]) -> Vec<usize> {
        inputs[0].axes.to_vec()
    }

    fn forward(&self, inputs: &[Input<'_>], output: &mut [f32], _keep: bool) -> Vec<Block> {
        self.0.apply(inputs[0].values, output);
        Vec::new()
    }

    fn reads(&self, _operand: Operand) -> bool {
        false
    }

    fn backward(&self, gradient: Gradient<'_>) -> Vec<Option<Block>> {
        let mut by_input = Block::new(gradient.by_output.len());
        self.0.apply(gradient.by_output, &mut by_input);
        vec![Some(by_input)]
    }
}
