// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Conv3DTranspose`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::Conv3DTranspose;
use firesteel_nn::testing::{FixtureCheck, check_layer, check_options, refusal};

#[test]
fn conforms() -> Result<()> {
    check_layer(Conv3DTranspose::new(3, [3, 1, 2]).activation("tanh"), [2, 2, 3, 2, 2])?;
    check_layer(Conv3DTranspose::new(2, 3).padding("SAME").strides(2), [2, 2, 3, 2, 2])?;
    check_layer(Conv3DTranspose::new(2, 2).strides(3).output_padding(2), [2, 2, 3, 2, 2])?;
    check_layer(Conv3DTranspose::new(1, 2).dilation_rate(2).use_bias(false), [2, 2, 3, 2, 2])
}

#[test]
fn matches_keras() -> Result<()> {
    FixtureCheck::new("conv3d_transpose")?
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
        ("kernel_size", json!([2, 2, 3])),
        ("strides", json!([2, 1, 1])),
        ("dilation_rate", json!([2, 1, 1])),
        ("output_padding", json!(0)),
    ];
    // a window of two positions, so that no output padding is one position less
    check_options(Conv3DTranspose::new(3, 2).padding("same"), [2, 2, 3, 2, 2], values)
}

#[test]
fn rejects_what_cannot_be() -> Result<()> {
    let named = |layer: Conv3DTranspose, name: &str| -> Result<()> {
        let error = refusal(layer, [2, 2, 3, 2, 2])?;
        assert!(error.is_invalid_argument() && error.to_string().contains(name), "{error}");
        Ok(())
    };
    named(Conv3DTranspose::new(0, 3), "`filters`")?;
    named(Conv3DTranspose::new(4, 0), "`kernel_size`")?;
    named(Conv3DTranspose::new(4, 3).strides(2).output_padding(2), "`output_padding`")?;
    named(Conv3DTranspose::new(4, 3).strides(2).dilation_rate(2), "`dilation_rate`")?;
    assert!(refusal(Conv3DTranspose::new(4, 3), [2, 6, 7, 3])?.is_shape());
    assert!(
        refusal(Conv3DTranspose::new(4, 2).padding("same").output_padding(0), [2, 2, 1, 2, 2])?
            .is_shape()
    );
    assert!(
        refusal(Conv3DTranspose::new(4, 3).padding("full"), [2, 2, 3, 2, 2])?.is_unknown_name()
    );
    let channels_first = Conv3DTranspose::new(4, 3).data_format("channels_first");
    assert!(refusal(channels_first, [2, 2, 3, 2, 2])?.is_unsupported());
    Ok(())
}
