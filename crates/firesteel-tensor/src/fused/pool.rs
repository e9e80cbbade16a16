// SPDX-License-Identifier: MIT OR Apache-2.0
//! Pooling over height and width.

use firesteel_kernels::conv::Axis;
use firesteel_kernels::pool::{self, Pool};

use super::{FusedOp, Gradient, Input, Operand};
use crate::memory::Block;
use crate::ops::PoolGeometry;

fn shape(geometry: PoolGeometry, widths: [(usize, usize); 2], input: Input<'_>) -> Pool<2> {
    let axis = |i: usize| {
        Axis::new(input.axes[1 + i], geometry.window[i])
            .stride(geometry.strides[i])
            .padding(widths[i].0, widths[i].1)
    };
    Pool { batch: input.axes[0], axes: [axis(0), axis(1)], channels: input.axes[3] }
}

fn axes(shape: Pool<2>) -> Vec<usize> {
    let [rows, columns] = shape.output();
    vec![shape.batch, rows, columns, shape.channels]
}

/// The largest value of each window.
#[derive(Debug)]
pub(crate) struct MaxPool2d {
    pub(crate) geometry: PoolGeometry,
    pub(crate) widths: [(usize, usize); 2],
}

impl FusedOp for MaxPool2d {
    fn output_axes(&self, inputs: &[Input<'_>]) -> Vec<usize> {
        axes(shape(self.geometry, self.widths, inputs[0]))
    }

    fn forward(&self, inputs: &[Input<'_>], output: &mut [f32], keep: bool) -> Vec<Block> {
        let shape = shape(self.geometry, self.widths, inputs[0]);
        if !keep {
            pool::max(&shape, inputs[0].values, output);
            return Vec::new();
        }
        let mut positions = Block::new(output.len());
        let at = positions.as_positions_mut();
        pool::max_with_positions(&shape, inputs[0].values, output, at);
        vec![positions]
    }

    fn reads(&self, _operand: Operand) -> bool {
        false
    }

    fn backward(&self, gradient: Gradient<'_>) -> Vec<Option<Block>> {
        let [positions] = &gradient.kept[..] else { return vec![None] };
        let input = gradient.inputs[0];
        let mut by_input = Block::new(input.len());
        let shape = shape(self.geometry, self.widths, input);
        pool::max_backward(&shape, gradient.by_output, positions.as_positions(), &mut by_input);
        vec![Some(by_input)]
    }
}

/// The mean of each window over the cells that are really there.
#[derive(Debug)]
pub(crate) struct AveragePool2d {
    pub(crate) geometry: PoolGeometry,
    pub(crate) widths: [(usize, usize); 2],
}

impl FusedOp for AveragePool2d {
    fn output_axes(&self, inputs: &[Input<'_>]) -> Vec<usize> {
        axes(shape(self.geometry, self.widths, inputs[0]))
    }

    fn forward(&self, inputs: &[Input<'_>], output: &mut [f32], _keep: bool) -> Vec<Block> {
        pool::average(&shape(self.geometry, self.widths, inputs[0]), inputs[0].values, output);
        Vec::new()
    }

    fn reads(&self, _operand: Operand) -> bool {
        false
    }

    fn backward(&self, gradient: Gradient<'_>) -> Vec<Option<Block>> {
        let input = gradient.inputs[0];
        let mut by_input = Block::new(input.len());
        let shape = shape(self.geometry, self.widths, input);
        pool::average_backward(&shape, gradient.by_output, &mut by_input);
        vec![Some(by_input)]
    }
}
