// SPDX-License-Identifier: MIT OR Apache-2.0
//! HDF5 files in other layouts, of Keras 2, and with traps in them.

use std::path::PathBuf;

use firesteel_nn::layers::{Dense, Input};
use firesteel_nn::testing::Fixture;
use firesteel_nn::{LoadWeights, Sequential, layers};

use super::support::{furthest, load, predict, real};

fn files(folder: &str) -> Vec<PathBuf> {
    let found = std::fs::read_dir(real(folder)).unwrap();
    let mut files: Vec<PathBuf> = found.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.to_str().unwrap().ends_with(".weights.h5"));
    files.sort();
    files
}

fn net() -> Sequential {
    Sequential::from(layers![Input::new([4]), Dense::new(3), Dense::new(1)])
}

#[test]
fn every_layout_is_read() {
    let expected = load(&real("seq_noinput.keras"));
    let values = |model: &firesteel_nn::Model| -> Vec<_> {
        model.weights().iter().map(|weight| weight.to_array().unwrap()).collect()
    };
    let files = files("odd");
    assert_eq!(files.len(), 7);
    for path in files {
        let mut model = net();
        model.load_weights(&path).unwrap_or_else(|error| panic!("{error:?}"));
        let apart = furthest(&values(&model), &values(&expected));
        let allowed = match path.file_name().unwrap().to_str().unwrap() {
            "float16.weights.h5" => 1e-3,
            "bfloat16.weights.h5" => 1e-2,
            _ => 0.0,
        };
        assert!(apart <= allowed, "{}: {apart}", path.display());
    }
}

#[test]
fn traps_are_refused() {
    let files = files("odd/traps");
    assert_eq!(files.len(), 16);
    for path in files {
        let name = path.to_str().unwrap();
        for options in [LoadWeights::new(), LoadWeights::new().by_name(true)] {
            let mut model = net();
            let Err(error) = model.load_weights_with(&path, &options) else {
                panic!("{name} was loaded");
            };
            assert!(error.to_string().contains(name), "{error}");
            let kind = error.is_format() || error.is_dtype() || error.is_shape();
            assert!(kind || error.is_unsupported(), "{error:?}");
        }
    }
}

#[test]
fn models_of_keras_2_predict_what_their_weights_say() {
    let fixture = Fixture::read("keras/saving/odd").unwrap();
    assert_eq!(fixture.cases().len(), 3);
    for case in fixture.cases() {
        let model = load(&real(case.json("file").as_str().unwrap()));
        let outputs = predict(&model, &case.arrays("inputs").unwrap());
        let apart = furthest(&outputs, &case.arrays("outputs").unwrap());
        assert!(apart < 1e-5, "{}: {apart}", case.name());
    }
}
