// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Reshape`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::Reshape;
use firesteel_nn::testing::{check_fixture, check_layer, check_options, refusal};

#[test]
fn conforms() -> Result<()> {
    check_layer(Reshape::new([2, 6]), [2, 3, 4])?;
    check_layer(Reshape::new([-1, 2]), [2, 3, 4])
}

#[test]
fn matches_keras() -> Result<()> {
    check_fixture("reshape")
}

#[test]
fn options_have_effect() -> Result<()> {
    check_options(Reshape::new([2, 6]), [2, 3, 4], [("target_shape", json!([4, -1]))])
}

#[test]
fn rejects_other_numbers_of_elements() -> Result<()> {
    for target in [vec![5], vec![5, -1], vec![-1, -1], vec![0, -1]] {
        let error = refusal(Reshape::new(target), [2, 3, 4])?;
        assert!(error.is_invalid_argument(), "{error}");
        assert!(error.to_string().contains("`target_shape`"), "{error}");
    }
    Ok(())
}
