// SPDX-License-Identifier: MIT OR Apache-2.0
use super::cell::{Cell, tape_len};
use super::*;
use crate::Activation;
use crate::naive::{self, Recurrent};
use crate::testing::{
    Placed, Within, close, numbers, on_every_isa, placed, room, same_on_any_threads,
};
use crate::vector::MAX_LANES;

on_every_isa!(
    lstm_equals_naive,
    gru_equals_naive,
    simple_rnn_equals_naive,
    every_offset,
    odd_numbers_stay_apart,
);

/// Batch, steps, inputs, units; the last one is cut into blocks.
const SHAPES: [[usize; 4]; 11] = [
    [1, 1, 1, 1],
    [3, 5, 4, 7],
    [2, 9, 3, 17],
    [4, 13, 6, 16],
    [7, 3, 37, 33],
    [1, 40, 5, 8],
    [2, 3, 300, 5],
    [2, 0, 3, 4],
    [0, 3, 2, 4],
    [3, 2, 0, 5],
    [11, 12, 30, 50],
];

const ACTIVATIONS: [[Activation; 2]; 4] = [
    [Activation::Tanh, Activation::Sigmoid],
    [Activation::Relu, Activation::HardSigmoid],
    [Activation::Linear, Activation::Sigmoid],
    [Activation::Sigmoid, Activation::Tanh],
];

fn lstm_equals_naive() {
    for_each_sequence(|sequence, with| {
        for [activation, recurrent_activation] in ACTIVATIONS {
            check(Lstm { sequence, activation, recurrent_activation }, naive::lstm, with);
        }
    });
}

fn gru_equals_naive() {
    for_each_sequence(|sequence, with| {
        for [activation, recurrent_activation] in ACTIVATIONS {
            for reset_after in [true, false] {
                let cell = Gru { sequence, activation, recurrent_activation, reset_after };
                check(cell, naive::gru, with);
            }
        }
    });
}

fn simple_rnn_equals_naive() {
    for_each_sequence(|sequence, with| {
        for [activation, _] in ACTIVATIONS {
            check(SimpleRnn { sequence, activation }, naive::simple_rnn, with);
        }
    });
}

/// What a call has beside `x` and the kernels.
#[derive(Clone, Copy, Debug)]
struct With {
    bias: bool,
    states: bool,
    mask: bool,
    /// Whether the loss looks at the sequence, else at the last states.
    sequence: bool,
}

/// Every shape, each with another choice of options, the small ones with all that interact.
fn for_each_sequence(test: impl Fn(Sequence, With)) {
    for [batch, steps, inputs, units] in SHAPES {
        let large = batch * steps * units > 1_000;
        for options in 0..if large { 2_u8 } else { 8 } {
            let bit = |place: u8| options >> place & 1 == 1;
            let mut sequence = Sequence::new(batch, steps, inputs, units);
            (sequence.go_backwards, sequence.zero_output_for_mask) = (bit(0), bit(1));
            let with =
                With { bias: !bit(1), states: bit(0), mask: bit(0) || bit(2), sequence: !bit(2) };
            test(sequence, with);
        }
    }
}

/// Made-up input, weights and output gradients.
struct Data {
    x: Placed,
    kernel: Placed,
    recurrent_kernel: Placed,
    bias: Placed,
    states: [Placed; 2],
    mask: Vec<bool>,
    by_sequence: Placed,
    by_states: [Placed; 2],
    /// Where results begin.
    offset: usize,
}

impl Data {
    /// The slices begin at other offsets each, all of them 0 for an offset of 0.
    fn new<C: Cell<N>, const N: usize>(cell: &C, offset: usize) -> Self {
        let at = |seed: u64| offset * seed as usize % (MAX_LANES + 1);
        let given = |len: usize, seed: u64| placed(at(seed), &numbers(len, seed));
        let shape = cell.sequence();
        let Sequence { batch, steps, inputs, units, .. } = *shape;
        let columns = C::GATES * units;
        let scaled = |len: usize, seed: u64, terms: usize| {
            let scale = 1.5 / (terms as f32).sqrt().max(1.0);
            let values: Vec<f32> = numbers(len, seed).iter().map(|value| value * scale).collect();
            placed(at(seed), &values)
        };
        Self {
            x: given(batch * steps * inputs, 1),
            kernel: scaled(inputs * columns, 2, inputs),
            recurrent_kernel: scaled(units * columns, 3, units),
            bias: given(cell.bias_rows() * columns, 4),
            states: [5, 6].map(|seed| given(shape.state_len(), seed)),
            mask: numbers(batch * steps, 7).iter().map(|&value| value > -0.3).collect(),
            by_sequence: given(shape.output_len(), 8),
            by_states: [9, 10].map(|seed| given(shape.state_len(), seed)),
            offset,
        }
    }

