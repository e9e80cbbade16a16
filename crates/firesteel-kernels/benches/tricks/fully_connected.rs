// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bias and activation while the result of a product is in the cache, and their gradients in one pass.

use std::hint::black_box;

use criterion::Criterion;
use firesteel_kernels::elementwise::{self, Arithmetic, Function};
use firesteel_kernels::{Activation, Dense, MatMul, dense, epilogue, reduce};

use crate::pair::{agree, pair};
use crate::support::numbers;

/// The first layer of `mlp784`.
const LAYER: Dense = Dense { rows: 128, inputs: 784, units: 512 };
const SHAPE: &str = "128x784x512";

pub(crate) fn forward(criterion: &mut Criterion) {
    let Dense { rows, inputs, units } = LAYER;
    let (x, w, b) = (numbers(rows * inputs, 1), numbers(inputs * units, 2), numbers(units, 3));
    let product = MatMul::new(rows, inputs, units);
    let [mut y, mut z, mut biased, mut expected] = [0; 4].map(|_| vec![0.0; rows * units]);
    pair(
        criterion,
        ["bias_and_activation_in_product", SHAPE],
        || dense::forward(LAYER, black_box(&x), &w, Some(&b), Activation::Relu, &mut y),
        || {
            product.run(black_box(&x), &w, &mut z);
            elementwise::arithmetic_with_row(Arithmetic::Add, &z, &b, &mut biased);
            elementwise::forward(Function::Relu, &biased, &mut expected);
        },
    );
    agree(&y, &expected);
}

pub(crate) fn backward(criterion: &mut Criterion) {
    let Dense { rows, units, .. } = LAYER;
    let dy = numbers(rows * units, 1);
    let [mut y, mut dz, mut expected] = [0; 3].map(|_| vec![0.0; rows * units]);
    elementwise::forward(Function::Relu, &numbers(rows * units, 2), &mut y);
    let [mut db, mut expected_db] = [0; 2].map(|_| vec![0.0; units]);
    pair(
        criterion,
        ["bias_and_activation_gradient", "128x512"],
        || {
            let (relu, dy) = (Activation::Relu, black_box(&dy));
            epilogue::backward(relu, units, &y, dy, &mut dz, Some(&mut db));
        },
        || {
            elementwise::backward(Function::Relu, &y, &y, black_box(&dy), &mut expected);
            reduce::sum_columns(&expected, 1.0, &mut expected_db);
        },
    );
    agree(&dz, &expected);
    agree(&db, &expected_db);
}
