// SPDX-License-Identifier: MIT OR Apache-2.0
//! `ZeroPadding2D`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::ZeroPadding2D;
use firesteel_nn::testing::{check_fixture, check_layer, check_options, refusal};

#[test]
fn conforms() -> Result<()> {
    check_layer(ZeroPadding2D::new(1), [2, 3, 4, 2])?;
    check_layer(ZeroPadding2D::new(((0, 1), (2, 3))), [2, 3, 4, 2])
}

#[test]
fn matches_keras() -> Result<()> {
    check_fixture("zero_padding2d")
}

#[test]
fn options_have_effect() -> Result<()> {
    let padding = [json!(2), json!([1, 2]), json!([[0, 1], [1, 1]])];
    let [all, each, pairs] = padding.map(|value| ("padding", value));
    check_options(ZeroPadding2D::new(1), [2, 3, 4, 2], [all, each, pairs])
}

#[test]
fn rejects_what_is_no_image() -> Result<()> {
    assert!(refusal(ZeroPadding2D::new((1, 1)), [2, 3, 4])?.is_shape());
    Ok(())
}
