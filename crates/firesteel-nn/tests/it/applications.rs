// SPDX-License-Identifier: MIT OR Apache-2.0
//! Applications: the networks of real Keras by their layers, and one by its numbers.

use std::path::{Path, PathBuf};

use firesteel_core::testing::check_type;
use firesteel_core::{Json, OptionValue as _, Options as _, Result, Shape, json};
use firesteel_nn::applications::imagenet_utils::{self, ClassIndex, decode_predictions};
use firesteel_nn::applications::resnet::{self, ResNet};
use firesteel_nn::applications::{ResNet50, ResNet101};
use firesteel_nn::testing::{Case, Fixture, assert_close};
use firesteel_nn::{Model, Predict};
use ndarray::{Array3, ArrayD, IxDyn};

/// What fifty layers make of single precision.
const DEEP: f64 = 1e-4;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/keras/applications").join(name)
}

fn network(case: &Case) -> Result<Model> {
    match case.json("class_name").as_str() {
        Some("ResNet101") => of_depth::<101>(case),
        Some("ResNet152") => of_depth::<152>(case),
        _ => of_depth::<50>(case),
    }
}

fn of_depth<const DEPTH: usize>(case: &Case) -> Result<Model> {
    let mut network = ResNet::<DEPTH>::new();
    network.set_all(case.json("options").as_object().unwrap())?;
    if case.name().starts_with("old") {
        network = network.variant("v0.2");
    }
    network.build()
}

#[test]
fn layers_are_those_of_keras() -> Result<()> {
    let fixture = Fixture::read("keras/applications/resnet")?;
    assert_eq!(fixture.cases().len(), 8);
    for case in fixture.cases() {
        let model = network(case)?;
        let layers: Json =
            model.layers().iter().map(|layer| json!([layer.name(), layer.class_name()])).collect();
        assert_eq!(&layers, case.json("layers"), "{}", case.name());
        let shape = Shape::decode(case.json("output_shape"))?;
        assert_eq!(model.output_shapes()?, [shape], "{}", case.name());
        let named = format!("Functional({},", case.json("model_name").as_str().unwrap());
        assert!(format!("{model:?}").starts_with(&named), "{model:?}");
    }
    Ok(())
}

/// A number from -1 to 1: a hash of the weight's number and the element's, as the fixture's script has it.
fn noise(number: usize, element: usize) -> f64 {
    let x = (element as u32).wrapping_add((number as u32).wrapping_mul(0x9E37_79B9));
    let x = (x ^ (x >> 16)).wrapping_mul(0x7FEB_352D);
    let x = (x ^ (x >> 15)).wrapping_mul(0x846C_A68B);
    f64::from(x ^ (x >> 16)) / f64::from(1_u32 << 31) - 1.0
}

/// Gives every weight the values that the fixture's script gave it.
fn fill(model: &Model) -> Result<()> {
    for (number, weight) in model.weights().iter().enumerate() {
        let shape = weight.shape();
        let inputs: usize = shape[..shape.len() - 1].iter().product();
        let (middle, width) = match weight.name() {
            "kernel" => (0.0, (6.0 / inputs as f64).sqrt()),
            "gamma" => (0.75, 0.25),
            "moving_variance" => (1.0, 0.5),
            _ => (0.0, 0.1),
        };
        let value = |element| (middle + width * noise(number, element)) as f32;
        let values = (0..weight.size()).map(value).collect();
        weight.assign(&ArrayD::from_shape_vec(IxDyn(&shape), values).unwrap())?;
    }
    Ok(())
}

#[test]
fn resnet50_computes_what_keras_does() -> Result<()> {
    let fixture = Fixture::read("keras/applications/resnet")?;
    let case = fixture.case("resnet50")?;
    let model = network(case)?;
    assert_eq!(model.count_params()? as u64, case.json("params").as_u64().unwrap());
    let mut weights = Vec::new();
    for layer in model.layers() {
        weights.extend(layer.weights().iter().map(|w| json!([layer.name(), w.name(), w.shape()])));
    }
    assert_eq!(&Json::from(weights), case.json("weights"));

    fill(&model)?;
    let pixels = (0..2 * 33 * 32 * 3).map(|i| (i * 37 % 127) as f32 / 64.0 - 1.0).collect();
    let images = ArrayD::from_shape_vec(IxDyn(&[2, 33, 32, 3]), pixels).unwrap();
    let features = model.predict(&images, Predict::new().verbose(0))?;
    assert_close("resnet50", &features, &case.array("output")?, DEEP)
}

