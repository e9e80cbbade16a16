// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Masking`.

use firesteel_core::{JsonMap, Result};
use firesteel_nn::Layer;
use firesteel_nn::layers::Masking;
use firesteel_nn::testing::{Fixture, FixtureCheck, assert_close, check_layer, refusal};
use firesteel_tensor::{Device, Tensor};

#[test]
fn conforms() -> Result<()> {
    check_layer(Masking::new(), [2, 4, 3])?;
    check_layer(Masking::new().mask_value(1.5), [3, 2])
}

#[test]
fn matches_keras() -> Result<()> {
    FixtureCheck::new("masking")?.check()
}

#[test]
fn masks_as_keras_does() -> Result<()> {
    for case in Fixture::read("keras/layers/masking")?.cases() {
        let value = case.json("config")["mask_value"].clone();
        let layer = Masking::from_config(&JsonMap::from_iter([("mask_value".to_owned(), value)]))?;
        let x = Tensor::from_array(&case.arrays("inputs")?[0], &Device::cpu())?;
        let masks = layer.compute_masks(&[x], &[None])?;
        let mask = masks[0].as_ref().unwrap().to_array()?;
        assert_close(case.name(), &mask, &case.array("output_mask")?, 0.0)?;
    }
    Ok(())
}

/// Random numbers are never all the value: ones are.
#[test]
fn the_value_has_an_effect() -> Result<()> {
    let x = Tensor::full(1.0, &[2, 3, 2], &Device::cpu())?;
    let marks = |layer: Masking| layer.compute_masks(std::slice::from_ref(&x), &[None]);
    assert!(marks(Masking::new())?[0].as_ref().unwrap().to_vec()?.iter().all(|&mark| mark == 1.0));
    let masked = marks(Masking::new().mask_value(1.0))?;
    assert!(masked[0].as_ref().unwrap().to_vec()?.iter().all(|&mark| mark == 0.0));
    Ok(())
}

#[test]
fn rejects_what_cannot_be() -> Result<()> {
    assert!(refusal(Masking::new(), [2])?.is_shape());
    Ok(())
}
