// SPDX-License-Identifier: MIT OR Apache-2.0
//! Recurrent layers over whole sequences, of which the last output counts; Burn's side walks step by step.

use burn::tensor::{Device as BurnDevice, Tensor as Burn, activation};
use criterion::Criterion;
use firesteel_tensor::ops::{Recurrent, RecurrentCell, RecurrentStart, RecurrentWeights};
use firesteel_tensor::{Activation, Tensor, ops};

use crate::support::{beside, burns, burns_step, group, leaf, operations, our_step, ours};

/// Batch, steps, inputs, units.
const SIZE: [usize; 4] = [32, 100, 64, 128];

/// A layer's weights on Burn; a second row of the bias goes with the recurrent kernel.
struct Weights {
    kernel: Burn<2>,
    recurrent: Burn<2>,
    bias: Burn<2>,
}

/// From the input's part of the sums and the states to the states after a step.
type Step = fn(&Weights, &Burn<2>, &[Burn<2>]) -> Vec<Burn<2>>;

pub(crate) fn recurrent(criterion: &mut Criterion) {
    let mut group = group(criterion, "recurrent");
    let (activation, recurrent_activation) = (Activation::Tanh, Activation::Sigmoid);
    let lstm = RecurrentCell::Lstm { activation, recurrent_activation };
    let gru = RecurrentCell::Gru { activation, recurrent_activation, reset_after: true };
    let simple_rnn = RecurrentCell::SimpleRnn { activation };
    let cells: [(&str, RecurrentCell, usize, Step); 3] = [
        ("lstm", lstm, 1, lstm_step),
        ("gru", gru, 2, gru_step),
        ("simple_rnn", simple_rnn, 1, simple_rnn_step),
    ];
    for (name, cell, bias_rows, step) in cells {
        let [batch, steps, inputs, units] = SIZE;
        let columns = cell.n_gates() * units;
        let burn_side = BurnSide::new(columns, bias_rows);
        let our_side = OurSide::new(cell, columns, bias_rows);
        beside(
            &mut group,
            &format!("{name}/{batch}x{steps}x{inputs}-{units}/step"),
            operations(3 * batch * steps * (inputs + units) * columns),
            || burn_side.step(step),
            || our_side.step(),
        );
    }
    group.finish();
}

/// Input and weights of our own tensors.
struct OurSide {
    options: Recurrent,
    inputs: [Tensor; 4],
}

impl OurSide {
    fn new(cell: RecurrentCell, columns: usize, bias_rows: usize) -> Self {
        let [batch, steps, inputs, units] = SIZE;
        let scaled = |axes: &[usize], seed| ops::multiply_scalar(&ours(axes, seed), 0.1).unwrap();
        let bias = if bias_rows == 1 { vec![columns] } else { vec![bias_rows, columns] };
        let options = Recurrent {
            cell,
            go_backwards: false,
            zero_output_for_mask: false,
            return_sequences: false,
            return_state: false,
        };
        let inputs = [
            ours(&[batch, steps, inputs], 1),
            scaled(&[inputs, columns], 2),
            scaled(&[units, columns], 3),
            scaled(&bias, 4),
        ];
        Self { options, inputs }
    }

    fn step(&self) -> Tensor {
        our_step(&self.inputs.each_ref(), |i| {
            let weights = RecurrentWeights {
                kernel: i[1].clone(),
                recurrent_kernel: i[2].clone(),
                bias: Some(i[3].clone()),
            };
            let start = RecurrentStart::default();
            ops::recurrent(&i[0], &weights, &start, self.options).unwrap().swap_remove(0)
        })
    }
}

/// The same on Burn.
struct BurnSide {
    x: Burn<3>,
    weights: Weights,
}

impl BurnSide {
    fn new(columns: usize, bias_rows: usize) -> Self {
        let [batch, steps, inputs, units] = SIZE;
        let weights = Weights {
            kernel: burns([inputs, columns], 2).mul_scalar(0.1),
            recurrent: burns([units, columns], 3).mul_scalar(0.1),
            bias: burns([bias_rows, columns], 4).mul_scalar(0.1),
        };
        Self { x: burns([batch, steps, inputs], 1), weights }
    }

    fn step(&self, step: Step) -> Burn<3> {
        let x = leaf(&self.x);
        let Weights { kernel, recurrent, bias } = &self.weights;
        let weights =
            Weights { kernel: leaf(kernel), recurrent: leaf(recurrent), bias: leaf(bias) };
        burns_step(&x, walk(&x, &weights, step))
    }
}

/// The last output; the product with the input is one for all steps.
fn walk(x: &Burn<3>, weights: &Weights, step: Step) -> Burn<2> {
    let [batch, steps, inputs, units] = SIZE;
    let [_, columns] = weights.kernel.dims();
    let sums = x.clone().reshape([batch * steps, inputs]).matmul(weights.kernel.clone());
    let sums = sums.add(weights.bias.clone().slice([0..1, 0..columns]));
    let sums = sums.reshape([batch, steps, columns]);
    let zeros = || Burn::<2>::zeros([batch, units], &BurnDevice::flex()).autodiff();
    let mut states = vec![zeros(), zeros()];
    for time in 0..steps {
        let here = sums.clone().slice([0..batch, time..time + 1, 0..columns]);
        states = step(weights, &here.reshape([batch, columns]), &states);
    }
    states.swap_remove(0)
}

/// The columns of a gate.
fn gate(sums: &Burn<2>, index: usize) -> Burn<2> {
    let [batch, _, _, units] = SIZE;
    sums.clone().slice([0..batch, index * units..(index + 1) * units])
}

fn lstm_step(weights: &Weights, sums: &Burn<2>, states: &[Burn<2>]) -> Vec<Burn<2>> {
    let sums = sums.clone().add(states[0].clone().matmul(weights.recurrent.clone()));
    let new = activation::sigmoid(gate(&sums, 0)).mul(gate(&sums, 2).tanh());
    let carry = activation::sigmoid(gate(&sums, 1)).mul(states[1].clone()).add(new);
    vec![activation::sigmoid(gate(&sums, 3)).mul(carry.clone().tanh()), carry]
}

fn gru_step(weights: &Weights, sums: &Burn<2>, states: &[Burn<2>]) -> Vec<Burn<2>> {
    let h = states[0].clone();
    let [_, columns] = sums.dims();
    let of_state = h.clone().matmul(weights.recurrent.clone());
    let of_state = of_state.add(weights.bias.clone().slice([1..2, 0..columns]));
    let update = activation::sigmoid(gate(sums, 0).add(gate(&of_state, 0)));
    let reset = activation::sigmoid(gate(sums, 1).add(gate(&of_state, 1)));
    let new = gate(sums, 2).add(reset.mul(gate(&of_state, 2))).tanh();
    vec![update.mul(h.sub(new.clone())).add(new)]
}

fn simple_rnn_step(weights: &Weights, sums: &Burn<2>, states: &[Burn<2>]) -> Vec<Burn<2>> {
    vec![sums.clone().add(states[0].clone().matmul(weights.recurrent.clone())).tanh()]
}
