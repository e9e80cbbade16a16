// SPDX-License-Identifier: MIT OR Apache-2.0
//! The networks at a few channels, with files of the real Keras.

use std::path::PathBuf;

use firesteel_core::{Json, json};
use ndarray::{ArrayD, Axis, IxDyn};

use super::*;
use crate::Predict;
use crate::testing::{Case, Fixture, assert_close};

/// Single precision, added up in another order.
const TOLERANCE: f64 = 1e-5;

const THIN: Stages = Stages { widths: [2, 3, 4, 5], blocks: [2, 1, 1, 1] };

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/keras/applications").join(name)
}

fn case(name: &str) -> Case {
    Fixture::read("keras/applications/thin").unwrap().case(name).unwrap().clone()
}

fn network(case: &Case) -> ResNet50 {
    let mut network = ResNet50::new();
    network.set_all(case.json("options").as_object().unwrap()).unwrap();
    network
}

/// The images that the fixture's script made: two of the shape of a case.
fn images(case: &Case) -> ArrayD<f32> {
    let image = case.json("options")["input_shape"].as_array().unwrap();
    let image = image.iter().map(|length| length.as_u64().unwrap() as usize);
    let shape: Vec<usize> = std::iter::once(2).chain(image).collect();
    let count: usize = shape.iter().product();
    let pixels = (0..count).map(|i| (i * 37 % 127) as f32 / 64.0 - 1.0);
    ArrayD::from_shape_vec(IxDyn(&shape), pixels.collect()).unwrap()
}

fn predict(model: &Model, case: &Case) -> ArrayD<f32> {
    model.predict(&images(case), Predict::new().verbose(0)).unwrap()
}

fn layers(model: &Model) -> Json {
    model.layers().iter().map(|layer| json!([layer.name(), layer.class_name()])).collect()
}

#[test]
fn files_of_both_generations_open() -> Result<()> {
    let files = [
        ("new", "thin_new.weights.h5"),
        ("new", "thin_new.keras"),
        ("new", "thin_new.h5"),
        ("old", "thin_old_weights.h5"),
    ];
    for (name, weights) in files {
        let case = case(name);
        let model = network(&case).weights(file(weights)).build_with(&THIN)?;
        assert_eq!(&layers(&model), case.json("layers"), "{weights}");
        assert_eq!(model.count_params()? as u64, case.json("params").as_u64().unwrap());
        assert_close(weights, &predict(&model, &case), &case.array("output")?, TOLERANCE)?;
    }
    Ok(())
}

#[test]
fn a_chosen_variant_takes_no_other_file() -> Result<()> {
    let (new, old) = (case("new"), case("old"));
    let forced = |case: &Case, variant: &str, weights: &str| {
        network(case).variant(variant).weights(file(weights)).build_with(&THIN)
    };
    assert!(forced(&old, "keras3", "thin_old_weights.h5").unwrap_err().is_shape());
    assert!(forced(&old, "v0.2", "thin_new.h5").unwrap_err().is_shape());
    let model = forced(&new, "keras3", "thin_new.h5")?;
    assert_close("new", &predict(&model, &new), &new.array("output")?, TOLERANCE)?;
    let model = forced(&old, "v0.2", "thin_old_weights.h5")?;
    assert_close("old", &predict(&model, &old), &old.array("output")?, TOLERANCE)
}

#[test]
fn a_file_that_fits_neither_is_refused_for_the_newer() {
    let wider = Stages { widths: [3, 4, 5, 6], ..THIN };
    let error = network(&case("new")).weights(file("thin_new.h5")).build_with(&wider).unwrap_err();
    assert!(error.is_shape() && error.to_string().contains("conv2_block1_1_conv"), "{error}");
    let headless = network(&case("new")).include_top(false).weights(file("thin_new.h5"));
    assert!(headless.build_with(&THIN).unwrap_err().is_format());
}

#[test]
fn our_own_files_open() -> Result<()> {
    let folder = tempfile::tempdir().unwrap();
    let case = case("old");
    let model = network(&case).weights(file("thin_old_weights.h5")).build_with(&THIN)?;
    let path = folder.path().join("thin.weights.h5");
    model.save_weights(&path)?;
    let whole = folder.path().join("thin.keras");
    model.save(&whole)?;
    for path in [path, whole] {
        let again = network(&case).weights(path).build_with(&THIN)?;
        assert_eq!(predict(&again, &case), predict(&model, &case));
    }
    Ok(())
}

#[test]
fn logits_come_without_an_activation() -> Result<()> {
    let case = case("new");
    let logits = network(&case).classifier_activation("linear").weights(file("thin_new.h5"));
    let mut shares = predict(&logits.build_with(&THIN)?, &case).mapv(f32::exp);
    for mut row in shares.axis_iter_mut(Axis(0)) {
        let sum = row.sum();
        row /= sum;
    }
    assert_close("logits", &shares, &case.array("output")?, TOLERANCE)
}

#[test]
fn a_model_can_be_named() -> Result<()> {
    assert_eq!(ResNet50::new().build_with(&THIN)?.given_name(), Some("resnet50"));
    assert_eq!(ResNet101::new().build_with(&THIN)?.given_name(), Some("resnet101"));
    assert_eq!(ResNet50::new().name("eyes").build_with(&THIN)?.given_name(), Some("eyes"));
    Ok(())
}
