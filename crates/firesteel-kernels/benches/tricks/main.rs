// SPDX-License-Identifier: MIT OR Apache-2.0
//! What each trick gains: a kernel beside the same result without the trick, on shapes of usual networks.
//!
//! Each pair is `<trick>/ours/<shape>` and `<trick>/without/<shape>`. The side without is no straw man: it is made of
//! our own products and passes over memory, as a library of whole-tensor operations would order them, on all threads.
//! Both sides must agree. The table in `docs/performance.md` is printed from the medians:
//!
//! ```text
//! cargo bench -p firesteel-kernels --bench tricks
//! python benches/tricks.py
//! ```
#![expect(clippy::unwrap_used, reason = "a benchmark stops where it fails")]

mod convolutions;
mod fully_connected;
mod losses;
mod optimizer;
mod pair;
mod products;
mod recurrent;
#[path = "../kernels/support.rs"]
#[expect(dead_code, reason = "the naive loops are for the benchmark `kernels`")]
mod support;
mod windows;

use criterion::{criterion_group, criterion_main};

criterion_group!(
    tricks,
    convolutions::direct,
    convolutions::weight_gradient,
    convolutions::winograd,
    fully_connected::forward,
    fully_connected::backward,
    recurrent::whole_sequence,
    recurrent::one_input_product,
    losses::squares,
    losses::cross_entropy,
    optimizer::adam,
    products::batched,
    products::beside_gemm,
);
criterion_main!(tricks);
