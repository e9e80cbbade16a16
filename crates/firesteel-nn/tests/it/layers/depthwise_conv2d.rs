// SPDX-License-Identifier: MIT OR Apache-2.0
//! `DepthwiseConv2D`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::DepthwiseConv2D;
use firesteel_nn::testing::{check_layer, check_options, refusal};

use super::convolution;

#[test]
fn conforms() -> Result<()> {
    check_layer(DepthwiseConv2D::new(3).depth_multiplier(2).activation("tanh"), [2, 5, 6, 3])?;
    check_layer(DepthwiseConv2D::new(2).padding("SAME").strides(2), [2, 5, 6, 3])?;
    check_layer(DepthwiseConv2D::new(2).dilation_rate(2).use_bias(false), [2, 5, 6, 3])
}

#[test]
fn matches_keras() -> Result<()> {
    convolution::matches_keras("depthwise_conv2d", &["valid_channels_first", "same_channels_first"])
}

#[test]
fn options_have_effect() -> Result<()> {
    let values = [
        ("kernel_size", json!([2, 3])),
        ("strides", json!([1, 2])),
        ("dilation_rate", json!([1, 2])),
        ("depth_multiplier", json!(2)),
    ];
    check_options(DepthwiseConv2D::new(3), [2, 5, 6, 3], values)
}

#[test]
fn rejects_what_cannot_be() -> Result<()> {
    let bad = [
        ("kernel_size", json!({"kernel_size": 0})),
        ("strides", json!({"strides": 0})),
        ("depth_multiplier", json!({"depth_multiplier": 0})),
    ];
    convolution::refuses(|| DepthwiseConv2D::new(3), &[2, 5, 6, 3], &bad)?;
    assert!(refusal(DepthwiseConv2D::new(7), [2, 5, 6, 3])?.is_shape());
    Ok(())
}
