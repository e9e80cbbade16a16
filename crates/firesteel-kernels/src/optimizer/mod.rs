// SPDX-License-Identifier: MIT OR Apache-2.0
//! Weight updates: weights, gradient and the optimizer's own slices in one pass, in place.
//!
//! Hyper-parameters are `f64`, as users give them, and become `f32` once per call.

mod adam;
mod rmsprop;
mod sgd;

pub use adam::{Adam, AdamState};
pub use rmsprop::{RmsProp, RmsPropState};
pub use sgd::Sgd;

#[cfg(test)]
mod tests;
