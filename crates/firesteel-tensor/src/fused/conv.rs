// SPDX-License-Identifier: MIT OR Apache-2.0
//! Convolution, bias and activation in one.

use std::array;

use firesteel_kernels::Activation;
use firesteel_kernels::conv::{self, Axis, Conv as Shape};

use super::epilogue::{before_activation, bias, if_wanted, reads};
use super::{FusedOp, Gradient, Input, Operand};
use crate::memory::Block;
use crate::ops::ConvGeometry;

/// `activation(x convolved with kernel + bias)`; inputs `x`, `kernel` and perhaps `bias`.
#[derive(Debug)]
pub(crate) struct Conv<const RANK: usize> {
    pub(crate) geometry: ConvGeometry<RANK>,
    /// Zeros before and after each axis.
    pub(crate) widths: [(usize, usize); RANK],
    pub(crate) activation: Activation,
}

impl<const RANK: usize> Conv<RANK> {
    pub(super) fn shape(&self, inputs: &[Input<'_>]) -> Shape<RANK> {
        let (x, kernel) = (inputs[0].axes, inputs[1].axes);
        let axis = |i: usize| {
            Axis::new(x[1 + i], kernel[i])
                .stride(self.geometry.strides[i])
                .dilation(self.geometry.dilation[i])
                .padding(self.widths[i].0, self.widths[i].1)
        };
        Shape {
            batch: x[0],
            axes: array::from_fn(axis),
            in_channels: x[RANK + 1],
            out_channels: kernel[RANK + 1],
            groups: self.geometry.groups,
        }
    }
}

impl<const RANK: usize> FusedOp for Conv<RANK> {
    fn output_axes(&self, inputs: &[Input<'_>]) -> Vec<usize> {
        let shape = self.shape(inputs);
        let mut axes = vec![shape.batch];
        axes.extend(shape.output());
        axes.push(shape.out_channels);
        axes
    }

    fn forward(&self, inputs: &[Input<'_>], output: &mut [f32], _keep: bool) -> Vec<Block> {
        let (x, kernel) = (inputs[0].values, inputs[1].values);
        conv::forward(&self.shape(inputs), x, kernel, bias(inputs), self.activation, output);
        Vec::new()
    }

    fn reads(&self, operand: Operand) -> bool {
        reads(self.activation, operand)
    }

    fn backward(&self, gradient: Gradient<'_>) -> Vec<Option<Block>> {
        let shape = self.shape(gradient.inputs);
        let (before, by_bias) = before_activation(&gradient, self.activation, shape.out_channels);
        let (x, kernel) = (gradient.inputs[0].values, gradient.inputs[1].values);
        let by_x = if_wanted(&gradient, 0, |dx| conv::input_gradient(&shape, &before, kernel, dx));
        let by_kernel = if_wanted(&gradient, 1, |dw| conv::weight_gradient(&shape, x, &before, dw));
        vec![by_x, by_kernel, by_bias]
    }
}
