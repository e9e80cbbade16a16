// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Dot`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::Dot;
use firesteel_nn::testing::{FixtureCheck, check_layer, check_options, refusal};

#[test]
fn conforms() -> Result<()> {
    check_layer(Dot::new(1), [[2, 3], [2, 3]])?;
    check_layer(Dot::new((2, 1)).normalize(true), vec![vec![2, 4, 3], vec![2, 3, 5]])
}

#[test]
fn matches_keras() -> Result<()> {
    FixtureCheck::new("dot")?.tolerance(1e-5).check()
}

#[test]
fn options_have_effect() -> Result<()> {
    check_options(
        Dot::new(1),
        [[2, 3, 3], [2, 3, 3]],
        [("axes", json!(2)), ("axes", json!([1, 2]))],
    )
}

#[test]
fn rejects_what_cannot_be() -> Result<()> {
    assert!(refusal(Dot::new(1), [[2, 3], [2, 4]])?.is_shape());
    assert!(refusal(Dot::new(1), [[2, 3], [2, 3], [2, 3]])?.is_shape());
    for axes in [vec![0, 1], vec![1, 2], vec![1, 1, 1]] {
        let error = refusal(Dot::new(axes), [[2, 3], [2, 3]])?;
        assert!(error.is_invalid_argument() && error.to_string().contains("`axes`"), "{error}");
    }
    Ok(())
}
