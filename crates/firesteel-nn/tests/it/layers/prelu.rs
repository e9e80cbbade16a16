// SPDX-License-Identifier: MIT OR Apache-2.0
//! `PReLU`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::PReLU;
use firesteel_nn::testing::{check_fixture, check_layer, check_options, refusal};

#[test]
fn conforms() -> Result<()> {
    check_layer(PReLU::new(), [2, 5])?;
    check_layer(PReLU::new().shared_axes([1, 2]).alpha_initializer("ones"), [2, 4, 5, 3])
}

#[test]
fn matches_keras() -> Result<()> {
    check_fixture("prelu")
}

#[test]
fn options_have_effect() -> Result<()> {
    check_options(PReLU::new(), [2, 4, 3], [("shared_axes", json!([1]))])
}

#[test]
fn rejects_axes_that_are_not_there() -> Result<()> {
    let error = refusal(PReLU::new().shared_axes(3), [2, 4, 3])?;
    assert!(error.is_invalid_argument() && error.to_string().contains("`shared_axes`"), "{error}");
    Ok(())
}
