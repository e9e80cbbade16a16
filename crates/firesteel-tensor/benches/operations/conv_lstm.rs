// SPDX-License-Identifier: MIT OR Apache-2.0
//! A convolutional LSTM, whose walk over the steps is made of single operations on both sides.

use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device as BurnDevice, Tensor as Burn, activation, module};
use criterion::Criterion;
use firesteel_tensor::ops::{ConvGeometry, Padding};
use firesteel_tensor::{Activation, Device, Tensor, ops};

use crate::support::{
    beside, burns, burns_image, burns_step, group, leaf, operations, our_step, ours,
};

/// Batch, steps, side of the images, channels, filters.
const SIZE: [usize; 5] = [4, 8, 32, 8, 16];
const SAME: ConvGeometry<2> =
    ConvGeometry { strides: [1; 2], dilation: [1; 2], padding: Padding::Same, groups: 1 };

pub(crate) fn conv_lstm(criterion: &mut Criterion) {
    let mut group = group(criterion, "conv_lstm");
    let [batch, steps, side, channels, filters] = SIZE;
    let columns = 4 * filters;
    // the small kernels of usual layers
    let scaled = |axes: &[usize], seed| ops::multiply_scalar(&ours(axes, seed), 0.1).unwrap();
    let x = ours(&[batch * steps, side, side, channels], 1);
    let kernel = scaled(&[3, 3, channels, columns], 2);
    let recurrent = scaled(&[3, 3, filters, columns], 3);
    let burn_x = burns_image([batch * steps, side, side, channels], 1);
    let burn_kernel = |inputs: usize, seed| {
        burns([3, 3, inputs, columns], seed).permute([3, 2, 0, 1]).mul_scalar(0.1)
    };
    let (kernel_of_input, kernel_of_state) = (burn_kernel(channels, 2), burn_kernel(filters, 3));
    beside(
        &mut group,
        &format!("{batch}x{steps}x{side}x{side}x{channels}-{filters}/step"),
        operations(3 * batch * steps * side * side * 9 * (channels + filters) * columns),
        || {
            let x = leaf(&burn_x);
            burns_step(&x, burns_walk(&x, &leaf(&kernel_of_input), &leaf(&kernel_of_state)))
        },
        || our_step(&[&x, &kernel, &recurrent], |i| walk(&i[0], &i[1], &i[2])),
    );
    group.finish();
}

/// The last output, with the operations of the layer `ConvLSTM2D`.
fn walk(x: &Tensor, kernel: &Tensor, recurrent: &Tensor) -> Tensor {
    let [batch, steps, side, _, filters] = SIZE;
    let convolved =
        |x: &Tensor, kernel: &Tensor| ops::conv(x, kernel, None, SAME, Activation::Linear).unwrap();
    let zeros = || Tensor::full(0.0, &[batch, side, side, filters], &Device::cpu()).unwrap();
    let sums = convolved(x, kernel);
    let sums = ops::reshape(&sums, &[batch, steps, side, side, 4 * filters]).unwrap();
    let (mut h, mut c) = (zeros(), zeros());
    for time in 0..steps {
        let here = ops::slice(&sums, 1, time, 1).unwrap();
        let here = ops::reshape(&here, &[batch, side, side, 4 * filters]).unwrap();
        let all = ops::add(&here, &convolved(&h, recurrent)).unwrap();
        let gate = |index: usize, activation: Activation| {
            let sums = ops::slice(&all, -1, index * filters, filters).unwrap();
            ops::activate(&sums, activation).unwrap()
        };
        let kept = ops::multiply(&gate(1, Activation::Sigmoid), &c).unwrap();
        let new = gate(0, Activation::Sigmoid);
        let new = ops::multiply(&new, &gate(2, Activation::Tanh)).unwrap();
        c = ops::add(&kept, &new).unwrap();
        let seen = ops::activate(&c, Activation::Tanh).unwrap();
        h = ops::multiply(&gate(3, Activation::Sigmoid), &seen).unwrap();
    }
    h
}

/// The same on Burn, channels first.
fn burns_walk(x: &Burn<4>, kernel: &Burn<4>, recurrent: &Burn<4>) -> Burn<4> {
    let [batch, steps, side, _, filters] = SIZE;
    let convolved = |x: &Burn<4>, kernel: &Burn<4>| {
        let options = ConvOptions::new([1; 2], [1; 2], [1; 2], 1);
        module::conv2d(x.clone(), kernel.clone(), None, options)
    };
    let state = [batch, filters, side, side];
    let zeros = || Burn::<4>::zeros(state, &BurnDevice::flex()).autodiff();
    let sums = convolved(x, kernel).reshape([batch, steps, 4 * filters, side * side]);
    let (mut h, mut c) = (zeros(), zeros());
    for time in 0..steps {
        let here = sums.clone().slice([0..batch, time..time + 1, 0..4 * filters, 0..side * side]);
        let here = here.reshape([batch, 4 * filters, side, side]);
        let all = here.add(convolved(&h, recurrent));
        let gate =
            |index: usize| all.clone().slice([0..batch, index * filters..(index + 1) * filters]);
        let new = activation::sigmoid(gate(0)).mul(gate(2).tanh());
        c = activation::sigmoid(gate(1)).mul(c).add(new);
        h = activation::sigmoid(gate(3)).mul(c.clone().tanh());
    }
    h
}
