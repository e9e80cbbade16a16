// SPDX-License-Identifier: MIT OR Apache-2.0
//! The plainest loops for what the kernels compute, in double precision.
//!
//! They exist to be read and believed. The kernels' tests compare against them, and the benchmarks
//! show what speed costs in code. Nothing else should call them.

mod conv;
mod dense;
mod elementwise;
mod graph;
mod norm;
pub mod optimizer;
mod pool;
mod recurrent;
mod softmax;

pub use conv::{conv, conv_input_gradient, conv_scaled, conv_transposed, conv_weight_gradient};
pub use dense::{activated, activation_slope, dense, matmul};
pub use elementwise::{erfc, function};
pub use norm::{batch_norm, batch_norm_backward, layer_norm, layer_norm_backward, moments};
pub use pool::{
    average_pool, average_pool_backward, global_max, global_max_backward, max_pool,
    max_pool_backward,
};
pub use recurrent::{Recurrent, RecurrentGradients, gru, lstm, simple_rnn};
pub use softmax::{cross_entropy, log_softmax, log_softmax_backward, softmax, softmax_backward};
