// SPDX-License-Identifier: MIT OR Apache-2.0
//! What products and convolutions share: the activation at the end, and bias and activation on the way back.

use std::ops::Deref;

use firesteel_kernels::{Activation as KernelActivation, epilogue, reduce};

use super::{Gradient, Input, Operand};
use crate::memory::Block;
use crate::ops::Activation;

/// The activation as the kernels know it; `None` when it must be applied afterwards.
pub(crate) fn kernel_activation(activation: Activation) -> Option<KernelActivation> {
    match activation {
        Activation::Linear => Some(KernelActivation::Linear),
        Activation::Relu => Some(KernelActivation::Relu),
        Activation::Sigmoid => Some(KernelActivation::Sigmoid),
        Activation::Tanh => Some(KernelActivation::Tanh),
        Activation::HardSigmoid => Some(KernelActivation::HardSigmoid),
        _ => None,
    }
}

/// The values of the optional third input.
pub(super) fn bias<'a>(inputs: &[Input<'a>]) -> Option<&'a [f32]> {
    inputs.get(2).map(|bias| bias.values)
}

/// The gradient before the activation: the given one where nothing was applied.
pub(super) enum Before<'a> {
    Same(&'a [f32]),
    Own(Block),
}

impl Deref for Before<'_> {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        match self {
            Self::Same(values) => values,
            Self::Own(values) => values,
        }
    }
}

/// The gradient before the activation and, where it is wanted, that of the bias.
pub(super) fn before_activation<'a>(
    gradient: &Gradient<'a>,
    activation: KernelActivation,
    channels: usize,
) -> (Before<'a>, Option<Block>) {
    let wants_bias = gradient.wanted.get(2).copied().unwrap_or(false);
    let mut by_bias = wants_bias.then(|| Block::new(channels));
    let (output, by_output) = (gradient.output, gradient.by_output);
    if activation == KernelActivation::Linear {
        if let Some(by_bias) = &mut by_bias {
            reduce::sum_columns(by_output, 1.0, by_bias);
        }
        return (Before::Same(by_output), by_bias);
    }
    let mut before = Block::new(by_output.len());
    let sums = by_bias.as_deref_mut();
    epilogue::backward(activation, channels, output, by_output, &mut before, sums);
    (Before::Own(before), by_bias)
}

/// What the backward pass of a product with bias and activation reads: the slope follows from the output.
pub(super) fn reads(activation: KernelActivation, operand: Operand) -> bool {
    match operand {
        Operand::Input(input) => input < 2,
        Operand::Output => activation != KernelActivation::Linear,
    }
}

/// Computes a derivative if it is wanted.
pub(super) fn if_wanted(
    gradient: &Gradient<'_>,
    input: usize,
    compute: impl FnOnce(&mut [f32]),
) -> Option<Block> {
    gradient.wanted[input].then(|| {
        let mut derivative = Block::new(gradient.inputs[input].len());
        compute(&mut derivative);
        derivative
    })
}
