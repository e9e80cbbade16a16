// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Activation`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::Activation;
use firesteel_nn::testing::{FixtureCheck, check_layer, check_options, refusal};

#[test]
fn conforms() -> Result<()> {
    for name in firesteel_nn::Activation::names() {
        check_layer(Activation::new(name), [2, 3, 4])?;
    }
    Ok(())
}

#[test]
fn matches_keras() -> Result<()> {
    let mut check = FixtureCheck::new("activation")?;
    // `glu` halves an axis, and Keras' `sparsemax` is not the function of that name
    for (name, cases) in [
        ("glu", &["glu", "glu_rank4", "glu_special"][..]),
        ("sparsemax", &["sparsemax", "sparsemax_rank4", "sparsemax_special", "sparsemax_shifted"]),
    ] {
        check = cases.iter().fold(check, |check, case| check.refuses(case, name));
    }
    check.check()
}

#[test]
fn options_have_effect() -> Result<()> {
    check_options(Activation::new("relu"), [2, 3], [("activation", json!("elu"))])
}

#[test]
fn rejects_unknown_names() -> Result<()> {
    let error = refusal(Activation::new("tahn"), [2, 3])?;
    assert!(error.is_unknown_name() && error.to_string().contains("`tanh`"), "{error}");
    Ok(())
}
