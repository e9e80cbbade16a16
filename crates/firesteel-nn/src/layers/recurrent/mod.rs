// SPDX-License-Identifier: MIT OR Apache-2.0
//! Recurrent layers.

mod base;
mod conv_lstm2d;
mod conv_walk;
mod gru;
mod lstm;
mod simple_rnn;

pub use conv_lstm2d::ConvLSTM2D;
pub use gru::GRU;
pub use lstm::LSTM;
pub use simple_rnn::SimpleRNN;

crate::layers::family! {
    // registry: sorted
    ConvLSTM2D,
    GRU,
    LSTM,
    SimpleRNN,
    // registry: end
}

#[cfg(test)]
mod tests;
