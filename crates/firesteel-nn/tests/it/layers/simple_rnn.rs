// SPDX-License-Identifier: MIT OR Apache-2.0
//! `SimpleRNN`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::SimpleRNN;
use firesteel_nn::testing::{FixtureCheck, check_layer, check_options};

use super::{recurrent, stateful};

#[test]
fn conforms() -> Result<()> {
    check_layer(SimpleRNN::new(3), [2, 4, 5])?;
    check_layer(SimpleRNN::new(2).return_sequences(true).go_backwards(true), [3, 4, 2])?;
    let everything = SimpleRNN::new(3).return_sequences(true).return_state(true).use_bias(false);
    check_layer(everything, vec![vec![2, 4, 5], vec![2, 3]])?;
    check_layer(SimpleRNN::new(3).dropout(0.4).recurrent_dropout(0.3).use_bias(false), [2, 3, 4])
}

#[test]
fn matches_keras() -> Result<()> {
    // over so many steps without gates, the rounding of either side grows
    FixtureCheck::new("simple_rnn")?.tolerance(2e-5).tolerance_of("blocks", 1e-4).check()
}

#[test]
fn options_have_effect() -> Result<()> {
    let layer = SimpleRNN::new(3).return_sequences(true).dropout(0.3).recurrent_dropout(0.2);
    let values = [
        ("units", json!(5)),
        ("activation", json!("relu")),
        ("dropout", json!(0.6)),
        ("recurrent_dropout", json!(0.5)),
        ("seed", json!(5)),
    ];
    check_options(layer, [3, 5, 4], values)
}

#[test]
fn carries_its_state_from_batch_to_batch() -> Result<()> {
    stateful::check(SimpleRNN::new(3).stateful(true), SimpleRNN::new(3), &[4])
}

#[test]
fn rejects_what_cannot_be() -> Result<()> {
    recurrent::refuses(|| SimpleRNN::new(3))
}
