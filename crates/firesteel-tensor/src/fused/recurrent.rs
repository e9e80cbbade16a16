// SPDX-License-Identifier: MIT OR Apache-2.0
//! A recurrent layer over a whole sequence in one.

use std::array;

use firesteel_kernels::Activation;
use firesteel_kernels::recurrent::{
    Gradients, Gru, Input as KernelInput, Lstm, Output, OutputGradient, Sequence, SimpleRnn,
    Weights,
};

use super::{FusedOp, Gradient, Input, Operand};
use crate::memory::Block;

/// Which layer, with its activations.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cell {
    Gru { activation: Activation, recurrent_activation: Activation, reset_after: bool },
    Lstm { activation: Activation, recurrent_activation: Activation },
    SimpleRnn { activation: Activation },
}

impl Cell {
    pub(crate) fn n_states(self) -> usize {
        if matches!(self, Self::Lstm { .. }) { 2 } else { 1 }
    }
}

/// What the output consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The output of the last step, `(batch, units)`.
    Last,
    /// The output of each step, `(batch, steps, units)`.
    Sequence,
    /// The output of each step and the states after the last, all in a row.
    Everything,
    /// The states after the last step, all in a row.
    States,
}

/// Inputs `x (batch, steps, inputs)`, `kernel`, `recurrent_kernel`, perhaps `bias`, perhaps the states before the
/// first step.
#[derive(Debug)]
pub(crate) struct Recurrent {
    pub(crate) cell: Cell,
    pub(crate) go_backwards: bool,
    pub(crate) zero_output_for_mask: bool,
    pub(crate) wanted: Wanted,
    pub(crate) has_bias: bool,
    pub(crate) has_states: bool,
    /// Which steps count, `(batch, steps)`.
    pub(crate) mask: Option<Vec<bool>>,
}

/// Evaluates an expression with the kernel that the cell names.
macro_rules! with_kernel {
    ($op:expr, $inputs:expr, $kernel:ident => $body:expr) => {{
        let sequence = $op.sequence($inputs);
        match $op.cell {
            Cell::Gru { activation, recurrent_activation, reset_after } => {
                let $kernel = Gru { sequence, activation, recurrent_activation, reset_after };
                $body
            }
            Cell::Lstm { activation, recurrent_activation } => {
                let $kernel = Lstm { sequence, activation, recurrent_activation };
                $body
            }
            Cell::SimpleRnn { activation } => {
                let $kernel = SimpleRnn { sequence, activation };
                $body
            }
        }
    }};
}

impl Recurrent {
    fn sequence(&self, inputs: &[Input<'_>]) -> Sequence {
        let (x, units) = (inputs[0].axes, inputs[2].axes[0]);
        Sequence {
            go_backwards: self.go_backwards,
            zero_output_for_mask: self.zero_output_for_mask,
            ..Sequence::new(x[0], x[1], x[2], units)
        }
    }

    /// Where the states stand among the inputs.
    fn first_state(&self) -> usize {
        3 + usize::from(self.has_bias)
    }

    fn input<'a, const N: usize>(&'a self, inputs: &[Input<'a>]) -> KernelInput<'a, N> {
        let state = |index: usize| inputs[self.first_state() + index].values;
        KernelInput {
            x: inputs[0].values,
            states: self.has_states.then(|| array::from_fn(state)),
            mask: self.mask.as_deref(),
        }
    }

    fn weights<'a>(&self, inputs: &[Input<'a>]) -> Weights<'a> {
        Weights {
            kernel: inputs[1].values,
            recurrent_kernel: inputs[2].values,
            bias: self.has_bias.then(|| inputs[3].values),
        }
    }

    /// Lengths of the sequence and of the states in the output.
    fn lengths(&self, sequence: &Sequence) -> (usize, usize) {
        let state = sequence.batch * sequence.units;
        match self.wanted {
            Wanted::Last => (0, state),
            Wanted::Sequence => (state * sequence.steps, 0),
            Wanted::Everything => (state * sequence.steps, state),
            Wanted::States => (0, state),
        }
    }

    fn output<'a, const N: usize>(
        &self,
        sequence: &Sequence,
        output: &'a mut [f32],
    ) -> Output<'a, N> {
        let (length, state) = self.lengths(sequence);
        let (outputs, mut states) = output.split_at_mut(length);
        let mut next = |_| {
            let taken = states.split_off_mut(..state)?;
            (state > 0).then_some(taken)
        };
        Output { sequence: (length > 0).then_some(outputs), states: array::from_fn(&mut next) }
    }

    fn given<'a, const N: usize>(
        &self,
        sequence: &Sequence,
        by_output: &'a [f32],
    ) -> OutputGradient<'a, N> {
        let (length, state) = self.lengths(sequence);
        let (outputs, mut states) = by_output.split_at(length);
        let mut next = |_| {
            let taken = states.split_off(..state)?;
            (state > 0).then_some(taken)
        };
        OutputGradient {
            sequence: (length > 0).then_some(outputs),
            states: array::from_fn(&mut next),
        }
    }
}

impl FusedOp for Recurrent {
    fn output_axes(&self, inputs: &[Input<'_>]) -> Vec<usize> {
        let Sequence { batch, steps, units, .. } = self.sequence(inputs);
        let states = self.cell.n_states();
        match self.wanted {
            Wanted::Last => vec![batch, units],
            Wanted::Sequence => vec![batch, steps, units],
            Wanted::Everything => vec![batch * units * (steps + states)],
            Wanted::States => vec![batch * units * states],
        }
    }

    fn forward(&self, inputs: &[Input<'_>], output: &mut [f32], keep: bool) -> Vec<Block> {
        with_kernel!(self, inputs, kernel => {
            let mut tape = keep.then(|| Block::new(kernel.tape_len()));
            let output = self.output(&kernel.sequence, output);
            kernel.forward(self.input(inputs), self.weights(inputs), output, tape.as_deref_mut());
            tape.into_iter().collect()
        })
    }

    fn reads(&self, operand: Operand) -> bool {
        operand != Operand::Output
    }

    fn backward(&self, gradient: Gradient<'_>) -> Vec<Option<Block>> {
        let Gradient { inputs, by_output, wanted, mut kept, .. } = gradient;
        let mut blocks: Vec<Option<Block>> = wanted
            .iter()
            .zip(inputs)
            .map(|(&wanted, input)| wanted.then(|| Block::new(input.values.len())))
            .collect();
        let [tape] = &mut kept[..] else { return blocks };
        with_kernel!(self, inputs, kernel => {
            let mut room = blocks.iter_mut().map(|block| block.as_deref_mut());
            let [x, of_kernel, recurrent_kernel] = array::from_fn(|_| room.next().flatten());
            let bias = if self.has_bias { room.next().flatten() } else { None };
            let states = array::from_fn(|_| room.next().flatten());
            let gradients = Gradients { x, kernel: of_kernel, recurrent_kernel, bias, states };
            let given = self.given(&kernel.sequence, by_output);
            kernel.backward(self.input(inputs), self.weights(inputs), given, tape, gradients);
        });
        blocks
    }
}
