// SPDX-License-Identifier: MIT OR Apache-2.0
//! `UpSampling2D`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::UpSampling2D;
use firesteel_nn::testing::{FixtureCheck, check_layer, check_options, refusal};

#[test]
fn conforms() -> Result<()> {
    check_layer(UpSampling2D::new((2, 3)), [2, 3, 4, 2])?;
    check_layer(UpSampling2D::new(2).interpolation("bilinear"), [2, 3, 4, 2])
}

#[test]
fn matches_keras() -> Result<()> {
    FixtureCheck::new("up_sampling2d")?.tolerance(1e-5).check()
}

#[test]
fn options_have_effect() -> Result<()> {
    check_options(UpSampling2D::new(2), [2, 3, 4, 3], [("size", json!([1, 2]))])
}

#[test]
fn rejects_what_is_no_image() -> Result<()> {
    assert!(refusal(UpSampling2D::new(2), [2, 3, 4])?.is_shape());
    assert!(refusal(UpSampling2D::new(2).interpolation("cubic"), [2, 3, 4, 1])?.is_unknown_name());
    Ok(())
}
