// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Embedding`.

use firesteel_core::{Result, json};
use firesteel_nn::layers::{Embedding, Input};
use firesteel_nn::testing::{
    Fixture, FixtureCheck, InputShapes, assert_close, check_layer, check_options, refusal,
};
use firesteel_nn::{Batch, Layer, Sequential, layers};
use firesteel_tensor::{Device, Tensor};
use ndarray::arr2;

#[test]
fn conforms() -> Result<()> {
    check_layer(Embedding::new(7, 4), InputShapes::from([3, 5]).whole_below(7))?;
    let masked = Embedding::new(5, 2).mask_zero(true).embeddings_regularizer("l2");
    check_layer(masked, InputShapes::from([2, 3, 4]).whole_below(5))
}

#[test]
fn matches_keras() -> Result<()> {
    // constraints are applied by an optimizer, and there are none yet
    FixtureCheck::new("embedding")?.refuses("constraint", "_constraint").check()
}

#[test]
fn masks_as_keras_does() -> Result<()> {
    let fixture = Fixture::read("keras/layers/embedding")?;
    let case = fixture.case("mask_zero")?;
    let x = Tensor::from_array(&case.arrays("inputs")?[0], &Device::cpu())?;
    let masks =
        Embedding::new(3, 2).mask_zero(true).compute_masks(std::slice::from_ref(&x), &[None])?;
    let mask = masks[0].as_ref().unwrap().to_array()?;
    assert_close("mask", &mask, &case.array("output_mask")?, 0.0)?;
    assert!(Embedding::new(3, 2).compute_masks(&[x], &[None])?.is_empty());
    Ok(())
}

#[test]
fn options_have_effect() -> Result<()> {
    let values = [("input_dim", json!(8)), ("output_dim", json!(3))];
    check_options(Embedding::new(6, 2), InputShapes::from([3, 5]).whole_below(6), values)
}

#[test]
fn rejects_what_cannot_be() -> Result<()> {
    let named = |layer: Embedding, name: &str| -> Result<()> {
        let error = refusal(layer, [2, 3])?;
        assert!(error.is_invalid_argument() && error.to_string().contains(name), "{error}");
        Ok(())
    };
    named(Embedding::new(0, 2), "`input_dim`")?;
    named(Embedding::new(2, 0), "`output_dim`")?;
    let model = Sequential::from(layers![Input::new([2]), Embedding::new(3, 2)]).into_model();
    let batch = Batch::from(arr2(&[[0.0_f32, 2.0], [3.0, 1.0]]));
    let error = model.predict_on_batch(&batch).unwrap_err();
    assert!(
        error.is_invalid_argument() && error.to_string().contains("`input_dim` is 3"),
        "{error}"
    );
    Ok(())
}
