// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::testing::{random, same};

/// Kernel and Burn agree in value and gradients for every kind of geometry.
#[test]
fn kernels_and_burn_agree() {
    let plain =
        ConvGeometry { strides: [1, 1], dilation: [1, 1], padding: Padding::Valid, groups: 1 };
    let same_padding = ConvGeometry { padding: Padding::Same, ..plain };
    let cases: [(&[usize], &[usize], ConvGeometry); 6] = [
        (&[2, 7, 5, 3], &[3, 2, 3, 4], plain),
        (&[2, 7, 5, 3], &[3, 3, 3, 4], same_padding),
        (&[1, 8, 9, 2], &[3, 3, 2, 5], ConvGeometry { strides: [2, 3], ..same_padding }),
        (&[1, 9, 9, 2], &[2, 3, 2, 3], ConvGeometry { dilation: [2, 2], ..plain }),
        (&[2, 6, 6, 4], &[3, 3, 2, 6], ConvGeometry { groups: 2, ..same_padding }),
        (&[3, 5, 5, 6], &[1, 1, 6, 2], plain),
    ];
    for (x, kernel, geometry) in cases {
        let inputs = [random(x, 1), random(kernel, 2), random(&kernel[3..], 3)];
        let plan = |axis: usize| {
            let (length, window) = (x[axis + 1], kernel[axis]);
            let (stride, dilation) = (geometry.strides[axis], geometry.dilation[axis]);
            geometry.padding.plan(length, window, stride, dilation).1
        };
        let activation = Activation::Relu;
        same(
            &inputs,
            |x| conv2d(&x[0], &x[1], Some(&x[2]), geometry, activation),
            |x| composed(&x[0], &x[1], Some(&x[2]), geometry, [plan(0), plan(1)], activation),
        );
    }
}
