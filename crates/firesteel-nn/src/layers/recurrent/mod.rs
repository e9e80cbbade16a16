// SPDX-License-Identifier: MIT OR Apache-2.0
//! Recurrent layers.

mod base;
mod gru;
mod lstm;
mod simple_rnn;

pub use gru::GRU;
pub use lstm::LSTM;
pub use simple_rnn::SimpleRNN;

crate::layers::family! {
    // registry: sorted
    GRU,
    LSTM,
    SimpleRNN,
    // registry: end
}
