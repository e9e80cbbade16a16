// SPDX-License-Identifier: MIT OR Apache-2.0
//! `ELU`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::ELU;
use firesteel_nn::testing::{check_fixture, check_layer, check_options};

#[test]
fn conforms() -> Result<()> {
    check_layer(ELU::new().alpha(0.7), [2, 5])
}

#[test]
fn matches_keras() -> Result<()> {
    check_fixture("elu")
}

#[test]
fn options_have_effect() -> Result<()> {
    check_options(ELU::new(), [2, 5], [("alpha", json!(0.5))])
}