#[test]
fn nothing_is_downloaded() {
    let error = ResNet50::new().weights("imagenet").build().unwrap_err();
    assert!(error.is_unsupported(), "{error}");
    assert!(error.to_string().contains("nothing is downloaded"), "{error}");
    assert!(ResNet50::new().weights("no/such/file.h5").build().unwrap_err().is_io());
}

#[test]
fn options_are_checked() {
    let refusal = |network: ResNet50| network.build().unwrap_err();
    let headless = || ResNet50::new().include_top(false);
    assert!(refusal(ResNet50::new().classes(0)).is_invalid_argument());
    assert!(refusal(headless().pooling("mean")).is_unknown_name());
    assert!(refusal(headless().variant("v2")).is_unknown_name());
    assert!(refusal(ResNet50::new().classifier_activation("sofmax")).is_unknown_name());
    for shape in [Shape::from([31, 64, 3]), Shape::from([64, 64]), Shape::from([None::<usize>; 3])]
    {
        let error = refusal(headless().input_shape(shape));
        assert!(error.to_string().contains("`input_shape`"), "{error}");
    }
    assert!(refusal(ResNet50::new().input_shape([None, None, Some(3)])).is_invalid_argument());
    let file = file("thin_new.h5");
    let squashed = ResNet50::new().classifier_activation("sigmoid").weights(&file);
    assert!(refusal(squashed).is_invalid_argument());
    assert!(refusal(ResNet50::new().classes(7).weights(&file)).is_format());
    assert!(ResNet101::new().variant("v0.2").build().unwrap_err().is_unsupported());
    assert!(ResNet::<34>::new().build().unwrap_err().is_unsupported());
}

#[test]
fn images_are_prepared_as_in_keras() -> Result<()> {
    for case in Fixture::read("keras/applications/preprocess_input")?.cases() {
        let images = case.array("input")?;
        let prepared = match case.json("mode").as_str() {
            Some(mode) => imagenet_utils::preprocess_input(images, mode)?,
            None => resnet::preprocess_input(images)?,
        };
        assert_close(case.name(), &prepared, &case.array("output")?, 1e-6)?;
    }
    let grey = Array3::<f32>::zeros((4, 4, 1));
    assert!(resnet::preprocess_input(grey.clone()).unwrap_err().is_shape());
    assert!(imagenet_utils::preprocess_input(grey, "cafe").unwrap_err().is_unknown_name());
    Ok(())
}

#[test]
fn predictions_are_decoded_as_in_keras() -> Result<()> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index.json");
    let entry = |class: usize| {
        (class.to_string(), json!([format!("n{class:08}"), format!("class {class}")]))
    };
    let index: firesteel_core::JsonMap<String, Json> = (0..1000).map(entry).collect();
    std::fs::write(&path, Json::Object(index).to_string()).unwrap();
    let classes = ClassIndex::read(&path)?;
    assert_eq!((classes.len(), classes.get(2)), (1000, Some(("n00000002", "class 2"))));

    for case in Fixture::read("keras/applications/decode_predictions")?.cases() {
        let (predictions, top) = (case.array("input")?, case.json("top").as_u64().unwrap());
        let decoded = decode_predictions(&predictions, top as usize, &classes)?;
        let expected = case.json("expected").as_array().unwrap();
        assert_eq!(decoded.len(), expected.len());
        for (ours, theirs) in decoded.iter().zip(expected) {
            let ours: Json = ours
                .iter()
                .map(|one| json!([one.class_name, one.class_description, f64::from(one.score)]))
                .collect();
            assert_eq!(&ours, theirs, "{}", case.name());
        }
    }
    let short = ArrayD::zeros(IxDyn(&[2, 10]));
    assert!(decode_predictions(&short, 5, &classes).unwrap_err().is_shape());
    std::fs::write(&path, r#"{"1": ["n1", "one"]}"#).unwrap();
    assert!(ClassIndex::read(&path).unwrap_err().is_format());
    std::fs::write(&path, "[").unwrap();
    assert!(ClassIndex::read(&path).unwrap_err().is_format());
    Ok(())
}

#[test]
fn the_option_table_holds() {
    check_type::<ResNet50>(&[]).unwrap();
}
