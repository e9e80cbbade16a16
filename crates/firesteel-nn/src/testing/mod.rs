// SPDX-License-Identifier: MIT OR Apache-2.0
//! Checks that every layer must pass, for layers of this crate and of its users.
//!
//! - [`check_layer`]: what holds for all layers, from the config round trip to gradients;
//! - [`check_options`]: that each option changes something;
//! - [`check_fixture`], [`FixtureCheck`]: that a layer computes what the real Keras computed;
//! - [`refusal`]: the error of a layer that must not be taken.
//!
//! All of them return an error that says what is wrong, so that a test is one line:
//!
//! ```
//! use firesteel_nn::layers::Dense;
//! use firesteel_nn::testing::check_layer;
//!
//! check_layer(Dense::new(4).activation("tanh"), [2, 3])?;
//! # Ok::<(), firesteel_core::Error>(())
//! ```

mod check_layer;
mod check_options;
mod check_saving;
mod compare;
mod fixture;
mod fixture_check;
mod gradient_check;
mod subject;

pub use check_layer::{check_layer, refusal};
pub use check_options::check_options;
pub use compare::{assert_close, differences};
pub use fixture::{Case, Fixture};
pub use fixture_check::{FixtureCheck, check_fixture};
pub use subject::InputShapes;

use firesteel_core::{Error, ErrorKind};

/// The error of a check that does not hold.
fn failed(what: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidArgument, what)
}
