// SPDX-License-Identifier: MIT OR Apache-2.0
//! What every recurrent layer refuses.

use firesteel_core::{Json, Result, json};
use firesteel_nn::Layer;
use firesteel_nn::testing::refusal;

/// Checks a layer of three units for bad options, for inputs that are no sequences, and for states that do not fit.
pub(super) fn refuses<L: Layer + 'static>(new: impl Fn() -> L) -> Result<()> {
    let with = |name: &str, value: &Json| -> Result<L> {
        let mut layer = new();
        layer.set(name, value)?;
        Ok(layer)
    };
    for (name, value) in
        [("units", json!(0)), ("dropout", json!(1.5)), ("recurrent_dropout", json!(-0.5))]
    {
        let error = refusal(with(name, &value)?, [2, 3, 4])?;
        let named = error.to_string().contains(&format!("`{name}`"));
        assert!(error.is_invalid_argument() && named, "{error}");
    }
    assert!(refusal(with("activation", &json!("tan"))?, [2, 3, 4])?.is_unknown_name());
    assert!(refusal(new(), [2, 4])?.is_shape());
    // a state of another length, and one state too many
    assert!(refusal(new(), vec![vec![2, 3, 4], vec![2, 5]])?.is_shape());
    let too_many = vec![vec![2, 3, 4], vec![2, 3], vec![2, 3], vec![2, 3]];
    assert!(refusal(new(), too_many)?.is_shape());
    Ok(())
}
