// SPDX-License-Identifier: MIT OR Apache-2.0
//! Convolutions of several kinds, and the transposed one.

use burn::tensor::ops::{ConvOptions, ConvTransposeOptions};
use burn::tensor::{Tensor as Burn, activation, module};
use criterion::Criterion;
use firesteel_tensor::ops::{ConvGeometry, ConvTransposeGeometry, Padding};
use firesteel_tensor::{Activation, Tensor, ops};

use crate::support::{
    beside, burns, burns_image, burns_step, group, leaf, operations, our_step, ours,
};

/// Kind, image, channels of the output, window, groups.
const CONVOLUTIONS: [(&str, [usize; 4], usize, usize, usize); 4] = [
    ("3x3", [8, 56, 56, 64], 64, 3, 1),
    ("3x3_few_channels", [8, 128, 128, 3], 64, 3, 1),
    ("1x1", [8, 28, 28, 512], 128, 1, 1),
    ("depthwise", [8, 56, 56, 144], 144, 3, 144),
];

pub(crate) fn convolutions(criterion: &mut Criterion) {
    let mut group = group(criterion, "conv");
    for (name, image, outputs, window, groups) in CONVOLUTIONS {
        let [batch, height, width, channels] = image;
        let depth = channels / groups;
        let (x, kernel) = (ours(&image, 1), ours(&[window, window, depth, outputs], 2));
        let bias = ours(&[outputs], 3);
        let geometry =
            ConvGeometry { strides: [1; 2], dilation: [1; 2], padding: Padding::Same, groups };
        let convolve = |x: &Tensor, kernel: &Tensor, bias: &Tensor| {
            ops::conv(x, kernel, Some(bias), geometry, Activation::Relu).unwrap()
        };
        let burn_x = burns_image(image, 1);
        let burn_kernel = burns([window, window, depth, outputs], 2).permute([3, 2, 0, 1]);
        let burn_bias = burns([outputs], 3);
        let options = || ConvOptions::new([1; 2], [window / 2; 2], [1; 2], groups);
        let burn_convolve = |x: &Burn<4>, kernel: &Burn<4>, bias: &Burn<1>| {
            let (x, kernel, bias) = (x.clone(), kernel.clone(), Some(bias.clone()));
            activation::relu(module::conv2d(x, kernel, bias, options()))
        };
        let work = batch * height * width * outputs * window * window * depth;
        beside(
            &mut group,
            &format!("{name}/forward"),
            operations(work),
            || burn_convolve(&burn_x, &burn_kernel, &burn_bias),
            || convolve(&x, &kernel, &bias),
        );
        beside(
            &mut group,
            &format!("{name}/step"),
            operations(3 * work),
            || {
                let (x, kernel, bias) = (leaf(&burn_x), leaf(&burn_kernel), leaf(&burn_bias));
                burns_step(&x, burn_convolve(&x, &kernel, &bias))
            },
            || our_step(&[&x, &kernel, &bias], |i| convolve(&i[0], &i[1], &i[2])),
        );
    }
    group.finish();
}

/// Image, channels of the output.
const TRANSPOSED: ([usize; 4], usize) = ([8, 28, 28, 64], 32);

/// A window of 3 by steps of 2: about twice as high and wide.
pub(crate) fn transposed(criterion: &mut Criterion) {
    let mut group = group(criterion, "conv_transposed");
    let (image, outputs) = TRANSPOSED;
    let [batch, height, width, channels] = image;
    let (x, kernel) = (ours(&image, 1), ours(&[3, 3, outputs, channels], 2));
    let bias = ours(&[outputs], 3);
    let geometry = ConvTransposeGeometry {
        strides: [2; 2],
        dilation: [1; 2],
        padding: Padding::Valid,
        output_padding: None,
    };
    let spread = |x: &Tensor, kernel: &Tensor, bias: &Tensor| {
        ops::conv_transpose(x, kernel, Some(bias), geometry, Activation::Relu).unwrap()
    };
    let burn_x = burns_image(image, 1);
    let burn_kernel = burns([3, 3, outputs, channels], 2).permute([3, 2, 0, 1]);
    let burn_bias = burns([outputs], 3);
    let burn_spread = |x: &Burn<4>, kernel: &Burn<4>, bias: &Burn<1>| {
        let options = ConvTransposeOptions::new([2; 2], [0; 2], [0; 2], [1; 2], 1);
        let (x, kernel, bias) = (x.clone(), kernel.clone(), Some(bias.clone()));
        activation::relu(module::conv_transpose2d(x, kernel, bias, options))
    };
    let work = batch * height * width * channels * 3 * 3 * outputs;
    beside(
        &mut group,
        "3x3_stride_2/forward",
        operations(work),
        || burn_spread(&burn_x, &burn_kernel, &burn_bias),
        || spread(&x, &kernel, &bias),
    );
    beside(
        &mut group,
        "3x3_stride_2/step",
        operations(3 * work),
        || {
            let (x, kernel, bias) = (leaf(&burn_x), leaf(&burn_kernel), leaf(&burn_bias));
            burns_step(&x, burn_spread(&x, &kernel, &bias))
        },
        || our_step(&[&x, &kernel, &bias], |i| spread(&i[0], &i[1], &i[2])),
    );
    group.finish();
}
