// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Conv1D`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::Conv1D;
use firesteel_nn::testing::{FixtureCheck, check_layer, check_options, refusal};

#[test]
fn conforms() -> Result<()> {
    check_layer(Conv1D::new(4, 3).activation("tanh"), [2, 6, 3])?;
    check_layer(Conv1D::new(4, 3).padding("CAUSAL").strides(2).groups(2), [2, 7, 2])?;
    check_layer(Conv1D::new(2, [2]).dilation_rate(2).use_bias(false), [2, 4, 1])
}

#[test]
fn matches_keras() -> Result<()> {
    FixtureCheck::new("conv1d")?
        .tolerance(1e-5)
        .refuses("channels_first_valid", "data_format")
        .refuses("channels_first_same", "data_format")
        .refuses("channels_first_causal", "data_format")
        // constraints are applied by an optimizer, and there are none yet
        .refuses("constraints", "_constraint")
        .check()
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
    let named = |layer: Conv1D, name: &str| -> Result<()> {
        let error = refusal(layer, [2, 7, 4])?;
        assert!(error.is_invalid_argument() && error.to_string().contains(name), "{error}");
        Ok(())
    };
    named(Conv1D::new(0, 3), "`filters`")?;
    named(Conv1D::new(4, 0), "`kernel_size`")?;
    named(Conv1D::new(6, 3).groups(3), "`groups`")?;
    named(Conv1D::new(4, 3).strides(2).dilation_rate(2), "`dilation_rate`")?;
    assert!(refusal(Conv1D::new(4, 8), [2, 7, 4])?.is_shape());
    assert!(refusal(Conv1D::new(4, 3), [2, 6, 7, 4])?.is_shape());
    assert!(refusal(Conv1D::new(4, 3).padding("full"), [2, 7, 4])?.is_unknown_name());
    let channels_first = Conv1D::new(4, 3).data_format("channels_first");
    assert!(refusal(channels_first, [2, 7, 4])?.is_unsupported());
    Ok(())
}
