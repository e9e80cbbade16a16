// SPDX-License-Identifier: MIT OR Apache-2.0
//! Layer normalization over the last axes.

use firesteel_kernels::layer_norm;
use firesteel_kernels::norm::Gradients;

use super::{FusedOp, Gradient, Input, Operand};
use crate::memory::Block;

/// `(x - mean) * gamma / sqrt(variance + epsilon) + beta` with the statistics of each row; inputs `x`, perhaps `gamma`,
/// perhaps `beta`.
#[derive(Debug)]
pub(crate) struct LayerNorm {
    /// Elements of a row: the product of the axes that are normalised.
    pub(crate) width: usize,
    pub(crate) has_gamma: bool,
    pub(crate) has_beta: bool,
    pub(crate) epsilon: f64,
}

impl LayerNorm {
    fn norm<'a>(&self, inputs: &[Input<'a>]) -> layer_norm::LayerNorm<'a> {
        let beta = 1 + usize::from(self.has_gamma);
        layer_norm::LayerNorm {
            width: self.width,
            gamma: self.has_gamma.then(|| inputs[1].values),
            beta: self.has_beta.then(|| inputs[beta].values),
            epsilon: self.epsilon,
        }
    }
}

impl FusedOp for LayerNorm {
    fn output_axes(&self, inputs: &[Input<'_>]) -> Vec<usize> {
        inputs[0].axes.to_vec()
    }

    fn forward(&self, inputs: &[Input<'_>], output: &mut [f32], _keep: bool) -> Vec<Block> {
        self.norm(inputs).forward(inputs[0].values, output);
        Vec::new()
    }

    fn reads(&self, operand: Operand) -> bool {
        operand != Operand::Output
    }

    fn backward(&self, gradient: Gradient<'_>) -> Vec<Option<Block>> {
        let norm = self.norm(gradient.inputs);
        let x = gradient.inputs[0].values;
        let [mut by_x, mut by_gamma, mut by_beta] =
            [x.len(), self.width, self.width].map(Block::new);
        let gradients = Gradients { x: &mut by_x, gamma: &mut by_gamma, beta: &mut by_beta };
        norm.backward(x, gradient.by_output, gradients);
        let mut derivatives = vec![Some(by_x)];
        derivatives.extend(self.has_gamma.then_some(Some(by_gamma)));
        derivatives.extend(self.has_beta.then_some(Some(by_beta)));
        derivatives
    }
}
