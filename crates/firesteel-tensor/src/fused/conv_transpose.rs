// SPDX-License-Identifier: MIT OR Apache-2.0
//! Transposed convolution, bias and activation in one.

use std::array;

use firesteel_kernels::Activation;
use firesteel_kernels::conv::{self, Axis, Conv as Shape};

use super::epilogue::{before_activation, bias, if_wanted, reads};
use super::{FusedOp, Gradient, Input, Operand};
use crate::memory::Block;
use crate::ops::ConvTransposeGeometry;

/// `activation(x convolved with kernel, transposed, + bias)`; inputs `x`, `kernel` and perhaps `bias`.
#[derive(Debug)]
pub(crate) struct ConvTranspose<const RANK: usize> {
    pub(crate) geometry: ConvTransposeGeometry<RANK>,
    /// The length of each axis of the output.
    pub(crate) output: [usize; RANK],
    /// Zeros before and after each axis of the output, as the convolution that leads back sees it.
    pub(crate) widths: [(usize, usize); RANK],
    pub(crate) activation: Activation,
}

impl<const RANK: usize> ConvTranspose<RANK> {
    /// The convolution that leads back: from the output to `x`.
    fn shape(&self, inputs: &[Input<'_>]) -> Shape<RANK> {
        let (x, kernel) = (inputs[0].axes, inputs[1].axes);
        let axis = |i: usize| {
            Axis::new(self.output[i], kernel[i])
                .stride(self.geometry.strides[i])
                .dilation(self.geometry.dilation[i])
                .padding(self.widths[i].0, self.widths[i].1)
        };
        Shape {
            batch: x[0],
            axes: array::from_fn(axis),
            in_channels: kernel[RANK],
            out_channels: kernel[RANK + 1],
            groups: 1,
        }
    }
}

impl<const RANK: usize> FusedOp for ConvTranspose<RANK> {
    fn output_axes(&self, inputs: &[Input<'_>]) -> Vec<usize> {
        let mut axes = vec![inputs[0].axes[0]];
        axes.extend(self.output);
        axes.push(inputs[1].axes[RANK]);
        axes
    }

    fn forward(&self, inputs: &[Input<'_>], output: &mut [f32], _keep: bool) -> Vec<Block> {
        let (x, kernel) = (inputs[0].values, inputs[1].values);
        conv::transposed(&self.shape(inputs), x, kernel, bias(inputs), self.activation, output);
        Vec::new()
    }

    fn reads(&self, operand: Operand) -> bool {
        reads(self.activation, operand)
    }

    fn backward(&self, gradient: Gradient<'_>) -> Vec<Option<Block>> {
        let shape = self.shape(gradient.inputs);
        let (before, by_bias) = before_activation(&gradient, self.activation, shape.in_channels);
        let (x, kernel) = (gradient.inputs[0].values, gradient.inputs[1].values);
        let by_x = if_wanted(&gradient, 0, |dx| {
            conv::forward(&shape, &before, kernel, None, Activation::Linear, dx);
        });
        let by_kernel = if_wanted(&gradient, 1, |dw| conv::weight_gradient(&shape, &before, x, dw));
        vec![by_x, by_kernel, by_bias]
    }
}
