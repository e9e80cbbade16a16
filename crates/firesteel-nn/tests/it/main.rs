// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whole workflows and the real Keras' numbers.
#![expect(
    clippy::float_cmp,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where it fails, and some numbers must be exact"
)]

mod applications;
mod chains;
mod environment;
mod initializers;
mod layers;
mod losses;
mod masks;
mod metrics;
mod options;
mod saving;
mod summary;
mod threads;
mod training;
mod verbose;
