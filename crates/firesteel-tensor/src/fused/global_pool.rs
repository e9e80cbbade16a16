// SPDX-License-Identifier: MIT OR Apache-2.0
//! The mean over everything between the first axis and the last.

use firesteel_kernels::pool;

use super::{FusedOp, Gradient, Input};
use crate::memory::Block;

/// The mean of each channel of each sample: `(batch, .., channels)` becomes `(batch, channels)`.
#[derive(Debug)]
pub(crate) struct GlobalAverage;

fn channels(input: Input<'_>) -> usize {
    input.axes.last().copied().unwrap_or(1)
}

impl FusedOp for GlobalAverage {
    fn output_axes(&self, inputs: &[Input<'_>]) -> Vec<usize> {
        vec![inputs[0].axes[0], channels(inputs[0])]
    }

    fn forward(&self, inputs: &[Input<'_>], output: &mut [f32], _keep: bool) -> Vec<Block> {
        pool::global_average(channels(inputs[0]), inputs[0].values, output);
        Vec::new()
    }

    fn backward(&self, gradient: Gradient<'_>) -> Vec<Option<Block>> {
        let input = gradient.inputs[0];
        let mut by_input = Block::new(input.values.len());
        pool::global_average_backward(channels(input), gradient.by_output, &mut by_input);
        vec![Some(by_input)]
    }
}
