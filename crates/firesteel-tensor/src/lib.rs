// SPDX-License-Identifier: MIT OR Apache-2.0
//! Rank-erased tensors over Burn: [`Tensor`], [`ops`] under Keras' names, gradients and devices.
//!
//! A tensor lives on a [`Device`] chosen at run time. On the CPU the operations that matter run through
//! firesteel's own kernels, plugged into Burn as a backend extension; on every other device the same
//! operation is composed of Burn's.
#![warn(missing_docs)]
#![cfg_attr(test, expect(clippy::float_cmp, reason = "tests compare what must be exact"))]

mod device;
mod dispatch;
mod fused;
mod gradients;
mod memory;
pub mod ops;
mod tensor;
#[cfg(test)]
mod testing;
pub mod update;

pub use device::{Device, check_environment};
pub use firesteel_kernels::{num_threads, set_num_threads};
pub use gradients::{Gradients, gradients};
pub use ops::Activation;
pub use tensor::{DType, Tensor};
