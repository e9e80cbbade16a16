// SPDX-License-Identifier: MIT OR Apache-2.0
//! `SeparableConv1D`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::SeparableConv1D;
use firesteel_nn::testing::{FixtureCheck, check_layer, check_options, refusal};

#[test]
fn conforms() -> Result<()> {
    check_layer(SeparableConv1D::new(4, 3).depth_multiplier(2).activation("tanh"), [2, 6, 3])?;
    check_layer(SeparableConv1D::new(2, 2).padding("SAME").strides(2), [2, 6, 3])?;
    check_layer(SeparableConv1D::new(1, 2).dilation_rate(2).use_bias(false), [2, 6, 3])
}

#[test]
fn matches_keras() -> Result<()> {
    FixtureCheck::new("separable_conv1d")?
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
    let named = |layer: SeparableConv1D, name: &str| -> Result<()> {
        let error = refusal(layer, [2, 6, 3])?;
        assert!(error.is_invalid_argument() && error.to_string().contains(name), "{error}");
        Ok(())
    };
    named(SeparableConv1D::new(0, 3), "`filters`")?;
    named(SeparableConv1D::new(4, 0), "`kernel_size`")?;
    named(SeparableConv1D::new(4, 3).depth_multiplier(0), "`depth_multiplier`")?;
    assert!(refusal(SeparableConv1D::new(4, 7), [2, 6, 3])?.is_shape());
    assert!(refusal(SeparableConv1D::new(4, 3), [2, 6, 7, 3])?.is_shape());
    assert!(refusal(SeparableConv1D::new(4, 3).padding("full"), [2, 6, 3])?.is_unknown_name());
    let channels_first = SeparableConv1D::new(4, 3).data_format("channels_first");
    assert!(refusal(channels_first, [2, 6, 3])?.is_unsupported());
    Ok(())
}
