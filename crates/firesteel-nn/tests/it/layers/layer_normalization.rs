// SPDX-License-Identifier: MIT OR Apache-2.0
//! `LayerNormalization`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::LayerNormalization;
use firesteel_nn::testing::{FixtureCheck, check_layer, check_options, refusal};

#[test]
fn conforms() -> Result<()> {
    check_layer(LayerNormalization::new(), [3, 5])?;
    check_layer(LayerNormalization::new().axis([1, -1]).center(false), [2, 3, 4])?;
    check_layer(LayerNormalization::new().rms_scaling(true).scale(false), [2, 3, 4])
}

#[test]
fn matches_keras() -> Result<()> {
    FixtureCheck::new("layer_normalization")?.tolerance(1e-5).check()
}

#[test]
fn options_have_effect() -> Result<()> {
    let values = [("axis", json!(1)), ("axis", json!([1, 2])), ("epsilon", json!(0.1))];
    check_options(LayerNormalization::new(), [2, 3, 4], values)
}

#[test]
fn rejects_the_batch_axis() -> Result<()> {
    let error = refusal(LayerNormalization::new().axis([0, 1]), [2, 3])?;
    assert!(error.is_invalid_argument() && error.to_string().contains("`axis`"), "{error}");
    Ok(())
}
