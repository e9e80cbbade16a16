// SPDX-License-Identifier: MIT OR Apache-2.0
//! Fused operations: firesteel's CPU kernels, plugged into Burn's dispatch and its tape.
//!
//! An operation implements [`FusedOp`] on plain slices, forward and backward. [`FusedBackend`] is the
//! backend extension that carries it: on Flex it runs the forward pass, under `Autodiff<Flex>` it also
//! records the backward pass. [`apply`] is the only way in; it is for CPU tensors, on other devices the
//! functions of [`ops`](crate::ops) compose Burn's own operations instead.

mod backend;
mod op;

pub(crate) use backend::apply;
pub(crate) use op::{Buffer, FusedOp, Gradient, Input};
