// SPDX-License-Identifier: MIT OR Apache-2.0
//! The plainest loops for what the kernels compute, in double precision.
//!
//! They exist to be read and believed. The kernels' tests compare against them, and the benchmarks
//! show what speed costs in code. Nothing else should call them.

mod conv;
mod dense;
pub mod optimizer;

pub use conv::{conv, conv_input_gradient, conv_weight_gradient};
pub use dense::{activated, activation_slope, dense, matmul};
