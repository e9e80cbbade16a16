// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::testing::{random, same};

const PLAIN_1: ConvGeometry<1> =
    ConvGeometry { strides: [1], dilation: [1], padding: Padding::Valid, groups: 1 };
const PLAIN_2: ConvGeometry<2> =
    ConvGeometry { strides: [1, 1], dilation: [1, 1], padding: Padding::Valid, groups: 1 };
const PLAIN_3: ConvGeometry<3> =
    ConvGeometry { strides: [1; 3], dilation: [1; 3], padding: Padding::Valid, groups: 1 };

/// Kernel and Burn agree in value and gradients.
fn agree<const RANK: usize>(x: &[usize], kernel: &[usize], geometry: ConvGeometry<RANK>) {
    let inputs = [random(x, 1), random(kernel, 2), random(&kernel[RANK + 1..], 3)];
    let (lengths, window) = image_and_window::<RANK>("test", &inputs[0], &inputs[1]).unwrap();
    let widths = geometry.plan(lengths, window).map(|(_, widths)| widths);
    let activation = Activation::Relu;
    same(
        &inputs,
        |x| conv(&x[0], &x[1], Some(&x[2]), geometry, activation),
        |x| composed::conv(&x[0], &x[1], Some(&x[2]), geometry, widths, activation),
    );
}

#[test]
fn kernels_and_burn_agree_over_one_axis() {
    let causal = ConvGeometry { padding: Padding::Causal, ..PLAIN_1 };
    agree(&[2, 7, 3], &[3, 3, 4], PLAIN_1);
    agree(&[2, 7, 3], &[2, 3, 4], ConvGeometry { padding: Padding::Same, ..PLAIN_1 });
    agree(&[2, 9, 2], &[3, 2, 5], ConvGeometry { dilation: [2], ..causal });
    agree(&[2, 9, 2], &[3, 2, 5], ConvGeometry { strides: [3], ..causal });
    agree(&[2, 6, 4], &[3, 2, 6], ConvGeometry { groups: 2, ..causal });
}

#[test]
fn kernels_and_burn_agree_over_two_axes() {
    let padded = ConvGeometry { padding: Padding::Same, ..PLAIN_2 };
    agree(&[2, 7, 5, 3], &[3, 2, 3, 4], PLAIN_2);
    agree(&[2, 7, 5, 3], &[3, 3, 3, 4], padded);
    agree(&[1, 8, 9, 2], &[3, 3, 2, 5], ConvGeometry { strides: [2, 3], ..padded });
    agree(&[1, 9, 9, 2], &[2, 3, 2, 3], ConvGeometry { dilation: [2, 2], ..PLAIN_2 });
    agree(&[2, 6, 6, 4], &[3, 3, 2, 6], ConvGeometry { groups: 2, ..padded });
    agree(&[3, 5, 5, 6], &[1, 1, 6, 2], PLAIN_2);
}

#[test]
fn kernels_and_burn_agree_over_three_axes() {
    let padded = ConvGeometry { padding: Padding::Same, ..PLAIN_3 };
    agree(&[2, 3, 4, 5, 2], &[2, 3, 2, 2, 3], PLAIN_3);
    agree(&[1, 3, 4, 5, 2], &[2, 3, 2, 2, 3], padded);
    agree(&[1, 4, 5, 6, 2], &[2, 2, 3, 2, 3], ConvGeometry { strides: [2, 1, 3], ..padded });
    agree(&[1, 4, 5, 6, 4], &[2, 2, 2, 2, 4], ConvGeometry { groups: 2, ..PLAIN_3 });
}

/// Each channel by itself gives what the whole gives.
#[test]
fn a_depthwise_convolution_leaves_channels_alone() {
    let geometry = ConvGeometry { strides: [2, 1], padding: Padding::Same, ..PLAIN_2 };
    let inputs = [random(&[2, 5, 6, 3], 1), random(&[3, 2, 3, 2], 2)];
    let channel = |x: &[Tensor], at: usize| {
        let image = crate::ops::slice(&x[0], -1, at, 1)?;
        let kernel = crate::ops::slice(&x[1], 2, at, 1)?;
        conv(&image, &kernel, None, geometry, Activation::Tanh)
    };
    same(
        &inputs,
        |x| depthwise_conv(&x[0], &x[1], None, geometry, Activation::Tanh),
        |x| {
            let parts = [channel(x, 0)?, channel(x, 1)?, channel(x, 2)?];
            crate::ops::concatenate(&[&parts[0], &parts[1], &parts[2]], -1)
        },
    );
}

