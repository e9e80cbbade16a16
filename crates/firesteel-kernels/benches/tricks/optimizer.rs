// SPDX-License-Identifier: MIT OR Apache-2.0
//! Adam in one pass in place, beside passes of arithmetic.

use std::hint::black_box;
use std::mem::swap;

use criterion::Criterion;
use firesteel_kernels::elementwise::{self, Arithmetic};
use firesteel_kernels::optimizer::{Adam, AdamState};
use rayon::prelude::*;

use crate::pair::{agree, pair};
use crate::support::numbers;

/// With a learning rate at which a wrong step would show.
const ADAM: Adam =
    Adam { learning_rate: 1.0, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7, keep: 1.0 };
/// The number of the step that is measured.
const STEP: u64 = 10;
/// The weights of the first layer of `mlp784`.
const LEN: usize = 784 * 512;
/// Numbers of which one thread takes the roots at once.
const PIECE: usize = 1 << 15;

pub(crate) fn adam(criterion: &mut Criterion) {
    let g = numbers(LEN, 2);
    let (mut one_pass, mut passes) = (OnePass(State::new()), Passes::new());
    // after one step: the two sides are measured over different numbers of them
    one_pass.update(&g);
    passes.update(&g);
    agree(&one_pass.0.w, &passes.state.w);
    pair(
        criterion,
        ["optimizer_in_one_pass", "Adam, 784x512"],
        || one_pass.update(black_box(&g)),
        || passes.update(black_box(&g)),
    );
}

/// Weights, and what Adam remembers of them.
struct State {
    w: Vec<f32>,
    momentum: Vec<f32>,
    velocity: Vec<f32>,
}

impl State {
    fn new() -> Self {
        Self { w: numbers(LEN, 1), momentum: vec![0.0; LEN], velocity: vec![0.0; LEN] }
    }
}

struct OnePass(State);

impl OnePass {
    fn update(&mut self, g: &[f32]) {
        let State { w, momentum, velocity } = &mut self.0;
        ADAM.update(STEP, w, g, AdamState { momentum, velocity, largest_velocity: None });
    }
}

/// The update made of whole operations, which write into slices of their own.
struct Passes {
    state: State,
    spare: [Vec<f32>; 2],
}

impl Passes {
    fn new() -> Self {
        Self { state: State::new(), spare: [0; 2].map(|_| vec![0.0; LEN]) }
    }

    fn update(&mut self, g: &[f32]) {
        let Self { state: State { w, momentum, velocity }, spare: [a, b] } = self;
        // m += (g - m) * (1 - beta_1)
        elementwise::arithmetic(Arithmetic::Subtract, g, momentum, a);
        multiply(a, 1.0 - ADAM.beta_1, b);
        elementwise::arithmetic(Arithmetic::Add, momentum, b, a);
        swap(momentum, a);
        // v += (g^2 - v) * (1 - beta_2)
        elementwise::arithmetic(Arithmetic::Multiply, g, g, a);
        elementwise::arithmetic(Arithmetic::Subtract, a, velocity, b);
        multiply(b, 1.0 - ADAM.beta_2, a);
        elementwise::arithmetic(Arithmetic::Add, velocity, a, b);
        swap(velocity, b);
        // w -= alpha * m / (sqrt(v) + epsilon)
        roots(velocity, a);
        elementwise::arithmetic_with_number(Arithmetic::Add, a, ADAM.epsilon as f32, b);
        elementwise::arithmetic(Arithmetic::Divide, momentum, b, a);
        multiply(a, alpha(), b);
        elementwise::arithmetic(Arithmetic::Subtract, w, b, a);
        swap(w, a);
    }
}

/// The step size after the corrections for the start.
fn alpha() -> f64 {
    let steps = STEP as f64;
    let rise = (1.0 - ADAM.beta_2.powf(steps)).sqrt() / (1.0 - ADAM.beta_1.powf(steps));
    ADAM.learning_rate * rise
}

fn multiply(x: &[f32], by: f64, y: &mut [f32]) {
    elementwise::arithmetic_with_number(Arithmetic::Multiply, x, by as f32, y);
}

fn roots(x: &[f32], y: &mut [f32]) {
    let pieces = y.par_chunks_mut(PIECE).zip(x.par_chunks(PIECE));
    pieces.for_each(|(y, x)| {
        for (y, x) in y.iter_mut().zip(x) {
            *y = x.sqrt();
        }
    });
}
