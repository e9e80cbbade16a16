// SPDX-License-Identifier: MIT OR Apache-2.0
//! A sum and its activation in one.

use firesteel_kernels::{Activation, elementwise};

use super::epilogue::{before_activation, if_wanted};
use super::{FusedOp, Gradient, Input, Operand};
use crate::memory::Block;

/// `activation(a + b)` of tensors of one shape.
#[derive(Debug)]
pub(crate) struct ActivatedSum {
    pub(crate) activation: Activation,
}

impl FusedOp for ActivatedSum {
    fn output_axes(&self, inputs: &[Input<'_>]) -> Vec<usize> {
        inputs[0].axes.to_vec()
    }

    fn forward(&self, inputs: &[Input<'_>], output: &mut [f32], _keep: bool) -> Vec<Block> {
        elementwise::activated_sum(self.activation, inputs[0].values, inputs[1].values, output);
        Vec::new()
    }

    fn reads(&self, operand: Operand) -> bool {
        operand == Operand::Output && self.activation != Activation::Linear
    }

    fn backward(&self, gradient: Gradient<'_>) -> Vec<Option<Block>> {
        // one row of everything: there is no bias whose columns are summed
        let (before, _) = before_activation(&gradient, self.activation, gradient.by_output.len());
        let by = |input| if_wanted(&gradient, input, |by| by.copy_from_slice(&before));
        vec![by(0), by(1)]
    }
}
