// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Concatenate`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::Concatenate;
use firesteel_nn::testing::{check_fixture, check_layer, check_options, refusal};

#[test]
fn conforms() -> Result<()> {
    check_layer(Concatenate::new(), [[2, 3], [2, 5]])?;
    check_layer(Concatenate::new().axis(1), [[2, 3, 4], [2, 1, 4]])
}

#[test]
fn matches_keras() -> Result<()> {
    check_fixture("concatenate")
}

#[test]
fn options_have_effect() -> Result<()> {
    check_options(Concatenate::new(), [[2, 3, 4], [2, 3, 4]], [("axis", json!(1))])
}

#[test]
fn rejects_shapes_that_differ() -> Result<()> {
    assert!(refusal(Concatenate::new().axis(1), [[2, 3, 4], [2, 3, 5]])?.is_shape());
    let error = refusal(Concatenate::new().axis(2), [[2, 3], [2, 3]])?;
    assert!(error.is_invalid_argument() && error.to_string().contains("`axis`"), "{error}");
    Ok(())
}
