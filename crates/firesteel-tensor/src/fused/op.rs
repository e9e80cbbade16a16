// SPDX-License-Identifier: MIT OR Apache-2.0
//! `FusedOp`: what a fused operation has to say about itself.

use std::fmt::Debug;

use crate::memory::Block;

/// One input of a fused operation: row-major values and their axes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Input<'a> {
    pub(crate) values: &'a [f32],
    pub(crate) axes: &'a [usize],
}

impl Input<'_> {
    /// How many elements it has, also where their values were not kept.
    pub(crate) fn len(&self) -> usize {
        self.axes.iter().product()
    }
}

/// A tensor that an operation works with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operand {
    /// An input, by its place.
    Input(usize),
    Output,
}

/// Everything that a backward pass may look at.
#[derive(Debug)]
pub(crate) struct Gradient<'a> {
    /// With no values where the operation does not [read](FusedOp::reads) them.
    pub(crate) inputs: &'a [Input<'a>],
    /// Empty where the operation does not read it.
    pub(crate) output: &'a [f32],
    /// What the forward pass kept.
    pub(crate) kept: Vec<Block>,
    /// The derivative by the output.
    pub(crate) by_output: &'a [f32],
    /// Which inputs want a derivative.
    pub(crate) wanted: &'a [bool],
}

/// An operation with kernels of its own.
pub(crate) trait FusedOp: Debug + Send + Sync + 'static {
    /// The axes of the output.
    fn output_axes(&self, inputs: &[Input<'_>]) -> Vec<usize>;

    /// Fills the output, which holds anything before, and returns what the backward pass needs beside inputs and
    /// output; nothing unless that is to be kept.
    fn forward(&self, inputs: &[Input<'_>], output: &mut [f32], keep: bool) -> Vec<Block>;

    /// Whether the derivative by an input is that by the output, and their axes are the same. Then it is handed on as
    /// it is, and the backward pass sees an input that wants none.
    fn hands_on(&self, _input: usize) -> bool {
        false
    }

    /// Whether the backward pass reads the values of this tensor. Those of others are not kept for it, so that their
    /// memory is free once the last operation has used them.
    fn reads(&self, _operand: Operand) -> bool {
        true
    }

    /// The derivative by each input that wants one, `None` for the others.
    fn backward(&self, gradient: Gradient<'_>) -> Vec<Option<Block>>;
}
