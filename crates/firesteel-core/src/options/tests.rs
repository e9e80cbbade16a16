// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::json;

/// A layer-like type with every attribute.
#[derive(Clone, Debug, PartialEq, crate::Options)]
struct Sample {
    /// Size.
    #[option(required, min = 1)]
    units: usize,
    /// Kernel.
    #[option(required, min = 1)]
    kernel_size: [usize; 2],
    /// Rate.
    #[option(default = 0.0, min = 0, below = 1)]
    rate: f64,
    /// Padding.
    #[option(default = "valid", one_of = ["valid", "same"])]
    padding: String,
    /// Name.
    #[option(default = None, key = "label")]
    name: Option<String>,
    #[option(skip)]
    live: bool,
}

#[derive(Clone, Debug, crate::Options)]
#[options(camel_case, name = "KMeans")]
struct Clusters {
    /// Rounds.
    #[option(default = 20_usize, min = 0)]
    max_iter: usize,
}

#[test]
fn setters_and_config_round_trip() {
    let sample = Sample::new(3, [5, 7]).rate(0.25).padding("same").name("a");
    let config = sample.config();
    assert_eq!(
        json!(config),
        json!({"units": 3, "kernel_size": [5, 7], "rate": 0.25, "padding": "same", "label": "a"})
    );
    assert_eq!(Sample::from_config(&config).unwrap(), sample);
    assert!(!sample.live);
}

#[test]
fn every_bound_is_checked_by_name() {
    let good = Sample::new(1, [1, 1]);
    assert!(good.validate().is_ok());
    for row in good.table() {
        for bad in row.bad_values() {
            let mut sample = good.clone();
            sample.set(row.name, &bad).unwrap();
            let error = sample.validate().unwrap_err();
            assert!(error.to_string().contains(row.name), "{error}");
        }
    }
    assert_eq!(
        Sample::new(1, [1, 0]).validate().unwrap_err().to_string(),
        "Sample: `kernel_size` must be at least 1, got 0"
    );
    assert!(good.clone().rate(f64::NAN).validate().unwrap_err().is_invalid_argument());
    let error = good.padding("smae").validate().unwrap_err();
    assert!(error.is_unknown_name());
    assert!(error.to_string().contains("did you mean `same`?"), "{error}");
}

#[test]
fn wrong_configs_are_refused() {
    let config = |value: Json| value.as_object().unwrap().clone();
    let missing = Sample::from_config(&config(json!({"units": 1}))).unwrap_err();
    assert_eq!(missing.to_string(), "Sample: `kernel_size` must be given, got nothing");
    let unknown = Sample::from_config(&config(json!({"units": 1, "kernel_size": 3, "ratee": 1})))
        .unwrap_err();
    assert!(unknown.to_string().contains("did you mean `rate`?"), "{unknown}");
    let null_is_fine = json!({"units": 1, "kernel_size": 3, "newer": null});
    assert_eq!(Sample::from_config(&config(null_is_fine)).unwrap().kernel_size, [3, 3]);
    let mistyped =
        Sample::from_config(&config(json!({"units": "x", "kernel_size": 3}))).unwrap_err();
    assert_eq!(
        mistyped.to_string(),
        "Sample: `units`: the value does not fit, expected an integer, got \"x\""
    );
}

#[test]
fn camel_case_names_are_sparks() {
    let clusters = Clusters::new().max_iter(5);
    assert_eq!(json!(clusters.config()), json!({"maxIter": 5}));
    assert_eq!(clusters.get("max_iter"), Some(json!(5)));
    assert_eq!(clusters.type_name(), "KMeans");
    assert_eq!(clusters.table()[0].default.map(|default| default()), Some(json!(20)));
}
