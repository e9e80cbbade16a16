// SPDX-License-Identifier: MIT OR Apache-2.0
//! `LeakyReLU`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::LeakyReLU;
use firesteel_nn::testing::{check_fixture, check_layer, check_options};

#[test]
fn conforms() -> Result<()> {
    check_layer(LeakyReLU::new(), [2, 5])
}

#[test]
fn matches_keras() -> Result<()> {
    check_fixture("leaky_relu")
}

#[test]
fn options_have_effect() -> Result<()> {
    check_options(LeakyReLU::new(), [2, 5], [("negative_slope", json!(0.5))])
}
