// SPDX-License-Identifier: MIT OR Apache-2.0
//! `DepthwiseConv2D`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::DepthwiseConv2D;
use firesteel_nn::testing::{FixtureCheck, check_layer, check_options, refusal};

#[test]
fn conforms() -> Result<()> {
    check_layer(DepthwiseConv2D::new(3).depth_multiplier(2).activation("tanh"), [2, 5, 6, 3])?;
    check_layer(DepthwiseConv2D::new(2).padding("SAME").strides(2), [2, 5, 6, 3])?;
    check_layer(DepthwiseConv2D::new(2).dilation_rate(2).use_bias(false), [2, 5, 6, 3])
}

#[test]
fn matches_keras() -> Result<()> {
    FixtureCheck::new("depthwise_conv2d")?
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
        ("kernel_size", json!([2, 3])),
        ("strides", json!([1, 2])),
        ("dilation_rate", json!([1, 2])),
        ("depth_multiplier", json!(2)),
    ];
    check_options(DepthwiseConv2D::new(3), [2, 5, 6, 3], values)
}

#[test]
fn rejects_what_cannot_be() -> Result<()> {
    let named = |layer: DepthwiseConv2D, name: &str| -> Result<()> {
        let error = refusal(layer, [2, 5, 6, 3])?;
        assert!(error.is_invalid_argument() && error.to_string().contains(name), "{error}");
        Ok(())
    };
    named(DepthwiseConv2D::new(0), "`kernel_size`")?;
    named(DepthwiseConv2D::new(3).strides(0), "`strides`")?;
    named(DepthwiseConv2D::new(3).depth_multiplier(0), "`depth_multiplier`")?;
    assert!(refusal(DepthwiseConv2D::new(7), [2, 5, 6, 3])?.is_shape());
    assert!(refusal(DepthwiseConv2D::new(3), [2, 6, 3])?.is_shape());
    assert!(refusal(DepthwiseConv2D::new(3).padding("full"), [2, 5, 6, 3])?.is_unknown_name());
    let channels_first = DepthwiseConv2D::new(3).data_format("channels_first");
    assert!(refusal(channels_first, [2, 5, 6, 3])?.is_unsupported());
    Ok(())
}
