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

/// Everything that a backward pass may look at.
#[derive(Debug)]
pub(crate) struct Gradient<'a> {
    pub(crate) inputs: &'a [Input<'a>],
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

    /// The derivative by each input that wants one, `None` for the others.
    fn backward(&self, gradient: Gradient<'_>) -> Vec<Option<Block>>;
}
