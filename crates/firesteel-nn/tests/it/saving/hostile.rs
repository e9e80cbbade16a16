// SPDX-License-Identifier: MIT OR Apache-2.0
//! Files that are damaged or lie: always an error, never a panic, and never more memory than a file is worth.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use firesteel_core::Result;
use firesteel_nn::{Model, load_model};

use super::support::{load_bytes, member, real, zip_of};

/// Loads bytes that may be anything; a model, or an error that names the file.
fn try_load(folder: &Path, name: &str, bytes: &[u8], what: &str) -> Result<Model> {
    let loaded = catch_unwind(AssertUnwindSafe(|| load_bytes(folder, name, bytes)));
    let loaded = loaded.unwrap_or_else(|_| panic!("{what}: a panic"));
    if let Err(error) = &loaded {
        assert!(error.to_string().contains(name), "{what}: no file in `{error}`");
        assert!(!error.is_internal(), "{what}: {error:?}");
    }
    loaded
}

#[test]
fn a_file_that_is_cut_short_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["seq_mlp.keras", "seq_mlp.h5", "nested_func.keras"] {
        let whole = std::fs::read(real(name)).unwrap();
        for part in 0..60 {
            let length = whole.len() * part / 60;
            let loaded =
                try_load(folder.path(), name, &whole[..length], &format!("{name} {length}"));
            assert!(loaded.is_err(), "{name} with {length} of {} bytes", whole.len());
        }
    }
}

/// Steps through a file with a pattern that is the same every time.
fn flipped(whole: &[u8], seed: u64) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    for _ in 0..4 {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (place, bit) = ((state >> 20) as usize % bytes.len(), (state >> 60) % 8);
        bytes[place] ^= 1 << bit;
    }
    bytes
}

#[test]
fn flipped_bits_never_panic() {
    let folder = tempfile::tempdir().unwrap();
    let (mut good, mut bad) = (0, 0);
    for name in ["opt_Adam.keras", "seq_sgd.h5"] {
        let whole = std::fs::read(real(name)).unwrap();
        for seed in 0..400 {
            let bytes = flipped(&whole, seed);
            match try_load(folder.path(), name, &bytes, &format!("{name} {seed}")) {
                Ok(_) => good += 1,
                Err(_) => bad += 1,
            }
        }
    }
    assert!(good > 0 && bad > 100, "{good} loaded, {bad} refused");
}

/// The checksum of a zip hides damage within; here the zip is sound and what it holds is not.
#[test]
fn flipped_bits_within_a_sound_zip_never_panic() {
    let folder = tempfile::tempdir().unwrap();
    let path = real("seq_sgd.keras");
    let (config, weights) = (member(&path, "config.json"), member(&path, "model.weights.h5"));
    let mut bad = 0;
    for seed in 0..300 {
        for (config, weights) in
            [(flipped(&config, seed), weights.clone()), (config.clone(), flipped(&weights, seed))]
        {
            let zip = zip_of(&[("config.json", &config), ("model.weights.h5", &weights)], false);
            let loaded = try_load(folder.path(), "m.keras", &zip, &format!("inner {seed}"));
            bad += usize::from(loaded.is_err());
        }
    }
    assert!(bad > 100, "{bad} refused");
}

/// The first bytes of an HDF5 file lead to everything else: every bit of them.
#[test]
fn every_flipped_bit_of_the_head_is_survived() {
    let folder = tempfile::tempdir().unwrap();
    let whole = std::fs::read(real("seq_sgd.h5")).unwrap();
    for place in 0..1200 {
        let mut bytes = whole.clone();
        bytes[place] ^= 1 << (place % 8);
        let _ = try_load(folder.path(), "m.h5", &bytes, &format!("byte {place}"));
        bytes[place] = 0xff;
        let _ = try_load(folder.path(), "m.h5", &bytes, &format!("byte {place} set"));
    }
}

