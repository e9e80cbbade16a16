// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Conv2DTranspose`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::Conv2DTranspose;
use firesteel_nn::testing::{check_layer, check_options, refusal};

use super::convolution;

#[test]
fn conforms() -> Result<()> {
    check_layer(Conv2DTranspose::new(3, (3, 2)).activation("tanh"), [2, 4, 3, 3])?;
    check_layer(Conv2DTranspose::new(2, 3).padding("SAME").strides(2), [2, 4, 3, 3])?;
    check_layer(Conv2DTranspose::new(2, 2).strides(3).output_padding(2), [2, 4, 3, 3])?;
    check_layer(Conv2DTranspose::new(1, 2).dilation_rate(2).use_bias(false), [2, 4, 3, 3])
}

#[test]
fn matches_keras() -> Result<()> {
    convolution::matches_keras("conv2d_transpose", &["valid_channels_first", "same_channels_first"])
}

#[test]
fn options_have_effect() -> Result<()> {
    let values = [
        ("filters", json!(4)),
        ("kernel_size", json!([2, 3])),
        ("strides", json!([1, 2])),
        ("dilation_rate", json!([1, 2])),
        ("output_padding", json!(0)),
    ];
    // a window of two positions, so that no output padding is one position less
    check_options(Conv2DTranspose::new(3, 2).padding("same"), [2, 4, 3, 3], values)
}

#[test]
fn rejects_what_cannot_be() -> Result<()> {
    let bad = [
        ("filters", json!({"filters": 0})),
        ("kernel_size", json!({"kernel_size": 0})),
        ("output_padding", json!({"strides": 2, "output_padding": 2})),
        ("dilation_rate", json!({"strides": 2, "dilation_rate": 2})),
    ];
    convolution::refuses(|| Conv2DTranspose::new(4, 3), &[2, 4, 3, 3], &bad)?;
    assert!(
        refusal(Conv2DTranspose::new(4, 2).padding("same").output_padding(0), [2, 4, 1, 3])?
            .is_shape()
    );
    Ok(())
}
