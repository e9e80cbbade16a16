// SPDX-License-Identifier: MIT OR Apache-2.0
//! Files of the real Keras: they load, predict what Keras predicted, and go on as they were.

use firesteel_nn::{LoadModel, load_model, load_model_with};

use super::support::{
    cases, config, datasets, file, furthest, load, load_bytes, member, predict, real, zip_of,
};

#[test]
fn every_file_predicts_what_keras_predicted() {
    for case in cases() {
        let model = load(&file(&case));
        let outputs = predict(&model, &case.arrays("inputs").unwrap());
        let apart = furthest(&outputs, &case.arrays("outputs").unwrap());
        assert!(apart < 1e-5, "{}: {apart}", case.name());
        assert_eq!(model.class_name(), case.json("class_name"), "{}", case.name());
    }
}

#[test]
fn every_weight_is_the_one_keras_has() {
    for case in cases() {
        let ours: Vec<_> =
            load(&file(&case)).weights().iter().map(|weight| weight.to_array().unwrap()).collect();
        let theirs = case.named_arrays("weights").unwrap();
        let theirs: Vec<_> = theirs.into_iter().map(|(_, values)| values).collect();
        assert_eq!(furthest(&ours, &theirs), 0.0, "{}", case.name());
    }
}

/// Paths, shapes and numbers of all weights and of the optimizer's state.
#[test]
fn saving_again_gives_the_same_weights_file() {
    let folder = tempfile::tempdir().unwrap();
    for case in cases().iter().filter(|case| file(case).extension().unwrap() == "keras") {
        let path = folder.path().join("again.keras");
        load(&file(case)).save(&path).unwrap();
        let mut ours = datasets(member(&path, "model.weights.h5"));
        let mut theirs = datasets(member(&file(case), "model.weights.h5"));
        if !theirs.contains_key("/optimizer/vars/2") {
            // a model that was never trained has its slots from loading on, all zero
            ours.retain(|path, (_, values)| {
                let is_slot = path.starts_with("/optimizer/vars/")
                    && !["/optimizer/vars/0", "/optimizer/vars/1"].contains(&path.as_str());
                assert!(!is_slot || values.iter().all(|value| *value == 0.0), "{path}");
                !is_slot
            });
        }
        if case.name() == "schedule_keras" {
            theirs.retain(|path, _| !path.starts_with("/optimizer"));
        }
        assert_eq!(ours, theirs, "{}", case.name());
    }
}

#[test]
fn classes_that_are_missing_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = real("seq_mlp.keras");
    let config = String::from_utf8(member(&path, "config.json")).unwrap();
    let config = config.replacen("\"Dense\"", "\"Densely\"", 1);
    let weights = member(&path, "model.weights.h5");
    let metadata = member(&path, "metadata.json");
    let members: [(&str, &[u8]); 3] = [
        ("metadata.json", &metadata),
        ("config.json", config.as_bytes()),
        ("model.weights.h5", &weights),
    ];
    let error = load_bytes(folder.path(), "missing.keras", &zip_of(&members, false)).unwrap_err();
    assert!(error.is_unknown_name(), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("missing.keras") && text.contains("`Densely`"), "{text}");
    assert!(text.contains("did you mean `Dense`"), "{text}");
}

#[test]
fn a_schedule_is_refused_unless_the_settings_are_left_out() {
    let path = real("schedule.keras");
    let error = load_model(&path).unwrap_err();
    assert!(error.is_unsupported(), "{error:?}");
    assert!(error.to_string().contains("`ExponentialDecay`"), "{error}");
    assert!(error.to_string().contains("compile(false)"), "{error}");
    assert!(!load_model_with(&path, &LoadModel::new().compile(false)).unwrap().is_compiled());
}

#[test]
fn compile_settings_are_restored_or_left_out() {
    let path = real("opt_Adam.keras");
    assert!(load_model(&path).unwrap().is_compiled());
    assert!(!load_model_with(&path, &LoadModel::new().compile(false)).unwrap().is_compiled());
    assert!(!load_model(real("siamese.keras")).unwrap().is_compiled());
}

#[test]
fn packed_members_and_folders_are_read_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = real("seq_mlp.keras");
    let names = ["metadata.json", "config.json", "model.weights.h5"];
    let members = names.map(|name| (name, member(&path, name)));
    let borrowed: Vec<(&str, &[u8])> = members.iter().map(|(n, b)| (*n, b.as_slice())).collect();
    let expected = load(&path).weights()[0].to_array().unwrap();
    let packed = load_bytes(folder.path(), "p.keras", &zip_of(&borrowed, true)).unwrap();
    assert_eq!(packed.weights()[0].to_array().unwrap(), expected);
    let unpacked = folder.path().join("unpacked");
    std::fs::create_dir(&unpacked).unwrap();
    for (name, bytes) in &members {
        std::fs::write(unpacked.join(name), bytes).unwrap();
    }
    assert_eq!(load_model(&unpacked).unwrap().weights()[0].to_array().unwrap(), expected);
    std::fs::remove_file(unpacked.join("config.json")).unwrap();
    let error = load_model(&unpacked).unwrap_err();
    assert!(error.is_io() && error.to_string().contains("config.json"), "{error}");
}

/// The keys of Keras 3.0 to 3.15 differ; what an older version did not write has its default.
#[test]
fn a_config_with_the_fewest_keys_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = real("seq_noinput.keras");
    let bare = r#"{"class_name": "Sequential", "config": {"name": "s", "layers": [
        {"class_name": "InputLayer", "config": {"batch_shape": [null, 4], "name": "i"}},
        {"class_name": "Dense", "config": {"name": "a", "units": 3}},
        {"class_name": "Dense", "config": {"name": "b", "units": 1, "activation": "linear", "dtype": "float32"}}]}}"#;
    let weights = member(&path, "model.weights.h5");
    let bytes = zip_of(&[("config.json", bare.as_bytes()), ("model.weights.h5", &weights)], false);
    let model = load_bytes(folder.path(), "bare.keras", &bytes).unwrap();
    assert_eq!(
        model.weights()[0].to_array().unwrap(),
        load(&path).weights()[0].to_array().unwrap()
    );
    assert!(!model.is_compiled());
    assert!(config(&path)["build_config"].is_object());
}

#[test]
fn names_structures_and_frozen_layers_survive() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("again.keras");
    for name in ["nested_func.keras", "towers_dict.keras", "siamese.keras"] {
        let model = load(&real(name));
        model.save(&path).unwrap();
        let again = load(&path);
        let names = |model: &firesteel_nn::Model| {
            let layers = model.layers();
            let frozen = layers.iter().map(|layer| (layer.name().to_owned(), layer.is_trainable()));
            frozen.collect::<Vec<_>>()
        };
        assert_eq!(names(&again), names(&model), "{name}");
    }
    let nested = load(&real("nested_func.keras"));
    assert!(!nested.get_layer("base").unwrap().is_trainable());
    assert_eq!(nested.trainable_weights().len(), 2);
}
