// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Flatten`.

use firesteel_core::Result;
use firesteel_nn::layers::Flatten;
use firesteel_nn::testing::{check_fixture, check_layer, check_options};

#[test]
fn conforms() -> Result<()> {
    check_layer(Flatten::new(), [2, 3, 4])?;
    check_layer(Flatten::new().data_format("channels_first"), [2, 3, 4, 5])
}

#[test]
fn matches_keras() -> Result<()> {
    check_fixture("flatten")
}

#[test]
fn options_have_effect() -> Result<()> {
    check_options(Flatten::new(), [2, 3, 4], [])
}
