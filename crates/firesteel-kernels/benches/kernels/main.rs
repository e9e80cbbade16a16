// SPDX-License-Identifier: MIT OR Apache-2.0
//! Speed of the kernels beside the naive loops, and the machine's limits in the same run.
//!
//! The unit of throughput is a floating-point operation for products, convolutions and recurrent layers, and a
//! byte read or written for what is bound by memory: criterion's `Gelem/s` are GFLOP/s. `limits` measures what
//! the machine can do of both. Each family checks its answers against the naive loops first, on a size that
//! these can do; the same operations made of Burn's stand in `firesteel-tensor`'s benchmark `operations`.
//!
//! ```text
//! cargo bench -p firesteel-kernels --bench kernels -- limits conv
//! ```

mod convolutions;
mod elementwise;
mod limits;
mod normalization;
mod optimizers;
mod pooling;
mod products;
mod recurrent;
mod softmax;
mod support;

use criterion::{criterion_group, criterion_main};

criterion_group!(
    kernels,
    limits::limits,
    products::products,
    products::batches,
    products::fully_connected,
    convolutions::convolutions,
    convolutions::transposed,
    pooling::pooling,
    normalization::normalization,
    normalization::of_rows,
    softmax::softmax,
    elementwise::elementwise,
    elementwise::reductions,
    recurrent::training,
    recurrent::inference,
    optimizers::optimizers,
);
criterion_main!(kernels);