/// Constants in one pass and recorded tensors in several give the same.
fn affine_agrees<const RANK: usize>(
    x: &[usize],
    kernel: &[usize],
    geometry: ConvGeometry<RANK>,
    activation: Activation,
) {
    let out = kernel[RANK + 1];
    let inputs = [random(x, 1), random(kernel, 2), random(&[out], 3), random(&[2, out], 4)];
    for has_bias in [true, false] {
        let run = |x: &[Tensor]| {
            let bias = has_bias.then(|| &x[2]);
            conv_affine(&x[0], &x[1], bias, Some(&x[3]), geometry, activation).unwrap()
        };
        let recorded = run(&inputs.each_ref().map(|x| x.tracked())).detached();
        let ours = run(&inputs);
        assert_eq!(ours.shape(), recorded.shape());
        for (a, b) in ours.to_vec().unwrap().iter().zip(recorded.to_vec().unwrap()) {
            assert!((a - b).abs() <= 2e-5 * (1.0 + b.abs()), "{geometry:?}: {a} and {b}");
        }
    }
}

#[test]
fn factors_and_offsets_in_one_pass() {
    let padded = ConvGeometry { padding: Padding::Same, ..PLAIN_2 };
    affine_agrees(&[2, 7, 3], &[3, 3, 4], PLAIN_1, Activation::Tanh);
    affine_agrees(&[2, 7, 5, 3], &[3, 3, 3, 4], padded, Activation::Relu);
    // a function that no kernel has
    affine_agrees(&[2, 7, 5, 3], &[3, 3, 3, 4], padded, Activation::Relu6);
    affine_agrees(&[3, 5, 5, 6], &[1, 1, 6, 2], PLAIN_2, Activation::Relu);
    affine_agrees(
        &[2, 6, 6, 4],
        &[3, 3, 2, 6],
        ConvGeometry { groups: 2, ..padded },
        Activation::Linear,
    );
    affine_agrees(
        &[2, 6, 6, 4],
        &[3, 3, 1, 4],
        ConvGeometry { groups: 4, ..padded },
        Activation::Relu,
    );
    affine_agrees(&[1, 4, 5, 6, 2], &[2, 2, 2, 2, 1], PLAIN_3, Activation::Relu);
}

/// Gradients flow through factors and offsets as through separate operations, also without a bias.
#[test]
fn factors_and_offsets_have_gradients() {
    let inputs = [random(&[2, 5, 4, 3], 1), random(&[3, 2, 3, 2], 2), random(&[2, 6], 3)];
    let geometry = ConvGeometry { strides: [2, 1], ..PLAIN_2 };
    let relu = Activation::Relu;
    same(
        &inputs,
        |x| depthwise_conv_affine(&x[0], &x[1], None, Some(&x[2]), geometry, relu),
        |x| {
            let y = depthwise_conv(&x[0], &x[1], None, geometry, Activation::Linear)?;
            let row = |index| crate::ops::slice(&x[2], 0, index, 1);
            activate(&crate::ops::add(&crate::ops::multiply(&y, &row(0)?)?, &row(1)?)?, relu)
        },
    );
}

/// Kernel and Burn agree in value and gradients of a transposed convolution.
fn transposed_agree<const RANK: usize>(
    x: &[usize],
    kernel: &[usize],
    geometry: ConvTransposeGeometry<RANK>,
) {
    let inputs = [random(x, 1), random(kernel, 2), random(&kernel[RANK..=RANK], 3)];
    let (lengths, window) = image_and_window::<RANK>("test", &inputs[0], &inputs[1]).unwrap();
    let plan: [_; RANK] = array::from_fn(|axis| {
        let (stride, dilation) = (geometry.strides[axis], geometry.dilation[axis]);
        let more = geometry.output_padding.map(|more| more[axis]);
        geometry.padding.plan_transposed(lengths[axis], window[axis], stride, dilation, more)
    });
    let op = fused::ConvTranspose {
        geometry,
        output: plan.map(|(length, _)| length),
        widths: plan.map(|(_, widths)| widths),
        activation: firesteel_kernels::Activation::Linear,
    };
    let activation = Activation::Tanh;
    same(
        &inputs,
        |x| conv_transpose(&x[0], &x[1], Some(&x[2]), geometry, activation),
        |x| composed::conv_transpose(&x[0], &x[1], Some(&x[2]), &op, activation),
    );
}

