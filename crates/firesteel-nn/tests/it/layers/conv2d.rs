// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Conv2D`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::Conv2D;
use firesteel_nn::testing::{check_layer, check_options, refusal};

use super::convolution;

#[test]
fn conforms() -> Result<()> {
    check_layer(Conv2D::new(4, (3, 2)).activation("tanh"), [2, 5, 6, 3])?;
    check_layer(Conv2D::new(4, 3).padding("SAME").strides(2).groups(2), [2, 5, 6, 2])?;
    check_layer(Conv2D::new(2, [2, 2]).dilation_rate((1, 2)).use_bias(false), [2, 4, 6, 1])
}

#[test]
fn matches_keras() -> Result<()> {
    convolution::matches_keras("conv2d", &["channels_first_valid", "channels_first_same"])
}

#[test]
fn options_have_effect() -> Result<()> {
    let values = [
        ("filters", json!(6)),
        ("kernel_size", json!([2, 3])),
        ("strides", json!([1, 2])),
        ("dilation_rate", json!([2, 1])),
        ("groups", json!(2)),
    ];
    check_options(Conv2D::new(4, 3), [2, 6, 7, 4], values)
}

#[test]
fn rejects_what_cannot_be() -> Result<()> {
    let bad = [
        ("filters", json!({"filters": 0})),
        ("kernel_size", json!({"kernel_size": [3, 0]})),
        ("groups", json!({"filters": 6, "groups": 3})),
        ("groups", json!({"filters": 3, "groups": 2})),
        ("dilation_rate", json!({"strides": 2, "dilation_rate": 2})),
    ];
    convolution::refuses(|| Conv2D::new(4, 3), &[2, 6, 7, 4], &bad)?;
    assert!(refusal(Conv2D::new(4, 7), [2, 6, 7, 4])?.is_shape());
    Ok(())
}