#[test]
fn what_is_no_model_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let weights = member(&real("seq_sgd.keras"), "model.weights.h5");
    let config = member(&real("seq_sgd.keras"), "config.json");
    let zip = |members: &[(&str, &[u8])]| zip_of(members, false);
    for (bytes, part) in [
        (Vec::new(), "neither a `.keras` archive nor an HDF5 file"),
        (b"not a model at all".to_vec(), "neither a `.keras` archive nor an HDF5 file"),
        (b"PK\x03\x04".to_vec(), "zip is damaged"),
        (zip(&[]), "no member `config.json`"),
        (zip(&[("notes.txt", b"hello")]), "members `notes.txt`"),
        (
            zip(&[("Config.json", &config), ("model.weights.h5", &weights)]),
            "no member `config.json`",
        ),
        (zip(&[("config.json", &config)]), "no member `model.weights.h5`"),
        (zip(&[("config.json", &config), ("model.weights.h5", b"")]), "not an HDF5 file"),
        (
            zip(&[("config.json", b"{"), ("model.weights.h5", &weights)]),
            "config.json: the JSON is damaged",
        ),
        (zip(&[("config.json", b"null"), ("model.weights.h5", &weights)]), "describes no model"),
        (zip(&[("config.json", b"\xff\xfe"), ("model.weights.h5", &weights)]), "not UTF-8"),
        (weights.clone(), "weights without a model"),
    ] {
        let error = try_load(folder.path(), "m.keras", &bytes, part).unwrap_err();
        assert!(error.is_format(), "{part}: {error:?}");
        assert!(error.to_string().contains(part), "{part} in {error}");
    }
    let error = load_model(folder.path().join("none.keras")).unwrap_err();
    assert!(error.is_io() && error.to_string().contains("none.keras"), "{error}");
}

#[test]
fn deep_json_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let deep = "[".repeat(200_000);
    let zip = zip_of(&[("config.json", deep.as_bytes())], true);
    assert!(try_load(folder.path(), "m.keras", &zip, "deep").unwrap_err().is_format());
}

#[test]
fn a_zip_bomb_is_refused_before_it_expands() {
    let folder = tempfile::tempdir().unwrap();
    let config = member(&real("seq_sgd.keras"), "config.json");
    let zeros = vec![0_u8; 300 << 20];
    let bomb = zip_of(&[("config.json", &config), ("model.weights.h5", &zeros)], true);
    assert!(bomb.len() < 1 << 20);
    let error = try_load(folder.path(), "m.keras", &bomb, "bomb").unwrap_err();
    assert!(error.is_format() && error.to_string().contains("absurd size"), "{error}");
    let bomb = zip_of(&[("config.json", &zeros[..65 << 20])], true);
    let error = try_load(folder.path(), "m.keras", &bomb, "bomb").unwrap_err();
    assert!(error.is_format() && error.to_string().contains("absurd size"), "{error}");
}

fn sequential(layers: &str) -> Vec<u8> {
    let config = format!(
        r#"{{"class_name": "Sequential", "config": {{"name": "s", "layers": [
        {{"class_name": "InputLayer", "config": {{"batch_shape": [null, 4], "name": "i"}}}}, {layers}]}}}}"#
    );
    let weights = member(&real("seq_sgd.keras"), "model.weights.h5");
    zip_of(&[("config.json", config.as_bytes()), ("model.weights.h5", &weights)], false)
}