#[test]
fn kernels_and_burn_agree_transposed() {
    let line = ConvTransposeGeometry {
        strides: [2],
        dilation: [1],
        padding: Padding::Same,
        output_padding: None,
    };
    transposed_agree(&[2, 5, 3], &[3, 4, 3], line);
    transposed_agree(&[2, 5, 3], &[4, 2, 3], ConvTransposeGeometry { strides: [3], ..line });
    let shown = ConvTransposeGeometry { output_padding: Some([1]), ..line };
    transposed_agree(&[2, 5, 3], &[3, 4, 3], shown);
    let plane = ConvTransposeGeometry {
        strides: [1, 3],
        dilation: [1, 1],
        padding: Padding::Valid,
        output_padding: None,
    };
    transposed_agree(&[2, 4, 3, 3], &[3, 2, 5, 3], plane);
    let spread = ConvTransposeGeometry { strides: [1, 1], dilation: [2, 1], ..plane };
    transposed_agree(&[1, 4, 3, 2], &[2, 3, 4, 2], spread);
    let space = ConvTransposeGeometry {
        strides: [2, 1, 3],
        dilation: [1; 3],
        padding: Padding::Same,
        output_padding: None,
    };
    transposed_agree(&[1, 2, 3, 2, 2], &[3, 2, 2, 3, 2], space);
}

#[test]
fn the_transposed_lengths_are_those_of_keras() {
    let same = |stride, more| Padding::Same.plan_transposed(5, 3, stride, 1, more);
    assert_eq!(same(2, None), (10, (0, 1)));
    assert_eq!(same(1, None), (5, (1, 1)));
    assert_eq!(same(2, Some(0)), (9, (1, 1)));
    let valid = |window, stride, more| Padding::Valid.plan_transposed(5, window, stride, 1, more);
    assert_eq!(valid(3, 2, None), (11, (0, 0)));
    assert_eq!(valid(2, 3, None), (15, (0, 0)));
    assert_eq!(valid(3, 2, Some(1)), (12, (0, 0)));
    assert_eq!(Padding::Same.plan_transposed(0, 3, 2, 1, None).0, 0);
    assert_eq!(Padding::Valid.plan_transposed(5, 3, 2, usize::MAX, Some(1)).0, usize::MAX);
}

#[test]
fn what_cannot_be_is_refused() {
    let (x, kernel) = (random(&[1, 3, 4, 2], 1), random(&[2, 2, 2, 2], 2));
    let refused = |geometry| conv(&x, &kernel, None, geometry, Activation::Linear).unwrap_err();
    assert!(refused(ConvGeometry { groups: 0, ..PLAIN_2 }).is_shape());
    assert!(refused(ConvGeometry { dilation: [4, 1], ..PLAIN_2 }).is_shape());
    assert!(refused(ConvGeometry { strides: [0, 1], ..PLAIN_2 }).is_invalid_argument());
    let far = ConvGeometry { dilation: [1, usize::MAX], padding: Padding::Same, ..PLAIN_2 };
    assert!(refused(far).is_invalid_argument());
    assert!(conv(&x, &kernel, None, PLAIN_1, Activation::Linear).unwrap_err().is_shape());
    let affine = random(&[2, 3], 3);
    let error = conv_affine(&x, &kernel, None, Some(&affine), PLAIN_2, Activation::Linear);
    assert!(error.unwrap_err().is_shape());
    let plain = ConvTransposeGeometry {
        strides: [2, 2],
        dilation: [1, 1],
        padding: Padding::Valid,
        output_padding: None,
    };
    let refused =
        |geometry| conv_transpose(&x, &kernel, None, geometry, Activation::Linear).unwrap_err();
    let causal = ConvTransposeGeometry { padding: Padding::Causal, ..plain };
    assert!(refused(causal).is_invalid_argument());
    let long = ConvTransposeGeometry { output_padding: Some([0, 2]), ..plain };
    assert!(refused(long).is_invalid_argument());
    let far = ConvTransposeGeometry { dilation: [1, usize::MAX], ..plain };
    assert!(refused(far).is_invalid_argument());
    let large = ConvTransposeGeometry { dilation: [1 << 32, 1 << 32], ..plain };
    assert!(refused(large).is_shape());
}
