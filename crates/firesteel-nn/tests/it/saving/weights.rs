// SPDX-License-Identifier: MIT OR Apache-2.0
//! `save_weights` and `load_weights`.

use firesteel_nn::layers::{Dense, Input};
use firesteel_nn::{LoadWeights, Sequential, layers};

use super::support::{load, real};

fn net(units: usize) -> Sequential {
    let mut model = Sequential::from(layers![
        Input::new([4]),
        Dense::new(units).name("dense"),
        Dense::new(1).name("dense_1")
    ]);
    model.set_seed(1);
    model
}

#[test]
fn weights_come_back_from_every_kind_of_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.weights.h5");
    let real_model = load(&real("seq_noinput.keras"));
    real_model.save_weights(&path).unwrap();
    let expected = real_model.weights()[0].to_array().unwrap();
    for path in [path, real("seq_noinput.keras"), real("seq_noinput.h5")] {
        let mut model = net(3);
        model.load_weights(&path).unwrap();
        assert_eq!(model.weights()[0].to_array().unwrap(), expected, "{}", path.display());
    }
}

#[test]
fn a_weight_that_does_not_fit_is_named_and_nothing_changes() {
    for path in [real("seq_noinput.keras"), real("seq_noinput.h5")] {
        let mut model = net(5);
        let before = model.count_params().unwrap();
        let values: Vec<_> = model.weights().iter().map(|w| w.to_array().unwrap()).collect();
        let error = model.load_weights(&path).unwrap_err();
        assert!(error.is_shape(), "{error:?}");
        let text = error.to_string();
        for part in [path.to_str().unwrap(), "`dense`", "`kernel`", "(4, 5)", "(4, 3)"] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert_eq!(model.count_params().unwrap(), before);
        let after: Vec<_> = model.weights().iter().map(|w| w.to_array().unwrap()).collect();
        assert_eq!(values, after);
    }
}

#[test]
fn a_file_of_another_model_is_refused() {
    for path in [real("seq_noinput.keras"), real("seq_noinput.h5")] {
        let mut deeper = net(3);
        deeper.add(Dense::new(2));
        let error = deeper.load_weights(&path).unwrap_err();
        assert!(error.is_format(), "{error:?}");
        assert!(error.to_string().contains(path.to_str().unwrap()));
        let mut bare = Sequential::from(layers![
            Input::new([4]),
            Dense::new(3).use_bias(false),
            Dense::new(1)
        ]);
        let error = bare.load_weights(&path).unwrap_err();
        assert!(error.is_format() && error.to_string().contains("1 weights, got 2"), "{error}");
    }
}

#[test]
fn skip_mismatch_leaves_what_does_not_fit() {
    for path in [real("seq_noinput.keras"), real("seq_noinput.h5")] {
        let mut model = Sequential::from(layers![
            Input::new([4]),
            Dense::new(3).name("dense"),
            Dense::new(2).name("dense_1")
        ]);
        assert!(model.load_weights(&path).is_err());
        model.load_weights_with(&path, &LoadWeights::new().skip_mismatch(true)).unwrap();
        let expected = load(&path).weights()[0].to_array().unwrap();
        assert_eq!(model.weights()[0].to_array().unwrap(), expected);
        assert_eq!(model.weights()[2].shape(), [3, 2]);
    }
}

#[test]
fn by_name_finds_layers_wherever_they_are() {
    for path in [real("seq_noinput.keras"), real("seq_noinput.h5")] {
        let mut model = Sequential::from(layers![
            Input::new([3]),
            Dense::new(1).name("dense_1"),
            Dense::new(7).name("of_my_own")
        ]);
        assert!(model.load_weights(&path).is_err());
        model.load_weights_with(&path, &LoadWeights::new().by_name(true)).unwrap();
        let expected = load(&path).weights()[2].to_array().unwrap();
        assert_eq!(model.weights()[0].to_array().unwrap(), expected, "{}", path.display());
    }
}

#[test]
fn weights_need_a_shape_and_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let open = Sequential::from(layers![Dense::new(3)]);
    assert!(open.save_weights(folder.path().join("m.weights.h5")).unwrap_err().is_not_built());
    for name in ["m.h5", "m.keras", "m"] {
        let error = net(3).save_weights(folder.path().join(name)).unwrap_err();
        assert!(error.is_invalid_argument() && error.to_string().contains(".weights.h5"));
    }
    for name in ["m.weights.h5", "m", "m.json"] {
        let error = net(3).save(folder.path().join(name)).unwrap_err();
        assert!(error.is_invalid_argument() && error.to_string().contains(".keras"));
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
