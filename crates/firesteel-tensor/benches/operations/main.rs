// SPDX-License-Identifier: MIT OR Apache-2.0
//! Operations as layers call them, beside the same made of Burn's own on its CPU backend, Burn Flex.
//!
//! Burn has its own layout, channels first, so that it pays for no change of layout. Both sides compute the same
//! numbers, which is checked before they are measured. A `step` is the operation and the gradient by all of its
//! inputs. Throughput counts floating-point operations of the plain sums, or bytes of the inputs and outputs.
//!
//! ```text
//! cargo bench -p firesteel-tensor --bench operations -- conv
//! ```
#![expect(clippy::unwrap_used, reason = "a benchmark stops where it fails")]

mod conv_lstm;
mod convolutions;
mod elementwise;
mod embedding;
mod normalization;
mod pooling;
mod products;
mod recurrent;
mod softmax;
mod support;
mod updates;

use criterion::{criterion_group, criterion_main};

criterion_group!(
    benches,
    products::products,
    convolutions::convolutions,
    convolutions::transposed,
    pooling::windows,
    pooling::whole,
    normalization::of_batches,
    normalization::of_rows,
    softmax::softmax,
    softmax::cross_entropy,
    elementwise::elementwise,
    elementwise::dropout,
    elementwise::reductions,
    embedding::embedding,
    recurrent::recurrent,
    conv_lstm::conv_lstm,
    updates::updates,
);
criterion_main!(benches);
