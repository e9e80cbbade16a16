// SPDX-License-Identifier: MIT OR Apache-2.0
//! What products and convolutions share: the activation at the end, and bias and activation on the way back.

use firesteel_kernels::{Activation as KernelActivation, epilogue};

use super::{Gradient, Input};
use crate::ops::Activation;

/// The activation as the kernels know it; `None` when it must be applied afterwards.
pub(crate) fn kernel_activation(activation: Activation) -> Option<KernelActivation> {
    match activation {
        Activation::Linear => Some(KernelActivation::Linear),
        Activation::Relu => Some(KernelActivation::Relu),
        Activation::Sigmoid => Some(KernelActivation::Sigmoid),
        Activation::Tanh => Some(KernelActivation::Tanh),
        _ => None,
    }
}

/// The values of the optional third input.
pub(super) fn bias<'a>(inputs: &[Input<'a>]) -> Option<&'a [f32]> {
    inputs.get(2).map(|bias| bias.values)
}

/// The gradient before the activation and, where it is wanted, that of the bias.
pub(super) fn before_activation(
    gradient: &Gradient<'_>,
    activation: KernelActivation,
    channels: usize,
) -> (Vec<f32>, Option<Vec<f32>>) {
    let mut before = vec![0.0; gradient.by_output.len()];
    let wants_bias = gradient.wanted.get(2).copied().unwrap_or(false);
    let mut by_bias = wants_bias.then(|| vec![0.0; channels]);
    let (output, by_output) = (gradient.output, gradient.by_output);
    epilogue::backward(
        activation,
        channels,
        output,
        by_output,
        &mut before,
        by_bias.as_deref_mut(),
    );
    (before, by_bias)
}

/// Computes a derivative if it is wanted.
pub(super) fn if_wanted(
    gradient: &Gradient<'_>,
    input: usize,
    compute: impl FnOnce(&mut [f32]),
) -> Option<Vec<f32>> {
    gradient.wanted[input].then(|| {
        let mut derivative = vec![0.0; gradient.inputs[input].values.len()];
        compute(&mut derivative);
        derivative
    })
}
