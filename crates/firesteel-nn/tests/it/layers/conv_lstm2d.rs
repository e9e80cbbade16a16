// SPDX-License-Identifier: MIT OR Apache-2.0
//! `ConvLSTM2D`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::ConvLSTM2D;
use firesteel_nn::testing::{FixtureCheck, check_layer, check_options, refusal};

use super::stateful;

#[test]
fn conforms() -> Result<()> {
    check_layer(ConvLSTM2D::new(2, 3), [2, 3, 5, 4, 2])?;
    let wide = ConvLSTM2D::new(2, (1, 2)).padding("same").strides(2).return_sequences(true);
    check_layer(wide.go_backwards(true).return_state(true), [2, 3, 4, 5, 1])?;
    check_layer(ConvLSTM2D::new(1, 2).dropout(0.4).recurrent_dropout(0.3), [2, 2, 4, 4, 2])?;
    let states = vec![vec![2, 2, 4, 3, 1], vec![2, 3, 2, 2], vec![2, 3, 2, 2]];
    check_layer(ConvLSTM2D::new(2, 2).use_bias(false), states)
}

#[test]
fn matches_keras() -> Result<()> {
    FixtureCheck::new("conv_lstm2d")?
        .tolerance(2e-5)
        .refuses("channels_first", "data_format")
        .check()
}

#[test]
fn options_have_effect() -> Result<()> {
    let layer = ConvLSTM2D::new(2, 3).return_sequences(true).dropout(0.3).recurrent_dropout(0.2);
    let values = [
        ("filters", json!(3)),
        ("kernel_size", json!([2, 3])),
        ("strides", json!([1, 2])),
        ("dilation_rate", json!([2, 1])),
        ("activation", json!("relu")),
        ("recurrent_activation", json!("tanh")),
        ("dropout", json!(0.6)),
        ("recurrent_dropout", json!(0.5)),
        ("seed", json!(5)),
    ];
    check_options(layer, [2, 4, 6, 7, 2], values)
}

#[test]
fn carries_its_state_from_batch_to_batch() -> Result<()> {
    stateful::check(ConvLSTM2D::new(2, 3).stateful(true), ConvLSTM2D::new(2, 3), &[5, 4, 2])
}

#[test]
fn rejects_what_cannot_be() -> Result<()> {
    let named = |layer: ConvLSTM2D, name: &str| -> Result<()> {
        let error = refusal(layer, [2, 3, 6, 7, 2])?;
        assert!(error.is_invalid_argument() && error.to_string().contains(name), "{error}");
        Ok(())
    };
    named(ConvLSTM2D::new(0, 3), "`filters`")?;
    named(ConvLSTM2D::new(2, (0, 3)), "`kernel_size`")?;
    named(ConvLSTM2D::new(2, 3).strides(2).dilation_rate(2), "`dilation_rate`")?;
    assert!(refusal(ConvLSTM2D::new(2, 7), [2, 3, 6, 7, 2])?.is_shape());
    assert!(refusal(ConvLSTM2D::new(2, 3), [2, 6, 7, 2])?.is_shape());
    assert!(
        refusal(ConvLSTM2D::new(2, 3), vec![vec![2, 3, 6, 7, 2], vec![2, 4, 5, 2]])?.is_shape()
    );
    let channels_first = ConvLSTM2D::new(2, 3).data_format("channels_first");
    assert!(refusal(channels_first, [2, 3, 6, 7, 2])?.is_unsupported());
    Ok(())
}
