// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Dense`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::Dense;
use firesteel_nn::testing::{FixtureCheck, check_layer, check_options, refusal};

#[test]
fn conforms() -> Result<()> {
    check_layer(Dense::new(4).activation("tanh"), [2, 3])?;
    check_layer(Dense::new(5).use_bias(false).kernel_regularizer("l2"), [3, 2, 4])
}

#[test]
fn matches_keras() -> Result<()> {
    // constraints are applied by an optimizer, and there are none yet
    FixtureCheck::new("dense")?.tolerance(1e-5).refuses("constraints", "_constraint").check()
}

#[test]
fn options_have_effect() -> Result<()> {
    check_options(Dense::new(4), [2, 3], [("units", json!(5))])
}

#[test]
fn rejects_what_cannot_be() -> Result<()> {
    let error = refusal(Dense::new(0), [2, 3])?;
    assert!(error.is_invalid_argument() && error.to_string().contains("`units`"), "{error}");
    let error = refusal(Dense::new(4).activation("rleu"), [2, 3])?;
    assert!(error.is_unknown_name() && error.to_string().contains("`relu`"), "{error}");
    let error = refusal(Dense::new(4).kernel_initializer("glorot"), [2, 3])?;
    assert!(error.is_unknown_name(), "{error}");
    assert!(refusal(Dense::new(4), [2])?.is_shape());
    Ok(())
}