#[test]
fn absurd_sizes_are_refused_before_they_are_allocated() {
    let folder = tempfile::tempdir().unwrap();
    let dense = |units: &str| {
        format!(r#"{{"class_name": "Dense", "config": {{"name": "d", "units": {units}}}}}"#)
    };
    for units in ["1000000000", "2147483648", "4000000000000000000", "18446744073709551615", "1e15"]
    {
        let bytes = sequential(&dense(units));
        let error = try_load(folder.path(), "m.keras", &bytes, units).unwrap_err();
        assert!(error.is_format() || error.is_shape() || error.is_invalid_argument(), "{error:?}");
    }
    let many = (0..40).map(|i| {
        format!(r#"{{"class_name": "UpSampling2D", "config": {{"name": "u{i}", "size": [2000, 2000]}}}}"#)
    });
    let reshape =
        r#"{"class_name": "Reshape", "config": {"name": "r", "target_shape": [2, 2, 1]}}"#;
    let all: Vec<String> = std::iter::once(reshape.to_owned()).chain(many).collect();
    let error =
        try_load(folder.path(), "m.keras", &sequential(&all.join(", ")), "grow").unwrap_err();
    assert!(error.is_format() || error.is_shape(), "{error:?}");
}

#[test]
fn a_graph_that_goes_nowhere_is_refused() {
    let leaf = |layer: &str, call: u64, output: u64| {
        format!(
            r#"{{"class_name": "__keras_tensor__", "config": {{"keras_history": ["{layer}", {call}, {output}]}}}}"#
        )
    };
    let add = |name: &str, input: &str| {
        format!(
            r#"{{"class_name": "Activation", "name": "{name}", "config": {{"name": "{name}", "activation": "relu"}},
            "inbound_nodes": [{{"args": [{input}], "kwargs": {{}}}}]}}"#
        )
    };
    let model = |layers: &[String], output: &str| {
        format!(
            r#"{{"class_name": "Functional", "config": {{"name": "f", "layers": [
            {{"class_name": "InputLayer", "name": "i", "config": {{"batch_shape": [null, 2], "name": "i"}}, "inbound_nodes": []}},
            {}], "input_layers": ["i", 0, 0], "output_layers": {output}}}}}"#,
            layers.join(", ")
        )
    };
    let circle = [add("a", &leaf("b", 0, 0)), add("b", &leaf("a", 0, 0))];
    let good = add("a", &leaf("i", 0, 0));
    for (config, part) in [
        (model(&circle, r#"["b", 0, 0]"#), "circle"),
        (model(&[add("a", &leaf("a", 0, 0))], r#"["a", 0, 0]"#), "circle"),
        (model(&[add("a", &leaf("c", 0, 0))], r#"["a", 0, 0]"#), "`c`"),
        (model(&[add("a", &leaf("i", 7, 0))], r#"["a", 0, 0]"#), "a call is missing"),
        (model(&[add("a", &leaf("i", 0, 9))], r#"["a", 0, 0]"#), "an output is missing"),
        (model(&[add("a", "null")], r#"["a", 0, 0]"#), "without a tensor"),
        (model(&[add("a", "3")], r#"["a", 0, 0]"#), "no tensor"),
        (model(&[good.clone(), good.clone()], r#"["a", 0, 0]"#), "one name"),
        (model(std::slice::from_ref(&good), r#"["a", 5, 0]"#), "a call is missing"),
        (model(std::slice::from_ref(&good), "[]"), "`output_layers`"),
        (model(std::slice::from_ref(&good), r#""a""#), "`output_layers`"),
        (
            model(&[good.replace("\"kwargs\": {}", "\"kwargs\": {\"mask\": 1}")], r#"["a", 0, 0]"#),
            "`mask`",
        ),
    ] {
        let error = firesteel_nn::model_from_json(&config).unwrap_err();
        assert!(error.to_string().contains(part), "{part} in {error}");
        assert!(!error.is_internal(), "{error:?}");
    }
    assert!(firesteel_nn::model_from_json(&model(&[good], r#"["a", 0, 0]"#)).is_ok());
}

/// Chains that are long need no deep stack, neither to be read nor to be dropped.
#[test]
fn a_long_chain_of_layers_is_read() {
    let mut layers = vec![
        r#"{"class_name": "InputLayer", "name": "l0", "config": {"batch_shape": [null, 2], "name": "l0"}, "inbound_nodes": []}"#.to_owned(),
    ];
    for i in 1..4000 {
        layers.push(format!(
            r#"{{"class_name": "Activation", "name": "l{i}", "config": {{"name": "l{i}", "activation": "relu"}},
            "inbound_nodes": [[["l{}", 0, 0, {{}}]]]}}"#,
            i - 1
        ));
    }
    layers.reverse();
    let config = |count: usize| {
        format!(
            r#"{{"class_name": "Functional", "config": {{"name": "f", "layers": [{}],
            "input_layers": [["l0", 0, 0]], "output_layers": [["l3999", 0, 0]]}}}}"#,
            layers.iter().cycle().take(count).cloned().collect::<Vec<_>>().join(", ")
        )
    };
    let model = firesteel_nn::model_from_json(&config(4000)).unwrap();
    assert_eq!(model.layers().len(), 4000);
    assert_eq!(model.output_shapes().unwrap()[0].to_string(), "(None, 2)");
}
