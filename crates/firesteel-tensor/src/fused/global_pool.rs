// SPDX-License-Identifier: MIT OR Apache-2.0
//! The mean and the maximum over everything between the first axis and the last.

use firesteel_kernels::pool;

use super::{FusedOp, Gradient, Input, Operand};
use crate::memory::Block;

/// The mean of each channel of each sample: `(batch, .., channels)` becomes `(batch, channels)`.
#[derive(Debug)]
pub(crate) struct GlobalAverage;

/// The largest value of each channel of each sample, whose gradient all equal ones share.
#[derive(Debug)]
pub(crate) struct GlobalMax;

fn channels(input: Input<'_>) -> usize {
    input.axes.last().copied().unwrap_or(1)
}

/// `(batch, channels)`
fn pooled_axes(input: Input<'_>) -> Vec<usize> {
    vec![input.axes[0], channels(input)]
}

impl FusedOp for GlobalAverage {
    fn output_axes(&self, inputs: &[Input<'_>]) -> Vec<usize> {
        pooled_axes(inputs[0])
    }

    fn forward(&self, inputs: &[Input<'_>], output: &mut [f32], _keep: bool) -> Vec<Block> {
        pool::global_average(channels(inputs[0]), inputs[0].values, output);
        Vec::new()
    }

    fn reads(&self, _operand: Operand) -> bool {
        false
    }

    fn backward(&self, gradient: Gradient<'_>) -> Vec<Option<Block>> {
        let input = gradient.inputs[0];
        let mut by_input = Block::new(input.len());
        pool::global_average_backward(channels(input), gradient.by_output, &mut by_input);
        vec![Some(by_input)]
    }
}

impl FusedOp for GlobalMax {
    fn output_axes(&self, inputs: &[Input<'_>]) -> Vec<usize> {
        pooled_axes(inputs[0])
    }

    fn forward(&self, inputs: &[Input<'_>], output: &mut [f32], _keep: bool) -> Vec<Block> {
        let mut ties = Block::new(output.len());
        pool::global_max(channels(inputs[0]), inputs[0].values, output, &mut ties);
        vec![ties]
    }

    fn backward(&self, gradient: Gradient<'_>) -> Vec<Option<Block>> {
        let [ties] = &gradient.kept[..] else { return vec![None] };
        let (input, y) = (gradient.inputs[0], gradient.output);
        let (x, dy) = (input.values, gradient.by_output);
        let mut by_input = Block::new(x.len());
        pool::global_max_backward(channels(input), x, y, ties, dy, &mut by_input);
        vec![Some(by_input)]
    }
}