    fn input<const N: usize>(&self, with: With) -> Input<'_, N> {
        let states = std::array::from_fn(|state| &*self.states[state]);
        Input {
            x: &self.x,
            states: with.states.then_some(states),
            mask: with.mask.then_some(&self.mask),
        }
    }

    fn weights(&self, with: With) -> Weights<'_> {
        let Self { kernel, recurrent_kernel, bias, .. } = self;
        Weights { kernel, recurrent_kernel, bias: with.bias.then_some(bias) }
    }

    fn given<const N: usize>(&self, with: With) -> OutputGradient<'_, N> {
        OutputGradient {
            sequence: with.sequence.then_some(&self.by_sequence),
            states: std::array::from_fn(|state| {
                (!with.sequence).then_some(&*self.by_states[state])
            }),
        }
    }
}

/// All outputs and gradients, each with its name.
type Results = Vec<(&'static str, Vec<f32>)>;

const STATES: [&str; 2] = ["h", "c"];
const FIRST_STATES: [&str; 2] = ["dh", "dc"];

fn forward<C: Cell<N>, const N: usize>(
    cell: &C,
    data: &Data,
    with: With,
    tape: Option<&mut [f32]>,
) -> Results {
    let shape = cell.sequence();
    let mut sequence = room(data.offset, shape.output_len());
    let mut states: [Placed; N] =
        std::array::from_fn(|state| room(data.offset + state, shape.state_len()));
    let slices = states.each_mut().map(|state| Some(&mut **state));
    let output = Output { sequence: Some(&mut sequence), states: slices };
    forward::run(cell, data.input(with), data.weights(with), output, tape);
    let mut results = vec![("sequence", sequence.to_vec())];
    results.extend(STATES.into_iter().zip(states.iter().map(|state| state.to_vec())));
    results
}

fn backward<C: Cell<N>, const N: usize>(
    cell: &C,
    data: &Data,
    with: With,
    tape: &mut [f32],
) -> Results {
    let like = |given: &[f32]| room(data.offset, given.len());
    let (mut x, mut kernel) = (like(&data.x), like(&data.kernel));
    let (mut recurrent_kernel, mut bias) = (like(&data.recurrent_kernel), like(&data.bias));
    let mut states: [Placed; N] = std::array::from_fn(|state| like(&data.states[state]));
    let wanted = Gradients {
        x: Some(&mut x),
        kernel: Some(&mut kernel),
        recurrent_kernel: Some(&mut recurrent_kernel),
        bias: with.bias.then_some(&mut bias),
        states: states.each_mut().map(|state| Some(&mut **state)),
    };
    backward::run(cell, data.input(with), data.weights(with), data.given(with), tape, wanted);
    let mut results =
        vec![("dx", x.to_vec()), ("dk", kernel.to_vec()), ("dr", recurrent_kernel.to_vec())];
    results.extend(with.bias.then(|| ("db", bias.to_vec())));
    results.extend(FIRST_STATES.into_iter().zip(states.iter().map(|state| state.to_vec())));
    results
}

/// Compares everything with the naive walk, and forward without a tape with forward with one.
fn check<C: Cell<N> + std::fmt::Debug, const N: usize>(
    cell: C,
    naive: impl Fn(&C, &Input<'_, N>, &Weights<'_>) -> Recurrent<N>,
    with: With,
) {
    check_on(&Data::new(&cell, 0), cell, naive, with);
}

/// The results, which are those of the naive walk.
fn check_on<C: Cell<N> + std::fmt::Debug, const N: usize>(
    data: &Data,
    cell: C,
    naive: impl Fn(&C, &Input<'_, N>, &Weights<'_>) -> Recurrent<N>,
    with: With,
) -> Results {
    let mut tape = room(data.offset, tape_len(&cell));
    let mut results = forward(&cell, data, with, Some(&mut tape));
    let bits = |results: &Results| -> Vec<u32> {
        results.iter().flat_map(|(_, values)| values.iter().map(|value| value.to_bits())).collect()
    };
    let alone = forward(&cell, data, with, None);
    assert!(bits(&results) == bits(&alone), "{cell:?}: other bits without a tape");
    results.extend(backward(&cell, data, with, &mut tape));

    let oracle = naive(&cell, &data.input(with), &data.weights(with));
    let gradients = oracle.gradients(&data.given(with));
    let mut wanted = vec![oracle.sequence()];
    wanted.extend(oracle.states());
    wanted.extend([gradients.x, gradients.kernel, gradients.recurrent_kernel]);
    wanted.extend(with.bias.then_some(gradients.bias));
    wanted.extend(gradients.states);
    assert_eq!(results.len(), wanted.len());
    for ((name, got), want) in results.iter().zip(&wanted) {
        // errors grow from step to step where an activation does not hold them down
        let finite = want.iter().filter(|value| value.is_finite());
        let largest = finite.fold(1.0_f64, |largest, value| largest.max(value.abs()));
        let within = Within { absolute: 3e-6 * largest, relative: 1e-5 };
        close(&format!("{name} of {cell:?} {with:?}"), got, want, within);
    }
    results
}

/// With everything that a call may have, and the loss of the sequence.
const ALL: With = With { bias: true, states: true, mask: true, sequence: true };

fn every_offset() {
    let sequence = Sequence::new(3, 4, 5, 19);
    for offset in 1..=MAX_LANES {
        let lstm = Lstm::new(sequence);
        check_on(&Data::new(&lstm, offset), lstm, naive::lstm, ALL);
        for reset_after in [true, false] {
            let gru = Gru { reset_after, ..Gru::new(sequence) };
            check_on(&Data::new(&gru, offset), gru, naive::gru, ALL);
        }
        let simple = SimpleRnn::new(sequence);
        check_on(&Data::new(&simple, offset), simple, naive::simple_rnn, ALL);
    }
}

/// What is not finite in some rows leaves the bits of the others as they are, both ways.
fn odd_numbers_stay_apart() {
    let sequence = Sequence::new(4, 5, 3, 19);
    odd_rows(Lstm::new(sequence), naive::lstm);
    odd_rows(Gru::new(sequence), naive::gru);
    odd_rows(Gru { reset_after: false, ..Gru::new(sequence) }, naive::gru);
    odd_rows(SimpleRnn::new(sequence), naive::simple_rnn);
}

fn odd_rows<C: Cell<N> + std::fmt::Debug, const N: usize>(
    cell: C,
    naive: impl Fn(&C, &Input<'_, N>, &Weights<'_>) -> Recurrent<N>,
) {
    let mut data = Data::new(&cell, 0);
    data.mask = (0..20).map(|place| place != 16).collect();
    let clean = check_on(&data, cell, &naive, ALL);
    // the second row sees a NaN, the third infinities
    data.x[5 * 3 + 3] = f32::NAN;
    (data.x[10 * 3], data.x[10 * 3 + 1]) = (f32::INFINITY, f32::NEG_INFINITY);
    data.x[12 * 3 + 1] = f32::INFINITY;
    let dirty = check_on(&data, cell, &naive, ALL);
    for ((name, clean), (_, dirty)) in clean.iter().zip(&dirty) {
        assert!(dirty.iter().any(|value| value.is_nan()), "{name} of {cell:?}");
        // the gradients by the weights are sums over all rows
        if !["dk", "dr", "db"].contains(name) {
            let row = dirty.len() / 4;
            assert_eq!(clean[..row], dirty[..row], "{name} of {cell:?}");
            assert_eq!(clean[3 * row..], dirty[3 * row..], "{name} of {cell:?}");
        }
    }
    // the fourth row has a NaN where it is masked
    data.x[16 * 3 + 1] = f32::NAN;
    let masked = forward(&cell, &data, ALL, None);
    for ((name, clean), (_, masked)) in clean.iter().zip(&masked) {
        let row = 3 * masked.len() / 4;
        assert_eq!(clean[row..], masked[row..], "{name} of {cell:?}");
    }
}

#[test]
fn threads_do_not_matter() {
    let sequence = Sequence::new(21, 13, 20, 40);
    fn run<C: Cell<N>, const N: usize>(cell: &C) {
        same_on_any_threads(|| {
            let data = Data::new(cell, 0);
            let mut tape = vec![0.0; tape_len(cell)];
            let mut results = forward(cell, &data, ALL, Some(&mut tape));
            results.extend(backward(cell, &data, ALL, &mut tape));
            results.into_iter().flat_map(|(_, values)| values).collect()
        });
    }
    run(&Lstm::new(sequence));
    run(&Gru::new(sequence));
    run(&Gru { reset_after: false, ..Gru::new(sequence) });
    run(&SimpleRnn::new(sequence));
}

#[test]
#[should_panic(expected = "recurrent, mask: expected 6 numbers, got 5")]
fn a_wrong_length_is_refused() {
    let cell = SimpleRnn::new(Sequence::new(2, 3, 1, 1));
    let input = Input { x: &[0.0; 6], states: None, mask: Some(&[true; 5]) };
    let weights = Weights { kernel: &[0.0], recurrent_kernel: &[0.0], bias: None };
    cell.forward(input, weights, Output { sequence: None, states: [None] }, None);
}

/// Numbers of the real layers; the script beside them says how they were made.
mod keras {
    use super::*;

    include!("keras_numbers.rs");

    fn made(seed: f64, len: usize) -> Placed {
        let value = |place: u32| (1.7 * f64::from(place) + seed).sin() as f32;
        placed(0, &(0..len as u32).map(value).collect::<Vec<_>>())
    }

    fn compare<C: Cell<N>, const N: usize>(cell: &C, bias: bool, mask: bool, want: &[&[f32]]) {
        let Sequence { inputs, units, .. } = *cell.sequence();
        let columns = C::GATES * units;
        let data = Data {
            x: made(1.0, 2 * 4 * inputs),
            kernel: made(2.0, inputs * columns),
            recurrent_kernel: made(3.0, units * columns),
            bias: made(4.0, cell.bias_rows() * columns),
            states: [5.0, 6.0].map(|seed| made(seed, 2 * units)),
            mask: vec![true, false, true, true, false, true, true, false],
            by_sequence: made(7.0, 2 * 4 * units),
            by_states: [8.0, 9.0].map(|seed| made(seed, 2 * units)),
            offset: 0,
        };
        let with = With { bias, states: true, mask, sequence: true };
        let mut tape = vec![f32::NAN; tape_len(cell)];
        let mut results = forward(cell, &data, with, Some(&mut tape));
        // the loss looks at everything: its gradient is the sum of both parts
        let mut other_tape = tape.clone();
        let of_states = backward(cell, &data, With { sequence: false, ..with }, &mut other_tape);
        let of_sequence = backward(cell, &data, with, &mut tape);
        results.extend(
            of_sequence
                .into_iter()
                .zip(of_states)
                .map(|((name, a), (_, b))| (name, a.iter().zip(b).map(|(a, b)| a + b).collect())),
        );
        assert_eq!(results.len(), want.len());
        for ((name, got), want) in results.iter().zip(want) {
            let want: Vec<f64> = want.iter().map(|&value| f64::from(value)).collect();
            close(name, got, &want, Within { absolute: 1e-6, relative: 1e-5 });
        }
    }

    fn sequence(go_backwards: bool, zero_output_for_mask: bool) -> Sequence {
        Sequence { go_backwards, zero_output_for_mask, ..Sequence::new(2, 4, 3, 2) }
    }

    #[test]
    fn lstm() {
        compare(&Lstm::new(sequence(false, false)), true, false, &LSTM);
        let masked = Lstm {
            recurrent_activation: Activation::HardSigmoid,
            ..Lstm::new(sequence(true, false))
        };
        compare(&masked, true, true, &LSTM_MASKED);
        compare(&Lstm::new(sequence(false, true)), false, true, &LSTM_ZERO);
    }

    #[test]
    fn gru() {
        compare(&Gru::new(sequence(false, false)), true, false, &GRU);
        let masked = Gru { activation: Activation::Linear, ..Gru::new(sequence(true, false)) };
        compare(&masked, true, true, &GRU_MASKED);
        let before = Gru { reset_after: false, ..Gru::new(sequence(false, false)) };
        compare(&before, true, true, &GRU_BEFORE);
    }

    #[test]
    fn simple_rnn() {
        let cell =
            SimpleRnn { activation: Activation::Sigmoid, ..SimpleRnn::new(sequence(false, false)) };
        compare(&cell, true, true, &SIMPLE_RNN);
    }
}
