// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Maximum`.

use firesteel_core::Result;
use firesteel_nn::layers::Maximum;
use firesteel_nn::testing::{check_fixture, check_layer, refusal};

#[test]
fn conforms() -> Result<()> {
    check_layer(Maximum::new(), [[2, 4, 1], [2, 1, 5]])?;
    check_layer(Maximum::new(), [[2, 3], [2, 3], [2, 3]])
}

#[test]
fn matches_keras() -> Result<()> {
    check_fixture("maximum")
}

#[test]
fn rejects_shapes_that_differ() -> Result<()> {
    let error = refusal(Maximum::new(), [[2, 3], [2, 4]])?;
    assert!(error.is_shape() && error.to_string().contains("axis 1"), "{error}");
    Ok(())
}
