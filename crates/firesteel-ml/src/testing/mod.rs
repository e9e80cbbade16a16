// SPDX-License-Identifier: MIT OR Apache-2.0
//! Checks that every estimator must pass, for estimators of this crate and of its users.

mod check_estimator;
mod tables;

pub use check_estimator::{EstimatorCheck, check_estimator};
