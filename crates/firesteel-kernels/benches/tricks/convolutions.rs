// SPDX-License-Identifier: MIT OR Apache-2.0
//! Convolutions without a copy of all windows, a product for each tap as weight gradient, and Winograd's algorithm.

use std::hint::black_box;

use criterion::Criterion;
use firesteel_kernels::conv::{self, Axis, Conv};
use firesteel_kernels::{Activation, dense};

use crate::pair::{agree, pair};
use crate::support::numbers;
use crate::windows;

/// The first convolution of `cnn`, and one with stride; neither is Winograd's.
fn shapes() -> [(&'static str, Conv<2>); 2] {
    let three = Axis::new(128, 3).padding(1, 1);
    let by_two = Axis::new(56, 3).padding(0, 1).stride(2);
    [
        ("3x3, 4x128x128x3 to 64", square(4, three, [3, 64])),
        ("3x3 by 2, 4x56x56x128 to 128", square(4, by_two, [128, 128])),
    ]
}

fn square(batch: usize, axis: Axis, [in_channels, out_channels]: [usize; 2]) -> Conv<2> {
    Conv { batch, axes: [axis; 2], in_channels, out_channels, groups: 1 }
}

pub(crate) fn direct(criterion: &mut Criterion) {
    for (name, shape) in shapes() {
        let product = windows::product(&shape);
        let (x, kernel) = (numbers(shape.input_len(), 1), numbers(shape.kernel_len(), 2));
        let (bias, relu) = (numbers(shape.out_channels, 3), Activation::Relu);
        let mut copied = vec![0.0; product.rows * product.inputs];
        let [mut y, mut expected] = [0; 2].map(|_| vec![0.0; shape.output_len()]);
        pair(
            criterion,
            ["direct_convolution", name],
            || conv::forward(&shape, black_box(&x), &kernel, Some(&bias), relu, &mut y),
            || {
                windows::copy(&shape, black_box(&x), &mut copied);
                dense::forward(product, &copied, &kernel, Some(&bias), relu, &mut expected);
            },
        );
        agree(&y, &expected);
    }
}

pub(crate) fn weight_gradient(criterion: &mut Criterion) {
    for (name, shape) in shapes() {
        let product = windows::product(&shape);
        let (x, dz) = (numbers(shape.input_len(), 1), numbers(shape.output_len(), 2));
        let mut copied = vec![0.0; product.rows * product.inputs];
        let [mut dw, mut expected] = [0; 2].map(|_| vec![0.0; shape.kernel_len()]);
        pair(
            criterion,
            ["weight_gradient_by_taps", name],
            || conv::weight_gradient(&shape, black_box(&x), &dz, &mut dw),
            || {
                windows::copy(&shape, black_box(&x), &mut copied);
                dense::weight_gradient(product, &copied, &dz, &mut expected);
            },
        );
        agree(&dw, &expected);
    }
}

/// The input's gradient of the second convolution of `cnn`: as a transposed convolution it goes the direct way.
pub(crate) fn winograd(criterion: &mut Criterion) {
    let shape = square(4, Axis::new(64, 3).padding(1, 1), [64, 128]);
    let (dz, kernel) = (numbers(shape.output_len(), 1), numbers(shape.kernel_len(), 2));
    let [mut dx, mut expected] = [0; 2].map(|_| vec![0.0; shape.input_len()]);
    pair(
        criterion,
        ["winograd", "3x3, 4x64x64x128 to 64"],
        || conv::input_gradient(&shape, black_box(&dz), &kernel, &mut dx),
        || {
            let (dz, linear) = (black_box(&dz), Activation::Linear);
            conv::transposed(&shape, dz, &kernel, None, linear, &mut expected);
        },
    );
    agree(&dx, &expected);
}
