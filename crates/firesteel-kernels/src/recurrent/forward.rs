// SPDX-License-Identifier: MIT OR Apache-2.0
//! The walk from the first step to the last.

use std::array;
use std::ops::Range;

use super::block::{Block, chunk};
use super::cell::{Cell, Kernels, Mask, Step, tape_len};
use super::{Input, Output, Sequence, Weights, check_input, check_some};
use crate::tiles::Lines;
use crate::{Isa, scratch};

/// Forward over all steps; see [`Lstm::forward`](super::Lstm::forward).
pub(super) fn run<C: Cell<N>, const N: usize>(
    cell: &C,
    input: Input<'_, N>,
    weights: Weights<'_>,
    output: Output<'_, N>,
    tape: Option<&mut [f32]>,
) {
    let shape = cell.sequence();
    check_input(cell, &input, &weights);
    check_some("recurrent, tape", tape.as_ref().map(|tape| tape.len()), tape_len(cell));
    let sequence = output.sequence.as_ref().map(|sequence| sequence.len());
    check_some("recurrent, output", sequence, shape.output_len());
    for state in &output.states {
        let len = state.as_ref().map(|state| state.len());
        check_some("recurrent, last state", len, shape.state_len());
    }
    if shape.state_len() == 0 {
        return;
    }
    let isa = Isa::active();
    scratch::with(Kernels::len(isa, cell), |room| {
        let kernels = Kernels::forward(isa, cell, &weights, room);
        let walk = Walk { isa, cell, kernels: &kernels, input };
        let Output { sequence, states } = output;
        let all = Block { first: 0, rows: shape.batch, tape, sequence, states };
        all.share(cell, shape.units, &|block| walk.block(block));
    });
}

/// What all blocks read.
struct Walk<'a, C, const N: usize> {
    isa: Isa,
    cell: &'a C,
    kernels: &'a Kernels<'a>,
    input: Input<'a, N>,
}

/// A tape of some steps: the caller's of all, or one that is used over and over.
struct Tape<'a> {
    numbers: &'a mut [f32],
    /// Numbers from one row of the batch to the next.
    stride: usize,
    /// Whether it has all steps.
    whole: bool,
}

impl<C: Cell<N>, const N: usize> Walk<'_, C, N> {
    /// Walks some rows through all steps.
    fn block(&self, mut block: Block<'_, N>) {
        let Sequence { steps, units, .. } = *self.cell.sequence();
        let (len, width) = (block.rows * units, C::ROW * units);
        let chunk = chunk(self.cell, block.rows);
        let kept = if block.tape.is_some() { 0 } else { block.rows * chunk * width };
        let tape = block.tape.take();
        scratch::with((N + 1) * len + kept, |mut room| {
            let mut states = array::from_fn(|_| head(&mut room, len));
            let spare = head(&mut room, len);
            self.start(&block, &mut states);
            let mut tape = match tape {
                Some(numbers) => Tape { numbers, stride: steps * width, whole: true },
                None => Tape { numbers: room, stride: chunk * width, whole: false },
            };
            for start in (0..steps).step_by(chunk) {
                let numbers = start..steps.min(start + chunk);
                self.chunk(&mut block, numbers, &mut tape, &mut states, spare);
            }
            for (last, state) in block.states.iter_mut().zip(states) {
                if let Some(last) = last {
                    last.copy_from_slice(state);
                }
            }
        });
    }

    /// Sets the states before the first step.
    fn start(&self, block: &Block<'_, N>, states: &mut [&mut [f32]; N]) {
        let start = block.first * self.cell.sequence().units;
        for (index, state) in states.iter_mut().enumerate() {
            match self.input.states {
                Some(initial) => state.copy_from_slice(&initial[index][start..][..state.len()]),
                None => state.fill(0.0),
            }
        }
    }

    /// Some steps of the walk: the input's product for all of them, then one after the other.
    fn chunk(
        &self,
        block: &mut Block<'_, N>,
        numbers: Range<usize>,
        tape: &mut Tape<'_>,
        states: &mut [&mut [f32]; N],
        spare: &mut [f32],
    ) {
        let shape = self.cell.sequence();
        let Sequence { steps, inputs, units, .. } = *shape;
        let width = C::ROW * units;
        let earliest = shape.time(numbers.start).min(shape.time(numbers.end - 1));
        let origin = if tape.whole { 0 } else { earliest };
        let lines = Lines {
            groups: block.rows,
            rows: numbers.len(),
            left: [steps * inputs, inputs],
            out: [tape.stride, width],
        };
        let x = &self.input.x[(block.first * steps + earliest) * inputs..];
        self.kernels.input.multiply(lines, x, &mut tape.numbers[(earliest - origin) * width..]);
        for number in numbers {
            let time = shape.time(number);
            let mask = block.mask(shape, &self.input, time);
            let step = Step {
                units,
                tape: &mut tape.numbers[(time - origin) * width..],
                stride: tape.stride,
                states: states.each_mut().map(|state| &mut **state),
                spare: &mut *spare,
                mask,
            };
            self.cell.forward(self.isa, self.kernels, step);
            if let Some(sequence) = &mut block.sequence {
                self.emit(number, mask, states[0], sequence);
            }
        }
    }

    /// Writes the output of one step.
    fn emit(&self, number: usize, mask: Mask<'_>, h: &[f32], sequence: &mut [f32]) {
        let Sequence { steps, units, zero_output_for_mask, .. } = *self.cell.sequence();
        let rows = sequence.chunks_exact_mut(steps * units).zip(h.chunks_exact(units));
        for (row, (sequence, h)) in rows.enumerate() {
            let to = &mut sequence[number * units..][..units];
            if zero_output_for_mask && !mask.counts(row) {
                to.fill(0.0);
            } else {
                to.copy_from_slice(h);
            }
        }
    }
}

/// Takes the first `len` numbers off.
fn head<'a>(room: &mut &'a mut [f32], len: usize) -> &'a mut [f32] {
    room.split_off_mut(..len).unwrap_or_default()
}
