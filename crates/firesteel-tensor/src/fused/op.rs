// SPDX-License-Identifier: MIT OR Apache-2.0
//! `FusedOp`: what a fused operation has to say about itself.

use std::fmt::Debug;

/// One input of a fused operation: row-major values and their axes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Input<'a> {
    pub(crate) values: &'a [f32],
    pub(crate) axes: &'a [usize],
}

/// What a forward pass keeps for its backward pass, beside inputs and output.
#[derive(Debug)]
pub(crate) enum Buffer {
    /// Positions, such as the winners of a maximum.
    Positions(Vec<u32>),
}

/// Everything that a backward pass may look at.
#[derive(Debug)]
pub(crate) struct Gradient<'a> {
    pub(crate) inputs: &'a [Input<'a>],
    pub(crate) output: &'a [f32],
    pub(crate) kept: &'a [Buffer],
    /// The derivative by the output.
    pub(crate) by_output: &'a [f32],
    /// Which inputs want a derivative.
    pub(crate) wanted: &'a [bool],
}

/// An operation with kernels of its own.
pub(crate) trait FusedOp: Debug + Send + Sync + 'static {
    /// The axes of the output.
    fn output_axes(&self, inputs: &[Input<'_>]) -> Vec<usize>;

    /// Fills the output, which starts as zeros, and returns what the backward pass needs to keep.
    fn forward(&self, inputs: &[Input<'_>], output: &mut [f32]) -> Vec<Buffer>;

    /// The derivative by each input that wants one, `None` for the others.
    fn backward(&self, gradient: &Gradient<'_>) -> Vec<Option<Vec<f32>>>;
}
