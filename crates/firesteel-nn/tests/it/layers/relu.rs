// SPDX-License-Identifier: MIT OR Apache-2.0
//! `ReLU`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::ReLU;
use firesteel_nn::testing::{check_fixture, check_layer, check_options, refusal};

#[test]
fn conforms() -> Result<()> {
    check_layer(ReLU::new(), [2, 5])?;
    check_layer(ReLU::new().max_value(1.5).negative_slope(0.2).threshold(0.4), [3, 4, 5])
}

#[test]
fn matches_keras() -> Result<()> {
    check_fixture("relu")
}

#[test]
fn options_have_effect() -> Result<()> {
    let values =
        [("max_value", json!(0.5)), ("negative_slope", json!(0.25)), ("threshold", json!(0.5))];
    check_options(ReLU::new(), [3, 5], values)
}

#[test]
fn rejects_negative_numbers() -> Result<()> {
    let error = refusal(ReLU::new().max_value(-1.0), [2, 3])?;
    assert!(error.is_invalid_argument() && error.to_string().contains("`max_value`"), "{error}");
    Ok(())
}
