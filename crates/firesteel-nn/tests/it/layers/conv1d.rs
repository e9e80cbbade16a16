// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Conv1D`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::Conv1D;
use firesteel_nn::testing::{check_layer, check_options, refusal};

use super::convolution;

#[test]
fn conforms() -> Result<()> {
    check_layer(Conv1D::new(4, 3).activation("tanh"), [2, 6, 3])?;
    check_layer(Conv1D::new(4, 3).padding("CAUSAL").strides(2).groups(2), [2, 7, 2])?;
    check_layer(Conv1D::new(2, [2]).dilation_rate(2).use_bias(false), [2, 4, 1])
}

#[test]
fn matches_keras() -> Result<()> {
    convolution::matches_keras(
        "conv1d",
        &["channels_first_valid", "channels_first_same", "channels_first_causal"],
    )
}

#[test]
fn options_have_effect() -> Result<()> {
    let values = [
        ("filters", json!(6)),
        ("kernel_size", json!(2)),
        ("strides", json!(2)),
        ("dilation_rate", json!(2)),
        ("groups", json!(2)),
    ];
    check_options(Conv1D::new(4, 3), [2, 7, 4], values)
}

#[test]
fn rejects_what_cannot_be() -> Result<()> {
    let bad = [
        ("filters", json!({"filters": 0})),
        ("kernel_size", json!({"kernel_size": 0})),
        ("groups", json!({"filters": 6, "groups": 3})),
        ("dilation_rate", json!({"strides": 2, "dilation_rate": 2})),
    ];
    convolution::refuses(|| Conv1D::new(4, 3), &[2, 7, 4], &bad)?;
    assert!(refusal(Conv1D::new(4, 8), [2, 7, 4])?.is_shape());
    Ok(())
}
