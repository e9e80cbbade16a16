// SPDX-License-Identifier: MIT OR Apache-2.0
//! The softmax over the last axis, and its logarithm.

use firesteel_kernels::softmax;

use super::{FusedOp, Gradient, Input, Operand};
use crate::memory::Block;

/// `exp(x) / sum(exp(x))` over the last axis.
#[derive(Debug)]
pub(crate) struct Softmax;

fn width(input: Input<'_>) -> usize {
    input.axes.last().copied().unwrap_or(1)
}

impl FusedOp for Softmax {
    fn output_axes(&self, inputs: &[Input<'_>]) -> Vec<usize> {
        inputs[0].axes.to_vec()
    }

    fn forward(&self, inputs: &[Input<'_>], output: &mut [f32], _keep: bool) -> Vec<Block> {
        softmax::forward(width(inputs[0]), inputs[0].values, output);
        Vec::new()
    }

    fn reads(&self, operand: Operand) -> bool {
        operand == Operand::Output
    }

    fn backward(&self, gradient: Gradient<'_>) -> Vec<Option<Block>> {
        let mut by_input = Block::new(gradient.output.len());
        let width = width(gradient.inputs[0]);
        softmax::backward(width, gradient.output, gradient.by_output, &mut by_input);
        vec![Some(by_input)]
    }
}

/// `x - ln(sum(exp(x)))` over the last axis.
#[derive(Debug)]
pub(crate) struct LogSoftmax;

impl FusedOp for LogSoftmax {
    fn output_axes(&self, inputs: &[Input<'_>]) -> Vec<usize> {
        inputs[0].axes.to_vec()
    }

    fn forward(&self, inputs: &[Input<'_>], output: &mut [f32], _keep: bool) -> Vec<Block> {
        softmax::log_forward(width(inputs[0]), inputs[0].values, output);
        Vec::new()
    }

    fn reads(&self, operand: Operand) -> bool {
        operand == Operand::Output
    }

    fn backward(&self, gradient: Gradient<'_>) -> Vec<Option<Block>> {
        let mut by_input = Block::new(gradient.output.len());
        let width = width(gradient.inputs[0]);
        softmax::log_backward(width, gradient.output, gradient.by_output, &mut by_input);
        vec![Some(by_input)]
    }
}
