// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Conv2DTranspose`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::Conv2DTranspose;
use firesteel_nn::testing::{FixtureCheck, check_layer, check_options, refusal};

#[test]
fn conforms() -> Result<()> {
    check_layer(Conv2DTranspose::new(3, (3, 2)).activation("tanh"), [2, 4, 3, 3])?;
    check_layer(Conv2DTranspose::new(2, 3).padding("SAME").strides(2), [2, 4, 3, 3])?;
    check_layer(Conv2DTranspose::new(2, 2).strides(3).output_padding(2), [2, 4, 3, 3])?;
    check_layer(Conv2DTranspose::new(1, 2).dilation_rate(2).use_bias(false), [2, 4, 3, 3])
}

#[test]
fn matches_keras() -> Result<()> {
    FixtureCheck::new("conv2d_transpose")?
        .tolerance(1e-5)
        .refuses("valid_channels_first", "data_format")
        .refuses("same_channels_first", "data_format")
        // constraints are applied by an optimizer, and there are none yet
        .refuses("constraints", "_constraint")
        .check()
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
    let named = |layer: Conv2DTranspose, name: &str| -> Result<()> {
        let error = refusal(layer, [2, 4, 3, 3])?;
        assert!(error.is_invalid_argument() && error.to_string().contains(name), "{error}");
        Ok(())
    };
    named(Conv2DTranspose::new(0, 3), "`filters`")?;
    named(Conv2DTranspose::new(4, 0), "`kernel_size`")?;
    named(Conv2DTranspose::new(4, 3).strides(2).output_padding(2), "`output_padding`")?;
    named(Conv2DTranspose::new(4, 3).strides(2).dilation_rate(2), "`dilation_rate`")?;
    assert!(refusal(Conv2DTranspose::new(4, 3), [2, 6, 3])?.is_shape());
    assert!(
        refusal(Conv2DTranspose::new(4, 2).padding("same").output_padding(0), [2, 4, 1, 3])?
            .is_shape()
    );
    assert!(refusal(Conv2DTranspose::new(4, 3).padding("full"), [2, 4, 3, 3])?.is_unknown_name());
    let channels_first = Conv2DTranspose::new(4, 3).data_format("channels_first");
    assert!(refusal(channels_first, [2, 4, 3, 3])?.is_unsupported());
    Ok(())
}
