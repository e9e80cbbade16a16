// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Conv3D`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::Conv3D;
use firesteel_nn::testing::{FixtureCheck, check_layer, check_options, refusal};

#[test]
fn conforms() -> Result<()> {
    check_layer(Conv3D::new(3, [1, 2, 3]).activation("tanh"), [2, 3, 3, 4, 2])?;
    check_layer(Conv3D::new(4, 2).padding("SAME").strides(2).groups(2), [2, 3, 4, 3, 2])?;
    check_layer(Conv3D::new(2, 2).dilation_rate([1, 2, 1]).use_bias(false), [2, 2, 4, 3, 1])
}

#[test]
fn matches_keras() -> Result<()> {
    FixtureCheck::new("conv3d")?
        .tolerance(1e-5)
        .refuses("channels_first_valid", "data_format")
        .refuses("channels_first_same", "data_format")
        // constraints are applied by an optimizer, and there are none yet
        .refuses("constraints", "_constraint")
        .check()
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
    let named = |layer: Conv3D, name: &str| -> Result<()> {
        let error = refusal(layer, [2, 4, 5, 4, 4])?;
        assert!(error.is_invalid_argument() && error.to_string().contains(name), "{error}");
        Ok(())
    };
    named(Conv3D::new(0, 3), "`filters`")?;
    named(Conv3D::new(4, [3, 0, 3]), "`kernel_size`")?;
    named(Conv3D::new(6, 3).groups(3), "`groups`")?;
    named(Conv3D::new(4, 3).strides(2).dilation_rate(2), "`dilation_rate`")?;
    assert!(refusal(Conv3D::new(4, 5), [2, 4, 5, 4, 4])?.is_shape());
    assert!(refusal(Conv3D::new(4, 3), [2, 6, 7, 4])?.is_shape());
    assert!(refusal(Conv3D::new(4, 3).padding("causal"), [2, 4, 5, 4, 4])?.is_unknown_name());
    assert!(refusal(Conv3D::new(4, 3).padding("full"), [2, 4, 5, 4, 4])?.is_unknown_name());
    let channels_first = Conv3D::new(4, 3).data_format("channels_first");
    assert!(refusal(channels_first, [2, 4, 5, 4, 4])?.is_unsupported());
    Ok(())
}
