// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Softmax`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::Softmax;
use firesteel_nn::testing::{FixtureCheck, check_layer, check_options, refusal};

#[test]
fn conforms() -> Result<()> {
    check_layer(Softmax::new(), [2, 5])?;
    check_layer(Softmax::new().axis([1, -1]), [2, 3, 4, 5])
}

#[test]
fn matches_keras() -> Result<()> {
    FixtureCheck::new("softmax")?.check()
}

#[test]
fn options_have_effect() -> Result<()> {
    check_options(Softmax::new(), [2, 3, 4], [("axis", json!(1)), ("axis", json!([1, 2]))])
}

#[test]
fn rejects_axes_that_are_not_there() -> Result<()> {
    let error = refusal(Softmax::new().axis(2), [2, 3])?;
    assert!(error.is_invalid_argument() && error.to_string().contains("`axis`"), "{error}");
    Ok(())
}
