// SPDX-License-Identifier: MIT OR Apache-2.0
//! `GlobalAveragePooling2D`.

use firesteel_core::Result;
use firesteel_nn::layers::GlobalAveragePooling2D;
use firesteel_nn::testing::{FixtureCheck, check_layer, check_options, refusal};

#[test]
fn conforms() -> Result<()> {
    check_layer(GlobalAveragePooling2D::new(), [2, 4, 5, 3])?;
    check_layer(
        GlobalAveragePooling2D::new().keepdims(true).data_format("channels_first"),
        [2, 4, 5, 3],
    )
}

#[test]
fn matches_keras() -> Result<()> {
    FixtureCheck::new("global_average_pooling2d")?.tolerance(1e-5).check()
}

#[test]
fn options_have_effect() -> Result<()> {
    check_options(GlobalAveragePooling2D::new(), [2, 4, 5, 3], [])
}

#[test]
fn rejects_what_is_no_image() -> Result<()> {
    assert!(refusal(GlobalAveragePooling2D::new(), [2, 4, 5])?.is_shape());
    Ok(())
}
