// SPDX-License-Identifier: MIT OR Apache-2.0
//! `AveragePooling2D`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::AveragePooling2D;
use firesteel_nn::testing::{FixtureCheck, check_layer, check_options, refusal};

#[test]
fn conforms() -> Result<()> {
    check_layer(AveragePooling2D::new((2, 2)), [2, 6, 5, 3])?;
    check_layer(AveragePooling2D::new((3, 2)).strides(2).padding("same"), [2, 5, 6, 2])
}

#[test]
fn matches_keras() -> Result<()> {
    FixtureCheck::new("average_pooling2d")?
        // a mean is a sum
        .tolerance(1e-5)
        .refuses("channels_first", "data_format")
        .refuses("channels_first_same", "data_format")
        .check()
}

#[test]
fn options_have_effect() -> Result<()> {
    let values = [("pool_size", json!([3, 2])), ("strides", json!(1))];
    check_options(AveragePooling2D::new(2), [2, 5, 7, 3], values)
}

#[test]
fn rejects_what_cannot_be() -> Result<()> {
    let error = refusal(AveragePooling2D::new((2, 0)), [2, 6, 7, 4])?;
    assert!(error.is_invalid_argument() && error.to_string().contains("`pool_size`"), "{error}");
    assert!(refusal(AveragePooling2D::new(7), [2, 6, 7, 4])?.is_shape());
    assert!(refusal(AveragePooling2D::new(2), [2, 6, 7])?.is_shape());
    Ok(())
}
