// SPDX-License-Identifier: MIT OR Apache-2.0
//! The same step by step of other operations: for devices and activations that our kernels do not know.

use firesteel_core::Result;

use super::{Recurrent, RecurrentCell, RecurrentStart, RecurrentWeights, last_output};
use crate::Tensor;
use crate::ops::activation::activate;
use crate::ops::binary::{add, add_scalar, multiply, multiply_scalar};
use crate::ops::matmul::matmul;
use crate::ops::reshape::{concatenate, expand_dims, reshape, slice, unstack};
use crate::ops::select::where_;

/// See [`recurrent`](super::recurrent).
pub(super) fn recurrent(
    x: &Tensor,
    weights: &RecurrentWeights,
    start: &RecurrentStart,
    options: Recurrent,
) -> Result<Vec<Tensor>> {
    let walk = Walk::new(x, weights, start, options.cell)?;
    let steps = x.shape()[1];
    let mut states = walk.first_states(x)?;
    let mut outputs = Vec::with_capacity(if options.return_sequences { steps } else { 0 });
    for number in 0..steps {
        let time = if options.go_backwards { steps - 1 - number } else { number };
        let next = walk.step(time, &states)?;
        let counts = walk.counts(time)?;
        states = match &counts {
            Some(counts) => kept_where_masked(counts, &next, &states)?,
            None => next,
        };
        if options.return_sequences {
            let output = match &counts {
                Some(counts) if options.zero_output_for_mask => multiply(&states[0], counts)?,
                _ => states[0].clone(),
            };
            outputs.push(expand_dims(&output, 1)?);
        }
    }
    let output = if options.return_sequences && steps > 0 {
        concatenate(&outputs.iter().collect::<Vec<_>>(), 1)?
    } else if options.return_sequences {
        reshape(&slice(&states[0], 0, 0, 0)?, &[x.shape()[0], 0, walk.units])?
    } else {
        last_output(states[0].clone(), start, options)?
    };
    let states = if options.return_state { states } else { Vec::new() };
    Ok([output].into_iter().chain(states).collect())
}

/// What is new where the step counts, and the old elsewhere, even where the new is no number.
fn kept_where_masked(counts: &Tensor, new: &[Tensor], old: &[Tensor]) -> Result<Vec<Tensor>> {
    let pairs = new.iter().zip(old);
    pairs.map(|(new, old)| where_(counts, new, old)).collect()
}

/// `x * kernel`, with what each of the gates side by side in the kernel drops of `x`.
fn product(x: &Tensor, kernel: &Tensor, dropout: &[Tensor]) -> Result<Tensor> {
    if dropout.is_empty() {
        return matmul(x, kernel);
    }
    let units = kernel.shape()[1] / dropout.len();
    let gates = dropout
        .iter()
        .enumerate()
        .map(|(gate, kept)| matmul(&multiply(x, kept)?, &slice(kernel, -1, gate * units, units)?));
    let gates = gates.collect::<Result<Vec<_>>>()?;
    concatenate(&gates.iter().collect::<Vec<_>>(), -1)
}

/// What all steps share.
struct Walk<'a> {
    cell: RecurrentCell,
    units: usize,
    /// `x * kernel + bias` of each step.
    input: Vec<Tensor>,
    recurrent_kernel: &'a Tensor,
    /// The part of the bias that goes with the recurrent kernel.
    recurrent_bias: Option<Tensor>,
    start: &'a RecurrentStart,
}

impl<'a> Walk<'a> {
    fn new(
        x: &Tensor,
        weights: &'a RecurrentWeights,
        start: &'a RecurrentStart,
        cell: RecurrentCell,
    ) -> Result<Self> {
        let mut input = product(x, &weights.kernel, &start.input_dropout)?;
        let mut recurrent_bias = None;
        if let Some(bias) = &weights.bias {
            let row = |row| reshape(&slice(bias, 0, row, 1)?, &[bias.shape()[1]]);
            let two_rows = bias.rank() == 2;
            input = add(&input, &if two_rows { row(0)? } else { bias.clone() })?;
            recurrent_bias = two_rows.then(|| row(1)).transpose()?;
        }
        let recurrent_kernel = &weights.recurrent_kernel;
        let units = recurrent_kernel.shape()[0];
        let input = unstack(&input, 1)?;
        Ok(Self { cell, units, input, recurrent_kernel, recurrent_bias, start })
    }

    fn first_states(&self, x: &Tensor) -> Result<Vec<Tensor>> {
        if !self.start.states.is_empty() {
            return Ok(self.start.states.clone());
        }
        let axes = [x.shape()[0], self.units];
        let zeros = Tensor::full(0.0, &axes, &crate::Device::cpu())?.like(x);
        Ok(vec![zeros; self.cell.n_states()])
    }

    /// Ones for the sequences whose step counts, `(batch, 1)`.
    fn counts(&self, time: usize) -> Result<Option<Tensor>> {
        self.start.mask.as_ref().map(|mask| slice(mask, 1, time, 1)).transpose()
    }

    /// The columns of some gates.
    fn gates(&self, of: &Tensor, first: usize, count: usize) -> Result<Tensor> {
        slice(of, -1, first * self.units, count * self.units)
    }

    /// `state * recurrent kernel + bias` for some gates.
    fn recurrent(&self, state: &Tensor, first: usize, count: usize) -> Result<Tensor> {
        let kernel = self.gates(self.recurrent_kernel, first, count)?;
        let dropout = self.start.state_dropout.get(first..first + count).unwrap_or_default();
        let product = product(state, &kernel, dropout)?;
        match &self.recurrent_bias {
            Some(bias) => add(&product, &self.gates(bias, first, count)?),
            None => Ok(product),
        }
    }

    /// The states after a step.
    fn step(&self, time: usize, states: &[Tensor]) -> Result<Vec<Tensor>> {
        let (x, h) = (&self.input[time], &states[0]);
        match self.cell {
            RecurrentCell::SimpleRnn { activation } => {
                Ok(vec![activate(&add(x, &self.recurrent(h, 0, 1)?)?, activation)?])
            }
            RecurrentCell::Lstm { activation, recurrent_activation } => {
                let sums = add(x, &self.recurrent(h, 0, 4)?)?;
                let gate = |index| activate(&self.gates(&sums, index, 1)?, recurrent_activation);
                let new = activate(&self.gates(&sums, 2, 1)?, activation)?;
                let carry = add(&multiply(&gate(1)?, &states[1])?, &multiply(&gate(0)?, &new)?)?;
                Ok(vec![multiply(&gate(3)?, &activate(&carry, activation)?)?, carry])
            }
            RecurrentCell::Gru { activation, recurrent_activation, reset_after } => {
                let sums = add(&self.gates(x, 0, 2)?, &self.recurrent(h, 0, 2)?)?;
                let sums = activate(&sums, recurrent_activation)?;
                let (update, reset) = (self.gates(&sums, 0, 1)?, self.gates(&sums, 1, 1)?);
                let inner = if reset_after {
                    multiply(&reset, &self.recurrent(h, 2, 1)?)?
                } else {
                    self.recurrent(&multiply(&reset, h)?, 2, 1)?
                };
                let new = activate(&add(&self.gates(x, 2, 1)?, &inner)?, activation)?;
                let rest = add_scalar(&multiply_scalar(&update, -1.0)?, 1.0)?;
                Ok(vec![add(&multiply(&update, h)?, &multiply(&rest, &new)?)?])
            }
        }
    }
}
