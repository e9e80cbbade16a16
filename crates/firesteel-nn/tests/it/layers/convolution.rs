// SPDX-License-Identifier: MIT OR Apache-2.0
//! What holds for every convolution: real Keras' numbers, and what it refuses.

use firesteel_core::{Json, Result, json};
use firesteel_nn::Layer;
use firesteel_nn::testing::{FixtureCheck, refusal};

/// Checks the cases of a fixture, of which those with the channels first are refused.
pub(super) fn matches_keras(fixture: &str, channels_first: &[&str]) -> Result<()> {
    let check = FixtureCheck::new(fixture)?.tolerance(1e-5);
    // constraints are applied by an optimizer, and there are none yet
    let check = check.refuses("constraints", "_constraint");
    let refuses = |check: FixtureCheck, case: &&str| check.refuses(case, "data_format");
    channels_first.iter().fold(check, refuses).check()
}

/// Checks that a layer is refused with each of the bad options, which the error names; for inputs with an axis too many;
/// with a padding that nobody knows, and with the channels first.
pub(super) fn refuses<L: Layer + 'static>(
    new: impl Fn() -> L,
    input: &[usize],
    bad: &[(&str, Json)],
) -> Result<()> {
    let with = |options: &Json| -> Result<L> {
        let mut layer = new();
        layer.set_all(options.as_object().unwrap())?;
        Ok(layer)
    };
    let shapes = || vec![input.to_vec()];
    for (name, options) in bad {
        let error = refusal(with(options)?, shapes())?;
        let named = error.to_string().contains(&format!("`{name}`"));
        assert!(error.is_invalid_argument() && named, "{error}");
    }
    let wider = [&input[..1], input].concat();
    assert!(refusal(new(), vec![wider])?.is_shape());
    let unknown = with(&json!({"padding": "full"}))?;
    assert!(refusal(unknown, shapes())?.is_unknown_name());
    let channels_first = with(&json!({"data_format": "channels_first"}))?;
    assert!(refusal(channels_first, shapes())?.is_unsupported());
    Ok(())
}
