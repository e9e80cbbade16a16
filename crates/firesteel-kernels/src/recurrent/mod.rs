// SPDX-License-Identifier: MIT OR Apache-2.0
//! Recurrent layers over a whole sequence, forward and backward through time.
//!
//! `x (batch, steps, inputs)`, states `(batch, units)`, output sequence `(batch, steps, units)`.
//! Kernels are stored as in Keras, the gates side by side: [`Lstm`], [`Gru`], [`SimpleRnn`].
//!
//! ```text
//! forward: pack both kernels once; cut the batch into blocks, one for each thread
//!     for each block, for each few steps:
//!         tape = x * kernel + bias, for all of these steps at once
//!         for each step: tape += h * recurrent kernel; one pass over the gates gives the new h
//! backward: for each block, for each step from the last:
//!         one pass over the gates leaves their gradients in the tape's place
//!         dh += gradients * recurrent kernel^T
//!     then each weight gradient is one product over all steps, and so is dx
//! ```
//!
//! A block's states stay in the first cache, the packed recurrent kernel in the second. No row sees
//! another, so the cut into blocks cannot change a result.
//!
//! # Masks
//! At a step that the mask excludes, a row keeps its states, and its output is the one before, or
//! zero with [`Sequence::zero_output_for_mask`]. Nothing flows back into such a step.
//!
//! # The tape
//! What backward needs of forward is kept in a slice of [`Lstm::tape_len`] numbers that the caller
//! lends to both. Backward uses it up. Without one (for inference), forward keeps a few steps only.

mod backward;
mod block;
mod cell;
mod forward;
mod gru;
mod lstm;
mod simple;

use crate::check;
pub use gru::Gru;
pub use lstm::Lstm;
pub use simple::SimpleRnn;

/// Shape of a sequence, and how it is walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sequence {
    /// Sequences in the batch.
    pub batch: usize,
    /// Steps of each.
    pub steps: usize,
    /// Numbers of a step of `x`.
    pub inputs: usize,
    /// Numbers of a state.
    pub units: usize,
    /// Whether the last step comes first. The output sequence is in the order of the walk.
    pub go_backwards: bool,
    /// Whether the output at an excluded step is zero, not the one before.
    pub zero_output_for_mask: bool,
}

impl Sequence {
    /// A sequence walked from its first step.
    pub fn new(batch: usize, steps: usize, inputs: usize, units: usize) -> Self {
        let (go_backwards, zero_output_for_mask) = (false, false);
        Self { batch, steps, inputs, units, go_backwards, zero_output_for_mask }
    }

    /// The place in `x` of the walk's step `number`.
    pub(crate) fn time(&self, number: usize) -> usize {
        if self.go_backwards { self.steps - 1 - number } else { number }
    }

    /// Numbers in a state.
    fn state_len(&self) -> usize {
        self.batch * self.units
    }

    /// Numbers in the output sequence.
    fn output_len(&self) -> usize {
        self.state_len() * self.steps
    }
}

/// The weights, as Keras stores them.
#[derive(Clone, Copy, Debug)]
pub struct Weights<'a> {
    /// `(inputs, gates * units)`
    pub kernel: &'a [f32],
    /// `(units, gates * units)`
    pub recurrent_kernel: &'a [f32],
    /// `(gates * units)`; two such rows for [`Gru`] with `reset_after`.
    pub bias: Option<&'a [f32]>,
}

/// What a layer with `N` states reads.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a, const N: usize> {
    /// `(batch, steps, inputs)`
    pub x: &'a [f32],
    /// The states before the first step; zero without.
    pub states: Option<[&'a [f32]; N]>,
    /// Which steps count, `(batch, steps)`; all without.
    pub mask: Option<&'a [bool]>,
}

/// Where a layer with `N` states writes what is wanted of its output.
#[derive(Debug)]
pub struct Output<'a, const N: usize> {
    /// The output at each step, in the order of the walk.
    pub sequence: Option<&'a mut [f32]>,
    /// The states after the last step, of which the first is also the last output.
    pub states: [Option<&'a mut [f32]>; N],
}

/// The gradient of the loss by what was wanted of the output.
#[derive(Clone, Copy, Debug)]
pub struct OutputGradient<'a, const N: usize> {
    /// By the output sequence.
    pub sequence: Option<&'a [f32]>,
    /// By the states after the last step.
    pub states: [Option<&'a [f32]>; N],
}

/// Where backward writes what is wanted of its gradients.
#[derive(Debug)]
pub struct Gradients<'a, const N: usize> {
    /// By `x`.
    pub x: Option<&'a mut [f32]>,
    /// By the kernel.
    pub kernel: Option<&'a mut [f32]>,
    /// By the recurrent kernel.
    pub recurrent_kernel: Option<&'a mut [f32]>,
    /// By the bias, whose shape it has.
    pub bias: Option<&'a mut [f32]>,
    /// By the states before the first step.
    pub states: [Option<&'a mut [f32]>; N],
}

/// The methods that every cell with `$states` states has.
macro_rules! methods {
    ($cell:ident, $states:literal) => {
        impl $cell {
            /// Numbers in the tape that forward leaves for backward.
            pub fn tape_len(&self) -> usize {
                $crate::recurrent::cell::tape_len(self)
            }

            /// The output, and with `tape` what backward will need.
            ///
            /// # Panics
            /// Where a slice does not have its length.
            pub fn forward(
                &self,
                input: $crate::recurrent::Input<'_, $states>,
                weights: $crate::recurrent::Weights<'_>,
                output: $crate::recurrent::Output<'_, $states>,
                tape: Option<&mut [f32]>,
            ) {
                $crate::recurrent::forward::run(self, input, weights, output, tape);
            }

            /// The gradients, from the tape of a forward pass with the same input and weights.
            ///
            /// The tape is used up: afterwards it holds the gradients of the gates.
            ///
            /// # Panics
            /// Where a slice does not have its length.
            pub fn backward(
                &self,
                input: $crate::recurrent::Input<'_, $states>,
                weights: $crate::recurrent::Weights<'_>,
                given: $crate::recurrent::OutputGradient<'_, $states>,
                tape: &mut [f32],
                wanted: $crate::recurrent::Gradients<'_, $states>,
            ) {
                $crate::recurrent::backward::run(self, input, weights, given, tape, wanted);
            }
        }
    };
}
use methods;

/// Checks what every call reads.
fn check_input<C: cell::Cell<N>, const N: usize>(
    cell: &C,
    input: &Input<'_, N>,
    weights: &Weights<'_>,
) {
    let shape = cell.sequence();
    let Sequence { batch, steps, inputs, units, .. } = *shape;
    let columns = C::GATES * units;
    check::len("recurrent, input", input.x.len(), batch * steps * inputs);
    check::len("recurrent, kernel", weights.kernel.len(), inputs * columns);
    check::len("recurrent, recurrent kernel", weights.recurrent_kernel.len(), units * columns);
    if let Some(bias) = weights.bias {
        check::len("recurrent, bias", bias.len(), cell.bias_rows() * columns);
    }
    for state in input.states.iter().flatten() {
        check::len("recurrent, state", state.len(), shape.state_len());
    }
    if let Some(mask) = input.mask {
        check::len("recurrent, mask", mask.len(), batch * steps);
    }
}

/// Checks a slice that may be missing.
fn check_some(what: &str, slice: Option<usize>, expected: usize) {
    if let Some(len) = slice {
        check::len(what, len, expected);
    }
}

#[cfg(test)]
mod tests;
