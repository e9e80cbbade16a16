// SPDX-License-Identifier: MIT OR Apache-2.0
//! The mean of squared differences.

use firesteel_kernels::squares;

use super::{FusedOp, Gradient, Input, Operand};
use crate::memory::Block;

/// The mean of `(a - b)^2` over all elements, one number; both inputs of one shape.
#[derive(Debug)]
pub(crate) struct MeanSquaredDifference;

impl FusedOp for MeanSquaredDifference {
    fn output_axes(&self, _inputs: &[Input<'_>]) -> Vec<usize> {
        vec![1]
    }

    fn forward(&self, inputs: &[Input<'_>], output: &mut [f32], _keep: bool) -> Vec<Block> {
        let mean = squares::mean_squared_difference(inputs[0].values, inputs[1].values);
        output.fill(mean as f32);
        Vec::new()
    }

    fn reads(&self, operand: Operand) -> bool {
        operand != Operand::Output
    }

    fn backward(&self, gradient: Gradient<'_>) -> Vec<Option<Block>> {
        let [a, b] = [0, 1].map(|input| gradient.inputs[input].values);
        let behind: f32 = gradient.by_output.iter().sum();
        let factor = 2.0 / a.len() as f32 * behind;
        let by = |input: usize, factor: f32| {
            gradient.wanted[input].then(|| {
                let mut derivative = Block::new(a.len());
                squares::scaled_difference(factor, a, b, &mut derivative);
                derivative
            })
        };
        vec![by(0, factor), by(1, -factor)]
    }
}
