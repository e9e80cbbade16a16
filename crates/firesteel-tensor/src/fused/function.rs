// SPDX-License-Identifier: MIT OR Apache-2.0
//! A function of each number.

use firesteel_kernels::elementwise::{self, Function};

use super::{FusedOp, Gradient, Input, Operand};
use crate::memory::Block;
use crate::ops::Activation;

/// The activation as a function that the kernels know; `None` when it must be composed.
pub(crate) fn kernel_function(activation: Activation) -> Option<Function> {
    match activation {
        Activation::Relu => Some(Function::Relu),
        Activation::LeakyRelu(slope) => Some(Function::LeakyRelu { slope }),
        Activation::Elu(alpha) => Some(Function::Elu { alpha }),
        Activation::Sigmoid => Some(Function::Sigmoid),
        Activation::Tanh => Some(Function::Tanh),
        Activation::Exponential => Some(Function::Exp),
        Activation::Silu => Some(Function::Silu),
        Activation::Gelu => Some(Function::Gelu),
        Activation::GeluTanh => Some(Function::GeluTanh),
        _ => None,
    }
}

/// A function of each element.
#[derive(Debug)]
pub(crate) struct Elementwise(pub(crate) Function);

impl FusedOp for Elementwise {
    fn output_axes(&self, inputs: &[Input<'_>]) -> Vec<usize> {
        inputs[0].axes.to_vec()
    }

    fn forward(&self, inputs: &[Input<'_>], output: &mut [f32], _keep: bool) -> Vec<Block> {
        elementwise::forward(self.0, inputs[0].values, output);
        Vec::new()
    }

    fn reads(&self, operand: Operand) -> bool {
        match operand {
            Operand::Input(_) => !self.0.slope_follows_from_value(),
            Operand::Output => !self.0.slope_follows_from_argument(),
        }
    }

    fn backward(&self, gradient: Gradient<'_>) -> Vec<Option<Block>> {
        let (x, y) = (gradient.inputs[0].values, gradient.output);
        // the kernel wants both, and looks at one where that is enough
        let x = if self.0.slope_follows_from_value() { y } else { x };
        let y = if self.0.slope_follows_from_argument() { x } else { y };
        let mut by_input = Block::new(gradient.by_output.len());
        elementwise::backward(self.0, x, y, gradient.by_output, &mut by_input);
        vec![Some(by_input)]
    }
}
