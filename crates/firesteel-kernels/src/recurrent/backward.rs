// SPDX-License-Identifier: MIT OR Apache-2.0
//! Backward through time, and the gradients by the weights and the input.

use std::array;
use std::ops::Range;

use super::block::{Block, chunk};
use super::cell::{Cell, Kernels, Mask, Step, tape_len};
use super::{Gradients, Input, OutputGradient, Sequence, Weights, check_input, check_some};
use crate::matrix::{Matrix, MatrixMut};
use crate::outer::Outer;
use crate::tiles::Lines;
use crate::{Isa, check, scratch};

/// Backward over all steps; see [`Lstm::backward`](super::Lstm::backward).
pub(super) fn run<C: Cell<N>, const N: usize>(
    cell: &C,
    input: Input<'_, N>,
    weights: Weights<'_>,
    given: OutputGradient<'_, N>,
    tape: &mut [f32],
    mut wanted: Gradients<'_, N>,
) {
    check_input(cell, &input, &weights);
    check_backward(cell, &given, tape, &wanted);
    let (mut dx, states) = (wanted.x.take(), wanted.states.each_mut().map(Option::take));
    if cell.sequence().state_len() > 0 {
        through_time(cell, input, weights, given, tape, (dx, states));
    } else if let Some(dx) = &mut dx {
        dx.fill(0.0);
    }
    let Sequence { batch, steps, inputs, units, .. } = *cell.sequence();
    cell.weight_gradients(&mut Sums {
        rows: batch * steps,
        inputs,
        units,
        columns: C::GATES * units,
        x: input.x,
        tape: Matrix::new(tape, C::ROW * units),
        wanted: &mut wanted,
    });
}

fn check_backward<C: Cell<N>, const N: usize>(
    cell: &C,
    given: &OutputGradient<'_, N>,
    tape: &[f32],
    wanted: &Gradients<'_, N>,
) {
    let shape = cell.sequence();
    let Sequence { batch, steps, inputs, units, .. } = *shape;
    let columns = C::GATES * units;
    check::len("recurrent, tape", tape.len(), tape_len(cell));
    let sequence = given.sequence.map(<[f32]>::len);
    check_some("recurrent, output gradient", sequence, shape.output_len());
    for state in given.states {
        check_some("recurrent, state gradient", state.map(<[f32]>::len), shape.state_len());
    }
    let len = |slice: &Option<&mut [f32]>| slice.as_ref().map(|slice| slice.len());
    check_some("recurrent, input gradient", len(&wanted.x), batch * steps * inputs);
    check_some("recurrent, kernel gradient", len(&wanted.kernel), inputs * columns);
    let recurrent_kernel = len(&wanted.recurrent_kernel);
    check_some("recurrent, recurrent kernel gradient", recurrent_kernel, units * columns);
    check_some("recurrent, bias gradient", len(&wanted.bias), cell.bias_rows() * columns);
    for state in &wanted.states {
        check_some("recurrent, first state gradient", len(state), shape.state_len());
    }
}

/// Leaves the gates' gradients in the tape, and writes those by the input and the first states.
fn through_time<C: Cell<N>, const N: usize>(
    cell: &C,
    input: Input<'_, N>,
    weights: Weights<'_>,
    given: OutputGradient<'_, N>,
    tape: &mut [f32],
    (dx, states): (Option<&mut [f32]>, [Option<&mut [f32]>; N]),
) {
    let isa = Isa::active();
    scratch::with(Kernels::len(isa, cell), |room| {
        let kernels = Kernels::backward(isa, cell, &weights, room);
        let walk = Walk { isa, cell, kernels: &kernels, input, given };
        let Sequence { batch, inputs, .. } = *cell.sequence();
        let all = Block { first: 0, rows: batch, tape: Some(tape), sequence: dx, states };
        all.share(cell, inputs, &|block| walk.block(block));
    });
}

/// What all blocks read.
struct Walk<'a, C, const N: usize> {
    isa: Isa,
    cell: &'a C,
    kernels: &'a Kernels<'a>,
    input: Input<'a, N>,
    given: OutputGradient<'a, N>,
}

