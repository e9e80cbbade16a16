// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Subtract`.

use firesteel_core::Result;
use firesteel_nn::layers::Subtract;
use firesteel_nn::testing::{check_fixture, check_layer, refusal};

#[test]
fn conforms() -> Result<()> {
    check_layer(Subtract::new(), [[2, 4, 1], [2, 1, 5]])
}

#[test]
fn matches_keras() -> Result<()> {
    check_fixture("subtract")
}

#[test]
fn rejects_shapes_that_differ() -> Result<()> {
    assert!(refusal(Subtract::new(), [[2, 3], [2, 3], [2, 3]])?.is_shape());
    let error = refusal(Subtract::new(), [[2, 3], [2, 4]])?;
    assert!(error.is_shape() && error.to_string().contains("axis 1"), "{error}");
    Ok(())
}
