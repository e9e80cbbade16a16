// SPDX-License-Identifier: MIT OR Apache-2.0
//! Convolution and its gradients, one product at a time.

use super::activated;
use crate::conv::Conv;
use crate::{Activation, Scaled};

/// `act(conv(x, kernel) + bias)`.
pub fn conv(
    shape: &Conv<3>,
    x: &[f32],
    kernel: &[f32],
    bias: Option<&[f32]>,
    activation: Activation,
) -> Vec<f64> {
    conv_scaled(shape, x, Scaled::plain(kernel), bias, activation)
}

/// `act(scale * conv(x, kernel) + bias)`.
pub fn conv_scaled(
    shape: &Conv<3>,
    x: &[f32],
    kernel: Scaled<'_>,
    bias: Option<&[f32]>,
    activation: Activation,
) -> Vec<f64> {
    let mut y = vec![0.0; shape.output_len()];
    products(shape, |input, weight, output| {
        y[output] += f64::from(x[input]) * f64::from(kernel.values[weight]);
    });
    for (index, value) in y.iter_mut().enumerate() {
        let channel = index % shape.out_channels;
        let scale = kernel.scale.map_or(1.0, |scale| f64::from(scale[channel]));
        let bias = bias.map_or(0.0, |bias| f64::from(bias[channel]));
        *value = activated(activation, scale * *value + bias);
    }
    y
}

/// The gradient of the input.
pub fn conv_input_gradient(shape: &Conv<3>, dz: &[f32], kernel: &[f32]) -> Vec<f64> {
    let mut dx = vec![0.0; shape.input_len()];
    products(shape, |input, weight, output| {
        dx[input] += f64::from(dz[output]) * f64::from(kernel[weight]);
    });
    dx
}

/// `act(conv_transposed(x, kernel) + bias)`, where `shape` leads back from the result to `x`.
pub fn conv_transposed(
    shape: &Conv<3>,
    x: &[f32],
    kernel: &[f32],
    bias: Option<&[f32]>,
    activation: Activation,
) -> Vec<f64> {
    let mut y = conv_input_gradient(shape, x, kernel);
    for (index, value) in y.iter_mut().enumerate() {
        let bias = bias.map_or(0.0, |bias| f64::from(bias[index % shape.in_channels]));
        *value = activated(activation, *value + bias);
    }
    y
}

/// The gradient of the kernel.
pub fn conv_weight_gradient(shape: &Conv<3>, x: &[f32], dz: &[f32]) -> Vec<f64> {
    let mut dw = vec![0.0; shape.kernel_len()];
    products(shape, |input, weight, output| {
        dw[weight] += f64::from(x[input]) * f64::from(dz[output]);
    });
    dw
}

/// Calls `product` with the places of every input, weight and output that meet.
fn products(shape: &Conv<3>, mut product: impl FnMut(usize, usize, usize)) {
    let (out, taps) = (shape.output(), shape.axes.map(|axis| axis.kernel));
    let sizes = shape.axes.map(|axis| axis.input);
    for image in 0..shape.batch {
        for at in places(out) {
            for tap in places(taps) {
                let Some(from) = source(shape, at, tap) else { continue };
                let input = (image * sizes.iter().product::<usize>() + flat(from, sizes))
                    * shape.in_channels;
                let output =
                    (image * out.iter().product::<usize>() + flat(at, out)) * shape.out_channels;
                channels(shape, |i, weight, o| {
                    let per_tap = shape.in_channels / shape.groups * shape.out_channels;
                    product(input + i, flat(tap, taps) * per_tap + weight, output + o);
                });
            }
        }
    }
}

/// Calls `meet` with every input channel, weight of a tap, and output channel of the same group.
fn channels(shape: &Conv<3>, mut meet: impl FnMut(usize, usize, usize)) {
    let (inputs, outputs) = (shape.in_channels / shape.groups, shape.out_channels / shape.groups);
    for output in 0..shape.out_channels {
        for input in 0..inputs {
            let group = output / outputs;
            meet(group * inputs + input, input * shape.out_channels + output, output);
        }
    }
}

/// The input place that a tap sees from an output place, if it is not padding.
pub(super) fn source(shape: &Conv<3>, at: [usize; 3], tap: [usize; 3]) -> Option<[usize; 3]> {
    let mut from = [0; 3];
    for (index, axis) in shape.axes.iter().enumerate() {
        // dilations may be larger than what their products fit in
        let product = |a: usize, b: usize| a as u128 * b as u128;
        let place = product(at[index], axis.stride) + product(tap[index], axis.dilation);
        let place = usize::try_from(place.checked_sub(axis.before as u128)?).ok()?;
        from[index] = Some(place).filter(|&place| place < axis.input)?;
    }
    Some(from)
}

pub(super) fn places([a, b, c]: [usize; 3]) -> impl Iterator<Item = [usize; 3]> {
    (0..a).flat_map(move |i| (0..b).flat_map(move |j| (0..c).map(move |k| [i, j, k])))
}

pub(super) fn flat(at: [usize; 3], sizes: [usize; 3]) -> usize {
    (at[0] * sizes[1] + at[1]) * sizes[2] + at[2]
}
