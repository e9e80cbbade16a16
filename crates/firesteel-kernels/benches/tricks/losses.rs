// SPDX-License-Identifier: MIT OR Apache-2.0
//! A loss and its gradient, beside the same in passes over memory.

use std::hint::black_box;

use criterion::Criterion;
use firesteel_kernels::elementwise::{self, Arithmetic, Function};
use firesteel_kernels::{reduce, softmax, squares};

use crate::pair::{agree, pair};
use crate::support::numbers;

/// What the gradient is multiplied by: as large as lets a wrong one show.
const FACTOR: f32 = 0.7;

/// The outputs of `mlp128` and `mlp784`.
pub(crate) fn squares(criterion: &mut Criterion) {
    for (name, len) in [("squares, 32x1", 32), ("squares, 128x10", 1280)] {
        let (a, b) = (numbers(len, 1), numbers(len, 2));
        let [mut dx, mut difference, mut square, mut expected] = [0; 4].map(|_| vec![0.0; len]);
        let [mut loss, mut expected_loss] = [0.0; 2];
        pair(
            criterion,
            ["loss_in_one_pass", name],
            || {
                let a = black_box(&a);
                loss = squares::mean_squared_difference(a, &b);
                squares::scaled_difference(FACTOR, a, &b, &mut dx);
            },
            || {
                let a = black_box(&a);
                elementwise::arithmetic(Arithmetic::Subtract, a, &b, &mut difference);
                let difference = &difference;
                elementwise::arithmetic(Arithmetic::Multiply, difference, difference, &mut square);
                expected_loss = reduce::mean(&square);
                let multiply = Arithmetic::Multiply;
                elementwise::arithmetic_with_number(multiply, difference, FACTOR, &mut expected);
            },
        );
        agree(&dx, &expected);
        agree(&[loss as f32], &[expected_loss as f32]);
    }
}

/// A small classifier and one of a thousand classes.
pub(crate) fn cross_entropy(criterion: &mut Criterion) {
    for (name, rows, classes) in
        [("cross-entropy, 128x10", 128, 10), ("cross-entropy, 256x1000", 256, 1000)]
    {
        let len = rows * classes;
        let x = numbers(len, 1);
        let mut targets = vec![0.0; len];
        for (row, targets) in targets.chunks_exact_mut(classes).enumerate() {
            targets[row % classes] = 1.0;
        }
        let (mut losses, mut dx) = (vec![0.0; rows], vec![0.0; len]);
        let mut composed = Composed::new(classes, len);
        pair(
            criterion,
            ["loss_in_one_pass", name],
            || softmax::cross_entropy(black_box(&x), &targets, FACTOR, &mut losses, Some(&mut dx)),
            || composed.run(black_box(&x), &targets),
        );
        agree(&losses, &composed.losses);
        agree(&dx, &composed.dx);
    }
}

/// Cross-entropy and its gradient made of whole operations, each with a result of its own.
struct Composed {
    classes: usize,
    logarithms: Vec<f32>,
    products: Vec<f32>,
    losses: Vec<f32>,
    y: Vec<f32>,
    difference: Vec<f32>,
    dx: Vec<f32>,
}

impl Composed {
    fn new(classes: usize, len: usize) -> Self {
        let [logarithms, products, y, difference, dx] = [0; 5].map(|_| vec![0.0; len]);
        let losses = vec![0.0; len / classes];
        Self { classes, logarithms, products, losses, y, difference, dx }
    }

    fn run(&mut self, x: &[f32], targets: &[f32]) {
        let Self { classes, logarithms, products, losses, y, difference, dx } = self;
        softmax::log_forward(*classes, x, logarithms);
        elementwise::arithmetic(Arithmetic::Multiply, logarithms, targets, products);
        for (loss, row) in losses.iter_mut().zip(products.chunks_exact(*classes)) {
            *loss = -sum(row);
        }
        elementwise::forward(Function::Exp, logarithms, y);
        elementwise::arithmetic(Arithmetic::Subtract, y, targets, difference);
        elementwise::arithmetic_with_number(Arithmetic::Multiply, difference, FACTOR, dx);
    }
}

/// A sum of several numbers at a time.
fn sum(row: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; 16];
    let chunks = row.chunks_exact(lanes.len());
    let rest: f32 = chunks.remainder().iter().sum();
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane += value;
        }
    }
    lanes.iter().sum::<f32>() + rest
}
