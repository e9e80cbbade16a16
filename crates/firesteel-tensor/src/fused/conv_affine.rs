// SPDX-License-Identifier: MIT OR Apache-2.0
//! Convolution, factors and offsets of its channels, and activation in one, for constants.

use firesteel_kernels::{Scaled, conv};

use super::conv::Conv;
use super::{FusedOp, Gradient, Input, Operand};
use crate::memory::Block;

/// `activation(scale * (x convolved with kernel + bias) + shift)`; inputs `x`, `kernel`, the rows `scale` and `shift`
/// as one tensor, and perhaps `bias`.
#[derive(Debug)]
pub(crate) struct ConvAffine<const RANK: usize>(pub(crate) Conv<RANK>);

impl<const RANK: usize> FusedOp for ConvAffine<RANK> {
    fn output_axes(&self, inputs: &[Input<'_>]) -> Vec<usize> {
        self.0.output_axes(inputs)
    }

    fn forward(&self, inputs: &[Input<'_>], output: &mut [f32], _keep: bool) -> Vec<Block> {
        let shape = self.0.shape(inputs);
        let (scale, shift) = inputs[2].values.split_at(shape.out_channels);
        let kernel = Scaled { values: inputs[1].values, scale: Some(scale) };
        let moved = inputs.get(3).map(|bias| moved(scale, bias.values, shift));
        let shift = moved.as_deref().unwrap_or(shift);
        let (x, activation) = (inputs[0].values, self.0.activation);
        conv::forward_scaled(&shape, x, kernel, Some(shift), activation, output);
        Vec::new()
    }

    fn reads(&self, _operand: Operand) -> bool {
        false
    }

    // constants have none
    fn backward(&self, gradient: Gradient<'_>) -> Vec<Option<Block>> {
        vec![None; gradient.inputs.len()]
    }
}

/// `scale * bias + shift`
fn moved(scale: &[f32], bias: &[f32], shift: &[f32]) -> Block {
    let mut moved = Block::new(shift.len());
    for (channel, moved) in moved.iter_mut().enumerate() {
        let scaled = f64::from(scale[channel]) * f64::from(bias[channel]);
        *moved = (scaled + f64::from(shift[channel])) as f32;
    }
    moved
}
