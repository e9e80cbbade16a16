// SPDX-License-Identifier: MIT OR Apache-2.0
//! `recurrent`: a recurrent layer over whole sequences.

use firesteel_core::{Result, err};

use super::activation::Activation;
use super::binary::multiply;
use super::reshape::{reshape, slice};
use crate::Tensor;
use crate::fused::{self, Wanted, kernel_activation};

/// Which recurrent layer, with its activations. The gates stand side by side in the weights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RecurrentCell {
    /// Gates z, r, h; with `reset_after` the bias has two rows, one for each kernel.
    Gru {
        /// Of the new state.
        activation: Activation,
        /// Of the other gates.
        recurrent_activation: Activation,
        /// Whether the reset gate acts after the product with the recurrent kernel.
        reset_after: bool,
    },
    /// Gates i, f, c, o; states h and c.
    Lstm {
        /// Of the new state and of the output.
        activation: Activation,
        /// Of the other gates.
        recurrent_activation: Activation,
    },
    /// One gate, the new state.
    SimpleRnn {
        /// Of the new state.
        activation: Activation,
    },
}

/// What [`recurrent`] computes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recurrent {
    /// The layer.
    pub cell: RecurrentCell,
    /// Whether the last step comes first; the output is in the order of the walk.
    pub go_backwards: bool,
    /// Whether the output at a masked step is zero, not the one before; the states are kept all the same.
    pub zero_output_for_mask: bool,
    /// Whether the output is that of each step, not of the last one alone.
    pub return_sequences: bool,
    /// Whether the states after the last step follow the output.
    pub return_state: bool,
}

impl RecurrentCell {
    /// Gates side by side in the weights.
    pub fn n_gates(self) -> usize {
        match self {
            Self::Gru { .. } => 3,
            Self::Lstm { .. } => 4,
            Self::SimpleRnn { .. } => 1,
        }
    }

    /// States, of which the first is the output.
    pub fn n_states(self) -> usize {
        if matches!(self, Self::Lstm { .. }) { 2 } else { 1 }
    }

    /// The cell as the kernels know it; `None` where they lack an activation.
    fn in_kernels(self) -> Option<fused::Cell> {
        Some(match self {
            Self::Gru { activation, recurrent_activation, reset_after } => fused::Cell::Gru {
                activation: kernel_activation(activation)?,
                recurrent_activation: kernel_activation(recurrent_activation)?,
                reset_after,
            },
            Self::Lstm { activation, recurrent_activation } => fused::Cell::Lstm {
                activation: kernel_activation(activation)?,
                recurrent_activation: kernel_activation(recurrent_activation)?,
            },
            Self::SimpleRnn { activation } => {
                fused::Cell::SimpleRnn { activation: kernel_activation(activation)? }
            }
        })
    }
}

/// The weights of a recurrent layer.
#[derive(Clone, Debug)]
pub struct RecurrentWeights {
    /// `(inputs, gates * units)`
    pub kernel: Tensor,
    /// `(units, gates * units)`
    pub recurrent_kernel: Tensor,
    /// `(gates * units,)`, or `(2, gates * units)` for a GRU with `reset_after`.
    pub bias: Option<Tensor>,
}

/// Where a sequence starts, and which of its steps count.
#[derive(Clone, Debug, Default)]
pub struct RecurrentStart {
    /// The states before the first step, `(batch, units)` each; zeros when empty.
    pub states: Vec<Tensor>,
    /// Ones for the steps that count and zeros for the others, `(batch, steps)`; all count without.
    pub mask: Option<Tensor>,
    /// What the input is multiplied with for each of the gates, `(batch, 1, inputs)` each; nothing when empty.
    pub input_dropout: Vec<Tensor>,
    /// What the state is multiplied with before the product with the recurrent kernel for each of the gates,
    /// `(batch, units)` each; nothing when empty.
    pub state_dropout: Vec<Tensor>,
}

