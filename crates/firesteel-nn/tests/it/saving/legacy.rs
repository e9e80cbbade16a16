// SPDX-License-Identifier: MIT OR Apache-2.0
//! The old `.h5` format.

use super::support::{cases, config, datasets, file, furthest, load, predict, real};

#[test]
fn saving_as_h5_and_loading_gives_the_same_model() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("again.h5");
    let mut refused = 0;
    for case in cases() {
        let model = load(&file(&case));
        if let Err(error) = model.save(&path) {
            let has_operation = config(&file(&case)).to_string().contains("keras.src.ops");
            assert!(error.is_unsupported() && has_operation, "{}: {error:?}", case.name());
            refused += 1;
            continue;
        }
        let again = load(&path);
        assert_eq!(again.get_config().unwrap(), model.get_config().unwrap(), "{}", case.name());
        assert_eq!(again.is_compiled(), model.is_compiled(), "{}", case.name());
        let outputs = predict(&again, &case.arrays("inputs").unwrap());
        let apart = furthest(&outputs, &case.arrays("outputs").unwrap());
        assert!(apart < 1e-5, "{}: {apart}", case.name());
    }
    assert!(refused < 3, "{refused} models have operations");
}

/// The number and the sum of all values in the group of each layer; the names within differ by version.
#[test]
fn the_layers_groups_hold_what_keras_puts_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("again.h5");
    for case in cases().iter().filter(|case| file(case).extension().unwrap() == "h5") {
        load(&file(case)).save(&path).unwrap();
        let groups = |path: &std::path::Path| {
            let mut groups = std::collections::BTreeMap::new();
            for (path, (shape, values)) in datasets(std::fs::read(path).unwrap()) {
                let group = path.split('/').skip(1).take(2).collect::<Vec<_>>().join("/");
                let weight = path.rsplit('/').next().unwrap().to_owned();
                if group.starts_with("model_weights") {
                    groups.insert((group, weight, shape), values);
                }
            }
            groups
        };
        assert_eq!(groups(&path), groups(&file(case)), "{}", case.name());
    }
}

#[test]
fn the_optimizer_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("again.keras");
    load(&real("seq_sgd.h5")).save(&path).unwrap();
    let state = |bytes| {
        let all = datasets(bytes).into_iter();
        all.filter(|(path, _)| path.starts_with("/optimizer/")).collect::<Vec<_>>()
    };
    let ours = state(super::support::member(&path, "model.weights.h5"));
    let theirs = state(super::support::member(&real("seq_sgd.keras"), "model.weights.h5"));
    assert_eq!(ours.len(), 6);
    assert_eq!(ours, theirs);
}
