// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Conv3D`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::Conv3D;
use firesteel_nn::testing::{check_layer, check_options, refusal};

use super::convolution;

#[test]
fn conforms() -> Result<()> {
    check_layer(Conv3D::new(3, [1, 2, 3]).activation("tanh"), [2, 3, 3, 4, 2])?;
    check_layer(Conv3D::new(4, 2).padding("SAME").strides(2).groups(2), [2, 3, 4, 3, 2])?;
    check_layer(Conv3D::new(2, 2).dilation_rate([1, 2, 1]).use_bias(false), [2, 2, 4, 3, 1])
}

#[test]
fn matches_keras() -> Result<()> {
    convolution::matches_keras("conv3d", &["channels_first_valid", "channels_first_same"])
}

#[test]
fn options_have_effect() -> Result<()> {
    let values = [
        ("filters", json!(6)),
        ("kernel_size", json!([2, 1, 2])),
        ("strides", json!([1, 2, 1])),
        ("dilation_rate", json!([2, 1, 1])),
        ("groups", json!(2)),
    ];
    check_options(Conv3D::new(4, 2), [2, 3, 4, 3, 4], values)
}

#[test]
fn rejects_what_cannot_be() -> Result<()> {
    let bad = [
        ("filters", json!({"filters": 0})),
        ("kernel_size", json!({"kernel_size": [3, 0, 3]})),
        ("groups", json!({"filters": 6, "groups": 3})),
        ("dilation_rate", json!({"strides": 2, "dilation_rate": 2})),
    ];
    convolution::refuses(|| Conv3D::new(4, 3), &[2, 4, 5, 4, 4], &bad)?;
    assert!(refusal(Conv3D::new(4, 5), [2, 4, 5, 4, 4])?.is_shape());
    assert!(refusal(Conv3D::new(4, 3).padding("causal"), [2, 4, 5, 4, 4])?.is_unknown_name());
    Ok(())
}
