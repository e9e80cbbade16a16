// SPDX-License-Identifier: MIT OR Apache-2.0
//! A recurrent layer over its whole sequence beside a step at a time, and the input's part of all steps as one product.

use std::hint::black_box;

use criterion::Criterion;
use firesteel_kernels::MatMul;
use firesteel_kernels::elementwise::{self, Arithmetic, Function};
use firesteel_kernels::recurrent::{Input, Lstm, Output, Sequence, Weights};

use crate::pair::{agree, pair};
use crate::support::numbers;

/// The layer of `lstm`.
const BATCH: usize = 32;
const STEPS: usize = 100;
const INPUTS: usize = 64;
const UNITS: usize = 128;
const COLUMNS: usize = 4 * UNITS;

/// Numbers small enough for gates that are not all open or shut.
fn weights(len: usize, seed: u32) -> Vec<f32> {
    numbers(len, seed).iter().map(|value| 0.1 * value).collect()
}

pub(crate) fn whole_sequence(criterion: &mut Criterion) {
    let x = numbers(BATCH * STEPS * INPUTS, 1);
    let (kernel, recurrent_kernel) = (weights(INPUTS * COLUMNS, 2), weights(UNITS * COLUMNS, 3));
    let bias = weights(COLUMNS, 4);
    let weights =
        Weights { kernel: &kernel, recurrent_kernel: &recurrent_kernel, bias: Some(&bias) };
    let layer = Lstm::new(Sequence::new(BATCH, STEPS, INPUTS, UNITS));
    let mut h = vec![0.0; BATCH * UNITS];
    let mut composed = Composed::new();
    pair(
        criterion,
        ["whole_sequence", "LSTM, 32x100x64 to 128"],
        || {
            let input = Input { x: black_box(&x), states: None, mask: None };
            let output = Output { sequence: None, states: [Some(&mut *h), None] };
            layer.forward(input, weights, output, None);
        },
        || {
            composed.h.fill(0.0);
            composed.c.fill(0.0);
            (0..STEPS).for_each(|step| composed.step(black_box(&x), &weights, step));
        },
    );
    agree(&h, &composed.h);
}

/// A step made of whole operations, each with a result of its own.
struct Composed {
    x: Vec<f32>,
    by_input: Vec<f32>,
    by_state: Vec<f32>,
    sum: Vec<f32>,
    biased: Vec<f32>,
    /// The columns of each gate, before and after its function.
    parts: [Vec<f32>; 4],
    gates: [Vec<f32>; 4],
    kept: Vec<f32>,
    added: Vec<f32>,
    squashed: Vec<f32>,
    c: Vec<f32>,
    h: Vec<f32>,
}

impl Composed {
    fn new() -> Self {
        let columns = || vec![0.0; BATCH * COLUMNS];
        let state = || vec![0.0; BATCH * UNITS];
        Self {
            x: vec![0.0; BATCH * INPUTS],
            by_input: columns(),
            by_state: columns(),
            sum: columns(),
            biased: columns(),
            parts: [state(), state(), state(), state()],
            gates: [state(), state(), state(), state()],
            kept: state(),
            added: state(),
            squashed: state(),
            c: state(),
            h: state(),
        }
    }

    fn step(&mut self, x: &[f32], weights: &Weights<'_>, step: usize) {
        for (row, to) in self.x.chunks_exact_mut(INPUTS).enumerate() {
            to.copy_from_slice(&x[(row * STEPS + step) * INPUTS..][..INPUTS]);
        }
        MatMul::new(BATCH, INPUTS, COLUMNS).run(&self.x, weights.kernel, &mut self.by_input);
        let by_state = MatMul::new(BATCH, UNITS, COLUMNS);
        by_state.run(&self.h, weights.recurrent_kernel, &mut self.by_state);
        elementwise::arithmetic(Arithmetic::Add, &self.by_input, &self.by_state, &mut self.sum);
        let bias = weights.bias.unwrap();
        elementwise::arithmetic_with_row(Arithmetic::Add, &self.sum, bias, &mut self.biased);
        self.gates();
        self.states();
    }

    /// Each gate by itself, in the order i, f, c, o.
    fn gates(&mut self) {
        let functions = [Function::Sigmoid, Function::Sigmoid, Function::Tanh, Function::Sigmoid];
        let places = self.parts.iter_mut().zip(&mut self.gates).zip(functions).enumerate();
        for (index, ((part, gate), function)) in places {
            let rows = self.biased.chunks_exact(COLUMNS);
            for (to, row) in part.chunks_exact_mut(UNITS).zip(rows) {
                to.copy_from_slice(&row[index * UNITS..][..UNITS]);
            }
            elementwise::forward(function, part, gate);
        }
    }

    fn states(&mut self) {
        let [i, f, g, o] = &self.gates;
        elementwise::arithmetic(Arithmetic::Multiply, f, &self.c, &mut self.kept);
        elementwise::arithmetic(Arithmetic::Multiply, i, g, &mut self.added);
        elementwise::arithmetic(Arithmetic::Add, &self.kept, &self.added, &mut self.c);
        elementwise::forward(Function::Tanh, &self.c, &mut self.squashed);
        elementwise::arithmetic(Arithmetic::Multiply, o, &self.squashed, &mut self.h);
    }
}

/// The steps one after the other in `x`, so that the products for each need no copy.
pub(crate) fn one_input_product(criterion: &mut Criterion) {
    let (x, kernel) = (numbers(STEPS * BATCH * INPUTS, 1), weights(INPUTS * COLUMNS, 2));
    let (all, one) =
        (MatMul::new(STEPS * BATCH, INPUTS, COLUMNS), MatMul::new(BATCH, INPUTS, COLUMNS));
    let [mut y, mut expected] = [0; 2].map(|_| vec![0.0; STEPS * BATCH * COLUMNS]);
    pair(
        criterion,
        ["one_product_of_inputs", "100x32x64x512"],
        || all.run(black_box(&x), &kernel, &mut y),
        || {
            let steps = black_box(&x).chunks_exact(BATCH * INPUTS);
            for (x, y) in steps.zip(expected.chunks_exact_mut(BATCH * COLUMNS)) {
                one.run(x, &kernel, y);
            }
        },
    );
    agree(&y, &expected);
}