impl<C: Cell<N>, const N: usize> Walk<'_, C, N> {
    /// Walks some rows back through all steps.
    fn block(&self, mut block: Block<'_, N>) {
        let Sequence { steps, units, .. } = *self.cell.sequence();
        let (len, chunk) = (block.rows * units, chunk(self.cell, block.rows));
        let tape = block.tape.take().unwrap_or_default();
        scratch::with((N + 1) * len, |mut room| {
            let mut gradients: [&mut [f32]; N] = array::from_fn(|state| {
                let gradient = room.split_off_mut(..len).unwrap_or_default();
                match self.given.states[state] {
                    Some(given) => gradient.copy_from_slice(&given[block.first * units..][..len]),
                    None => gradient.fill(0.0),
                }
                gradient
            });
            for end in (1..=steps).rev().step_by(chunk) {
                let numbers = end.saturating_sub(chunk)..end;
                self.steps(&block, numbers.clone(), tape, &mut gradients, room);
                if let Some(dx) = &mut block.sequence {
                    self.input_gradient(block.rows, numbers, tape, dx);
                }
            }
            for (wanted, gradient) in block.states.iter_mut().zip(gradients) {
                if let Some(wanted) = wanted {
                    wanted.copy_from_slice(gradient);
                }
            }
        });
    }

    /// Some steps of the walk, from the last.
    fn steps(
        &self,
        block: &Block<'_, N>,
        numbers: Range<usize>,
        tape: &mut [f32],
        gradients: &mut [&mut [f32]; N],
        spare: &mut [f32],
    ) {
        let shape = self.cell.sequence();
        let width = C::ROW * shape.units;
        for number in numbers.rev() {
            let time = shape.time(number);
            let mask = block.mask(shape, &self.input, time);
            self.add_given(block.first, number, mask, gradients[0]);
            let step = Step {
                units: shape.units,
                tape: &mut tape[time * width..],
                stride: shape.steps * width,
                states: gradients.each_mut().map(|gradient| &mut **gradient),
                spare: &mut *spare,
                mask,
            };
            self.cell.backward(self.isa, self.kernels, step);
        }
    }

    /// Adds the gradient by the output of one step.
    fn add_given(&self, first: usize, number: usize, mask: Mask<'_>, dh: &mut [f32]) {
        let Sequence { steps, units, zero_output_for_mask, .. } = *self.cell.sequence();
        let Some(given) = self.given.sequence else { return };
        let rows = given[first * steps * units..].chunks_exact(steps * units);
        for (row, (given, dh)) in rows.zip(dh.chunks_exact_mut(units)).enumerate() {
            if !zero_output_for_mask || mask.counts(row) {
                let given = &given[number * units..][..units];
                dh.iter_mut().zip(given).for_each(|(dh, given)| *dh += given);
            }
        }
    }

    /// The gradient by the input at some steps.
    fn input_gradient(&self, rows: usize, numbers: Range<usize>, tape: &[f32], dx: &mut [f32]) {
        let shape = self.cell.sequence();
        let Sequence { steps, inputs, units, .. } = *shape;
        let width = C::ROW * units;
        let earliest = shape.time(numbers.start).min(shape.time(numbers.end - 1));
        let lines = Lines {
            groups: rows,
            rows: numbers.len(),
            left: [steps * width, width],
            out: [steps * inputs, inputs],
        };
        let (gates, dx) = (&tape[earliest * width..], &mut dx[earliest * inputs..]);
        self.kernels.input.multiply(lines, gates, dx);
    }
}

/// The gradients by the weights: sums over all rows of the tape, which holds those by the gates.
pub(crate) struct Sums<'a, 'w, const N: usize> {
    rows: usize,
    inputs: usize,
    units: usize,
    /// Columns of the kernels.
    columns: usize,
    x: &'a [f32],
    tape: Matrix<'a>,
    wanted: &'a mut Gradients<'w, N>,
}

/// Some gates' part of the gradients by the weights.
#[derive(Clone)]
pub(crate) struct Product {
    /// The first of the gates' gradients in a row of the tape, over `units`.
    pub(crate) right: usize,
    /// The gates' places in the weights.
    pub(crate) gates: Range<usize>,
    /// Whether `x` was multiplied with the kernel.
    pub(crate) input: bool,
    /// What was multiplied with the recurrent kernel, in a row of the tape, over `units`.
    pub(crate) state: Option<usize>,
    /// The row of the bias.
    pub(crate) bias: Option<usize>,
}

impl<const N: usize> Sums<'_, '_, N> {
    /// Writes the gradients by some gates' weights.
    pub(crate) fn product(&mut self, product: Product) {
        let Self { rows, inputs, units, columns, .. } = *self;
        let Product { right, gates, input, state, bias } = product;
        let first = gates.start * units;
        let outer = Outer {
            rows,
            left: [
                (Matrix::new(self.x, inputs), inputs),
                (self.tape.skip_columns(state.unwrap_or_default() * units), units),
                (Matrix::new(&[1.0], 0), 1),
            ],
            right: self.tape.skip_columns(right * units),
            columns: gates.len() * units,
        };
        let Gradients { kernel, recurrent_kernel, bias: biases, .. } = &mut *self.wanted;
        let kernel = kernel.as_deref_mut().filter(|_| input);
        let recurrent_kernel = recurrent_kernel.as_deref_mut().filter(|_| state.is_some());
        let bias = biases.as_deref_mut().zip(bias).map(|(rows, row)| &mut rows[row * columns..]);
        let of_gates = [kernel, recurrent_kernel, bias]
            .map(|out| Some(MatrixMut::new(out?.get_mut(first..)?, columns)));
        outer.run(of_gates);
    }

    /// Copies some gates' gradients by the first row of the bias to the second.
    pub(crate) fn repeat_bias(&mut self, gates: Range<usize>) {
        let range = gates.start * self.units..gates.end * self.units;
        if let Some(bias) = &mut self.wanted.bias {
            bias.copy_within(range.clone(), self.columns + range.start);
        }
    }
}