/// The output of a recurrent layer, and where they are asked for its states after the last step.
///
/// At a step that the mask leaves out, a sequence keeps its states.
///
/// # Shapes
/// `x` `(batch, steps, inputs)`, output `(batch, units)` or `(batch, steps, units)`, each state `(batch, units)`.
///
/// # Errors
/// `Shape` when the lengths do not fit.
pub fn recurrent(
    x: &Tensor,
    weights: &RecurrentWeights,
    start: &RecurrentStart,
    options: Recurrent,
) -> Result<Vec<Tensor>> {
    let units = check(x, weights, start, options.cell)?;
    // the kernels know one input and one state for all gates
    let fits = x.is_on_cpu() && start.input_dropout.is_empty() && start.state_dropout.is_empty();
    let Some(cell) = options.cell.in_kernels().filter(|_| fits) else {
        return composed::recurrent(x, weights, start, options);
    };
    let wanted = match (options.return_sequences, options.return_state) {
        (false, false) => Wanted::Last,
        (true, false) => Wanted::Sequence,
        (true, true) => Wanted::Everything,
        (false, true) => Wanted::States,
    };
    let op = fused::Recurrent {
        cell,
        go_backwards: options.go_backwards,
        zero_output_for_mask: options.zero_output_for_mask,
        wanted,
        has_bias: weights.bias.is_some(),
        has_states: !start.states.is_empty(),
        mask: start.mask.as_ref().map(steps_that_count).transpose()?,
    };
    let inputs: Vec<&Tensor> = [x, &weights.kernel, &weights.recurrent_kernel]
        .into_iter()
        .chain(&weights.bias)
        .chain(&start.states)
        .collect();
    let output = fused::apply(op, &inputs)?;
    match wanted {
        Wanted::Last => return Ok(vec![last_output(output, start, options)?]),
        Wanted::Sequence => return Ok(vec![output]),
        Wanted::Everything | Wanted::States => {}
    }
    let (batch, steps) = (x.shape()[0], x.shape()[1]);
    let mut at = 0;
    let mut next = |axes: &[usize]| {
        let length = axes.iter().product();
        at += length;
        reshape(&slice(&output, 0, at - length, length)?, axes)
    };
    let mut outputs = Vec::new();
    if wanted == Wanted::Everything {
        outputs.push(next(&[batch, steps, units])?);
    }
    for _ in 0..options.cell.n_states() {
        outputs.push(next(&[batch, units])?);
    }
    if wanted == Wanted::States {
        outputs.insert(0, last_output(outputs[0].clone(), start, options)?);
    }
    Ok(outputs)
}

/// The output of the last step of the walk, where that is all that is wanted: the state, or zero for sequences whose
/// last step does not count.
fn last_output(state: Tensor, start: &RecurrentStart, options: Recurrent) -> Result<Tensor> {
    let Some(mask) = start.mask.as_ref().filter(|_| options.zero_output_for_mask) else {
        return Ok(state);
    };
    let last = if options.go_backwards { 0 } else { mask.shape()[1].saturating_sub(1) };
    if mask.shape()[1] == 0 {
        return Ok(state);
    }
    multiply(&state, &slice(mask, 1, last, 1)?)
}

/// The number of units, where all shapes fit.
fn check(
    x: &Tensor,
    weights: &RecurrentWeights,
    start: &RecurrentStart,
    cell: RecurrentCell,
) -> Result<usize> {
    let misfit = |what: &str, expected: &[usize], got: &Tensor| {
        err::shape("recurrent", format!("{what} does not fit"))
            .expected(firesteel_core::Shape::from(expected))
            .got(got)
    };
    let [batch, steps, inputs] = *x.shape() else {
        return Err(
            err::shape("recurrent", "the input needs the axes batch, steps, features").got(x)
        );
    };
    let [units, columns] = *weights.recurrent_kernel.shape() else {
        let got = &weights.recurrent_kernel;
        return Err(err::shape("recurrent", "the recurrent kernel must be a matrix").got(got));
    };
    let require = |what: &str, tensor: &Tensor, expected: &[usize]| {
        if tensor.shape() == expected { Ok(()) } else { Err(misfit(what, expected, tensor)) }
    };
    require("the recurrent kernel", &weights.recurrent_kernel, &[units, cell.n_gates() * units])?;
    require("the kernel", &weights.kernel, &[inputs, columns])?;
    if let Some(bias) = &weights.bias {
        let two_rows = matches!(cell, RecurrentCell::Gru { reset_after: true, .. });
        let expected = if two_rows { vec![2, columns] } else { vec![columns] };
        require("the bias", bias, &expected)?;
    }
    for state in start.states.iter().chain(&start.state_dropout) {
        require("a state", state, &[batch, units])?;
    }
    for kept in &start.input_dropout {
        require("what drops a part of the input", kept, &[batch, 1, inputs])?;
    }
    for kept in [&start.input_dropout, &start.state_dropout] {
        if !kept.is_empty() && kept.len() != cell.n_gates() {
            return Err(err::shape("recurrent", "there is not one mask of dropout for each gate")
                .expected(cell.n_gates())
                .got(kept.len()));
        }
    }
    if !start.states.is_empty() && start.states.len() != cell.n_states() {
        return Err(err::shape("recurrent", "the number of states does not fit")
            .expected(cell.n_states())
            .got(start.states.len()));
    }
    if let Some(mask) = &start.mask {
        require("the mask", mask, &[batch, steps])?;
    }
    Ok(units)
}

fn steps_that_count(mask: &Tensor) -> Result<Vec<bool>> {
    Ok(mask.to_vec()?.iter().map(|&value| value != 0.0).collect())
}

mod composed;
#[cfg(test)]
mod tests;
