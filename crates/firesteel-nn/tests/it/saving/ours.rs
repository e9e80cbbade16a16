// SPDX-License-Identifier: MIT OR Apache-2.0
//! Models of our own, written and read.

use firesteel_nn::layers::{BatchNormalization, Concatenate, Dense, Dropout, Input};
use firesteel_nn::{Callable, Compile, Fit, Model, Sequential, layers, load_model};
use ndarray::{Array2, ArrayD};

use super::support::{furthest, predict};

fn data() -> (Array2<f32>, Array2<f32>) {
    let x = Array2::from_shape_fn((12, 4), |(i, j)| ((i * 5 + j * 3) % 7) as f32 / 3.0 - 1.0);
    let y = Array2::from_shape_fn((12, 2), |(i, j)| ((i + j) % 3) as f32);
    (x, y)
}

fn trained() -> Model {
    let mut model = Sequential::from(layers![
        Input::new([4]),
        Dense::new(6).activation("relu"),
        BatchNormalization::new(),
        Dropout::new(0.25),
        Dense::new(2)
    ]);
    model.set_seed(3);
    model.compile(Compile::new().optimizer("adam").loss("mse").metrics(["mae"])).unwrap();
    fit(&mut model);
    model.into_model()
}

fn fit(model: &mut Model) {
    let (x, y) = data();
    model.fit((&x, &y), Fit::new().epochs(2).batch_size(4).shuffle(false).verbose(0)).unwrap();
}

fn weights(model: &Model) -> Vec<ArrayD<f32>> {
    model.weights().iter().map(|weight| weight.to_array().unwrap()).collect()
}

#[test]
fn training_goes_on_as_if_it_had_not_stopped() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["m.keras", "m.h5"] {
        let path = folder.path().join(name);
        let mut model = trained();
        model.save(&path).unwrap();
        let mut again = load_model(&path).unwrap();
        assert_eq!(furthest(&weights(&again), &weights(&model)), 0.0);
        // dropout draws from the model's seed, which a file does not keep
        model.set_seed(8);
        again.set_seed(8);
        fit(&mut model);
        fit(&mut again);
        assert_eq!(furthest(&weights(&again), &weights(&model)), 0.0, "{name}");
    }
}

#[test]
fn an_open_sequential_model_keeps_its_layers() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["m.keras", "m.h5"] {
        let path = folder.path().join(name);
        let mut model = Sequential::from(layers![Dense::new(3), Dense::new(2)]);
        model.compile(Compile::new().optimizer("sgd").loss("mse")).unwrap();
        model.save(&path).unwrap();
        let mut again = load_model(&path).unwrap();
        assert!(again.is_compiled() && again.weights().is_empty());
        fit(&mut again);
        assert_eq!(again.count_params().unwrap(), 4 * 3 + 3 + 3 * 2 + 2);
    }
}

#[test]
fn models_within_models_keep_their_weights() {
    let folder = tempfile::tempdir().unwrap();
    let tower = Sequential::from(layers![Dense::new(3).activation("tanh"), Dense::new(2)]);
    let tower = firesteel_nn::LayerRef::from(tower.name("tower"));
    let (a, b) = (Input::new([4]).tensor(), Input::new([4]).tensor());
    let (x, y) = ((&tower).call(&a).unwrap(), (&tower).call(&b).unwrap());
    let both = Concatenate::new().call([&x, &y]).unwrap();
    let inner = Model::new([&a, &b], &both).unwrap().name("inner");
    let (c, d) = (Input::new([4]).tensor(), Input::new([4]).tensor());
    let output = inner.call([&d, &c]).unwrap();
    let model = Model::new([&c, &d], &output).unwrap();
    let inputs = [data().0.into_dyn(), data().0.mapv(|x| x * x).into_dyn()];
    let expected = predict(&model, &inputs);
    for name in ["m.keras", "m.h5"] {
        let path = folder.path().join(name);
        model.save(&path).unwrap();
        let again = load_model(&path).unwrap();
        assert_eq!(furthest(&predict(&again, &inputs), &expected), 0.0, "{name}");
        assert_eq!(again.weights().len(), 4);
    }
}

#[test]
fn an_existing_file_stays_until_the_new_one_is_complete() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.keras");
    std::fs::write(&path, b"old").unwrap();
    let bad = Sequential::from(layers![Input::new([4]), Dense::new(3).activation("rleu")]);
    assert!(bad.save(&path).is_err());
    assert_eq!(std::fs::read(&path).unwrap(), b"old");
    trained().save(&path).unwrap();
    assert!(load_model(&path).is_ok());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn the_zip_holds_what_keras_puts_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.keras");
    trained().save(&path).unwrap();
    let mut zip = zip::ZipArchive::new(std::fs::File::open(&path).unwrap()).unwrap();
    let members: Vec<String> = (0..zip.len())
        .map(|i| {
            let member = zip.by_index(i).unwrap();
            assert_eq!(member.compression(), zip::CompressionMethod::Stored);
            member.name().unwrap().into_owned()
        })
        .collect();
    assert_eq!(members, ["metadata.json", "config.json", "model.weights.h5"]);
}
