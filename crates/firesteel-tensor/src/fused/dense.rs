// SPDX-License-Identifier: MIT OR Apache-2.0
//! Matrix product, bias and activation in one.

use firesteel_kernels::{Activation, Dense as Shape, dense};

use super::epilogue::{before_activation, bias, if_wanted, reads};
use super::{FusedOp, Gradient, Input, Operand};
use crate::memory::Block;

/// `activation(x * kernel + bias)` over the last axis of `x`; inputs `x`, `kernel` and perhaps `bias`.
#[derive(Debug)]
pub(crate) struct Dense {
    pub(crate) activation: Activation,
}

fn shape(inputs: &[Input<'_>]) -> Shape {
    let (inputs_len, units) = (inputs[1].axes[0], inputs[1].axes[1]);
    let rows = inputs[0].axes.iter().rev().skip(1).product();
    Shape { rows, inputs: inputs_len, units }
}

impl FusedOp for Dense {
    fn output_axes(&self, inputs: &[Input<'_>]) -> Vec<usize> {
        let mut axes = inputs[0].axes.to_vec();
        if let Some(last) = axes.last_mut() {
            *last = inputs[1].axes[1];
        }
        axes
    }

    fn forward(&self, inputs: &[Input<'_>], output: &mut [f32], _keep: bool) -> Vec<Block> {
        let (x, kernel) = (inputs[0].values, inputs[1].values);
        dense::forward(shape(inputs), x, kernel, bias(inputs), self.activation, output);
        Vec::new()
    }

    fn reads(&self, operand: Operand) -> bool {
        reads(self.activation, operand)
    }

    fn backward(&self, gradient: Gradient<'_>) -> Vec<Option<Block>> {
        let shape = shape(gradient.inputs);
        let (before, by_bias) = before_activation(&gradient, self.activation, shape.units);
        let (x, kernel) = (gradient.inputs[0].values, gradient.inputs[1].values);
        let by_x = if_wanted(&gradient, 0, |dx| dense::input_gradient(shape, &before, kernel, dx));
        let by_kernel = if_wanted(&gradient, 1, |dw| dense::weight_gradient(shape, x, &before, dw));
        vec![by_x, by_kernel, by_bias]
    }
}
