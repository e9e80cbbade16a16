// SPDX-License-Identifier: MIT OR Apache-2.0
//! `SeparableConv1D`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::SeparableConv1D;
use firesteel_nn::testing::{check_layer, check_options, refusal};

use super::convolution;

#[test]
fn conforms() -> Result<()> {
    check_layer(SeparableConv1D::new(4, 3).depth_multiplier(2).activation("tanh"), [2, 6, 3])?;
    check_layer(SeparableConv1D::new(2, 2).padding("SAME").strides(2), [2, 6, 3])?;
    check_layer(SeparableConv1D::new(1, 2).dilation_rate(2).use_bias(false), [2, 6, 3])
}

#[test]
fn matches_keras() -> Result<()> {
    convolution::matches_keras("separable_conv1d", &["valid_channels_first", "same_channels_first"])
}

#[test]
fn options_have_effect() -> Result<()> {
    let values = [
        ("filters", json!(5)),
        ("kernel_size", json!(2)),
        ("strides", json!(2)),
        ("dilation_rate", json!(2)),
        ("depth_multiplier", json!(2)),
    ];
    check_options(SeparableConv1D::new(4, 3), [2, 6, 3], values)
}

#[test]
fn rejects_what_cannot_be() -> Result<()> {
    let bad = [
        ("filters", json!({"filters": 0})),
        ("kernel_size", json!({"kernel_size": 0})),
        ("depth_multiplier", json!({"depth_multiplier": 0})),
    ];
    convolution::refuses(|| SeparableConv1D::new(4, 3), &[2, 6, 3], &bad)?;
    assert!(refusal(SeparableConv1D::new(4, 7), [2, 6, 3])?.is_shape());
    Ok(())
}
