// SPDX-License-Identifier: MIT OR Apache-2.0
//! `GlobalMaxPooling2D`.

use firesteel_core::Result;
use firesteel_nn::layers::GlobalMaxPooling2D;
use firesteel_nn::testing::{check_fixture, check_layer, check_options, refusal};

#[test]
fn conforms() -> Result<()> {
    check_layer(GlobalMaxPooling2D::new(), [2, 4, 5, 3])?;
    check_layer(
        GlobalMaxPooling2D::new().keepdims(true).data_format("channels_first"),
        [2, 4, 5, 3],
    )
}

#[test]
fn matches_keras() -> Result<()> {
    check_fixture("global_max_pooling2d")
}

#[test]
fn options_have_effect() -> Result<()> {
    check_options(GlobalMaxPooling2D::new(), [2, 4, 5, 3], [])
}

#[test]
fn rejects_what_is_no_image() -> Result<()> {
    assert!(refusal(GlobalMaxPooling2D::new(), [2, 4, 5])?.is_shape());
    Ok(())
}
