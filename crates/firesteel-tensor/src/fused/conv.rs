// SPDX-License-Identifier: MIT OR Apache-2.0
//! Convolution, bias and activation in one.

use firesteel_kernels::Activation;
use firesteel_kernels::conv::{self, Axis, Conv};

use super::epilogue::{before_activation, bias, if_wanted};
use super::{FusedOp, Gradient, Input};
use crate::memory::Block;
use crate::ops::ConvGeometry;

/// `activation(x convolved with kernel + bias)`; inputs `x`, `kernel` and perhaps `bias`.
#[derive(Debug)]
pub(crate) struct Conv2d {
    pub(crate) geometry: ConvGeometry,
    /// Zeros before and after height and width.
    pub(crate) widths: [(usize, usize); 2],
    pub(crate) activation: Activation,
}

impl Conv2d {
    fn shape(&self, inputs: &[Input<'_>]) -> Conv<2> {
        let (x, kernel) = (inputs[0].axes, inputs[1].axes);
        let axis = |i: usize| {
            Axis::new(x[1 + i], kernel[i])
                .stride(self.geometry.strides[i])
                .dilation(self.geometry.dilation[i])
                .padding(self.widths[i].0, self.widths[i].1)
        };
        Conv {
            batch: x[0],
            axes: [axis(0), axis(1)],
            in_channels: x[3],
            out_channels: kernel[3],
            groups: self.geometry.groups,
        }
    }
}

impl FusedOp for Conv2d {
    fn output_axes(&self, inputs: &[Input<'_>]) -> Vec<usize> {
        let shape = self.shape(inputs);
        let [rows, columns] = shape.output();
        vec![shape.batch, rows, columns, shape.out_channels]
    }

    fn forward(&self, inputs: &[Input<'_>], output: &mut [f32], _keep: bool) -> Vec<Block> {
        let (x, kernel) = (inputs[0].values, inputs[1].values);
        conv::forward(&self.shape(inputs), x, kernel, bias(inputs), self.activation, output);
        Vec::new()
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
