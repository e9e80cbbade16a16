// SPDX-License-Identifier: MIT OR Apache-2.0
//! Batch normalization over the last axis, and the statistics it uses.

use firesteel_kernels::norm::{self, Gradients, Statistics};
use firesteel_kernels::{Activation, epilogue};

use super::epilogue::Before;
use super::{FusedOp, Gradient, Input, Operand};
use crate::memory::Block;

/// Mean and biased variance of each channel of a constant, `(2, channels)`.
#[derive(Debug)]
pub(crate) struct ChannelMoments;

fn channels(input: Input<'_>) -> usize {
    input.axes.last().copied().unwrap_or(1)
}

impl FusedOp for ChannelMoments {
    fn output_axes(&self, inputs: &[Input<'_>]) -> Vec<usize> {
        vec![2, channels(inputs[0])]
    }

    fn forward(&self, inputs: &[Input<'_>], output: &mut [f32], _keep: bool) -> Vec<Block> {
        let (mean, variance) = output.split_at_mut(output.len() / 2);
        norm::statistics(inputs[0].values, mean, variance);
        Vec::new()
    }

    fn reads(&self, _operand: Operand) -> bool {
        false
    }

    // a constant has none: what flows through statistics is part of the normalization's gradient
    fn backward(&self, _gradient: Gradient<'_>) -> Vec<Option<Block>> {
        vec![None]
    }
}

/// The factor and the offset of each channel that a normalization with constant statistics comes to, `(2, channels)`;
/// inputs `mean`, `variance`, perhaps `gamma`, perhaps `beta`.
#[derive(Debug)]
pub(crate) struct ChannelAffine {
    pub(crate) has_gamma: bool,
    pub(crate) has_beta: bool,
    pub(crate) epsilon: f64,
}

impl FusedOp for ChannelAffine {
    fn output_axes(&self, inputs: &[Input<'_>]) -> Vec<usize> {
        vec![2, channels(inputs[0])]
    }

    fn forward(&self, inputs: &[Input<'_>], output: &mut [f32], _keep: bool) -> Vec<Block> {
        let beta = 2 + usize::from(self.has_gamma);
        let norm = norm::BatchNorm {
            mean: inputs[0].values,
            variance: inputs[1].values,
            gamma: self.has_gamma.then(|| inputs[2].values),
            beta: self.has_beta.then(|| inputs[beta].values),
            epsilon: self.epsilon,
        };
        let (scale, shift) = output.split_at_mut(output.len() / 2);
        norm.affine(scale, shift);
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

/// `activation((x - mean) * gamma / sqrt(variance + epsilon) + beta)`; inputs `x`, `mean`, `variance`, perhaps
/// `gamma`, perhaps `beta`, all but the first with one number for each channel.
#[derive(Debug)]
pub(crate) struct BatchNorm {
    /// Statistics of the batch are constants here; the gradient of `x` says how they follow it.
    pub(crate) statistics: Statistics,
    pub(crate) has_gamma: bool,
    pub(crate) has_beta: bool,
    pub(crate) epsilon: f64,
    pub(crate) activation: Activation,
}

impl BatchNorm {
    fn norm<'a>(&self, inputs: &[Input<'a>]) -> norm::BatchNorm<'a> {
        let beta = 3 + usize::from(self.has_gamma);
        norm::BatchNorm {
            mean: inputs[1].values,
            variance: inputs[2].values,
            gamma: self.has_gamma.then(|| inputs[3].values),
            beta: self.has_beta.then(|| inputs[beta].values),
            epsilon: self.epsilon,
        }
    }

    /// The gradient before the activation.
    fn before_activation<'a>(&self, gradient: &Gradient<'a>) -> Before<'a> {
        let (output, by_output) = (gradient.output, gradient.by_output);
        if self.activation == Activation::Linear {
            return Before::Same(by_output);
        }
        let mut before = Block::new(by_output.len());
        let width = channels(gradient.inputs[0]);
        epilogue::backward(self.activation, width, output, by_output, &mut before, None);
        Before::Own(before)
    }

    /// The derivatives by mean and variance, where these are no statistics of the batch.
    fn by_moments(
        &self,
        norm: &norm::BatchNorm<'_>,
        by_gamma: &[f32],
        by_beta: &[f32],
    ) -> [Option<Block>; 2] {
        if self.statistics == Statistics::OfBatch {
            return [None, None];
        }
        let [mut by_mean, mut by_variance] = [by_beta.len(); 2].map(Block::new);
        for (channel, (&by_gamma, &by_beta)) in by_gamma.iter().zip(by_beta).enumerate() {
            let inverse = (f64::from(norm.variance[channel]) + norm.epsilon).sqrt().recip();
            let scale = norm.gamma.map_or(inverse, |gamma| f64::from(gamma[channel]) * inverse);
            by_mean[channel] = (-scale * f64::from(by_beta)) as f32;
            by_variance[channel] = (-0.5 * scale * inverse * f64::from(by_gamma)) as f32;
        }
        [Some(by_mean), Some(by_variance)]
    }
}

impl FusedOp for BatchNorm {
    fn output_axes(&self, inputs: &[Input<'_>]) -> Vec<usize> {
        inputs[0].axes.to_vec()
    }

    fn forward(&self, inputs: &[Input<'_>], output: &mut [f32], _keep: bool) -> Vec<Block> {
        self.norm(inputs).forward(inputs[0].values, self.activation, output);
        Vec::new()
    }

    fn reads(&self, operand: Operand) -> bool {
        operand != Operand::Output || self.activation != Activation::Linear
    }

    fn backward(&self, gradient: Gradient<'_>) -> Vec<Option<Block>> {
        let norm = self.norm(gradient.inputs);
        let before = self.before_activation(&gradient);
        let (x, channels) = (gradient.inputs[0].values, norm.mean.len());
        let [mut by_x, mut by_gamma, mut by_beta] = [x.len(), channels, channels].map(Block::new);
        let gradients = Gradients { x: &mut by_x, gamma: &mut by_gamma, beta: &mut by_beta };
        norm.backward(self.statistics, x, &before, gradients);
        let [by_mean, by_variance] = self.by_moments(&norm, &by_gamma, &by_beta);
        let mut derivatives = vec![Some(by_x), by_mean, by_variance];
        derivatives.extend(self.has_gamma.then_some(Some(by_gamma)));
        derivatives.extend(self.has_beta.then_some(Some(by_beta)));
        let if_wanted = |(by, &wanted): (Option<Block>, &bool)| by.filter(|_| wanted);
        derivatives.into_iter().zip(gradient.wanted).map(if_wanted).collect()
    }
}
