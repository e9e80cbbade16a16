// SPDX-License-Identifier: MIT OR Apache-2.0
//! `BatchNormalization`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::BatchNormalization;
use firesteel_nn::testing::{FixtureCheck, check_layer, check_options, refusal};

#[test]
fn conforms() -> Result<()> {
    check_layer(BatchNormalization::new(), [4, 3])?;
    check_layer(BatchNormalization::new().axis(1).scale(false).epsilon(0.1), [3, 4, 5, 2])
}

#[test]
fn matches_keras() -> Result<()> {
    let mut check = FixtureCheck::new("batch_normalization")?
        .tolerance(1e-5)
        // far from zero Keras subtracts two large numbers, and its own result is that far off
        .tolerance_of("far_mean_training", 3e-4);
    for mode in ["inference", "training"] {
        check = check
            .refuses(&format!("renorm_{mode}"), "renorm")
            .refuses(&format!("renorm_clipping_{mode}"), "renorm")
            // constraints are applied by an optimizer, and there are none yet
            .refuses(&format!("constraints_{mode}"), "_constraint");
    }
    check.check()
}

#[test]
fn options_have_effect() -> Result<()> {
    let values = [("axis", json!(1)), ("momentum", json!(0.5)), ("epsilon", json!(0.1))];
    check_options(BatchNormalization::new(), [3, 4, 4], values)
}

#[test]
fn rejects_what_cannot_be() -> Result<()> {
    for axis in [0, 2, -3] {
        let error = refusal(BatchNormalization::new().axis(axis), [2, 3])?;
        assert!(error.is_invalid_argument() && error.to_string().contains("`axis`"), "{error}");
    }
    let error = refusal(BatchNormalization::new().momentum(1.5), [2, 3])?;
    assert!(error.is_invalid_argument() && error.to_string().contains("`momentum`"), "{error}");
    Ok(())
}
