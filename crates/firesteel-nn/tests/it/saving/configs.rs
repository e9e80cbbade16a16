// SPDX-License-Identifier: MIT OR Apache-2.0
//! The config that we write beside the one that the real Keras wrote for the same model.

use firesteel_core::Json;
use firesteel_nn::layers::{Add, Concatenate, Dense, Input, Multiply};
use firesteel_nn::{Callable, Compile, LayerRef, Model, model_from_json};

use super::support::{cases, config, file, load, real};

/// Keys that newer versions of Keras write, at values that change nothing.
const NEWER: [(&str, &str); 12] = [
    ("ema_momentum", "0.99"),
    ("layout", "null"),
    ("optional", "false"),
    ("ragged", "false"),
    ("renorm", "false"),
    ("renorm_momentum", "0.99"),
    ("shared_object_id", "*"),
    ("synchronized", "false"),
    ("use_ema", "false"),
    ("build_config", "*"),
    ("compile_config", "{}"),
    ("nothing", "null"),
];

/// Everything in which our config differs from theirs.
fn differences(ours: &Json, theirs: &Json, place: &str, found: &mut Vec<String>) {
    let theirs = match theirs["class_name"].as_str() {
        Some("DTypePolicy") => &theirs["config"]["name"],
        _ => theirs,
    };
    match (ours, theirs) {
        (Json::Object(a), Json::Object(b)) => {
            for (key, theirs) in b {
                let place = format!("{place}.{key}");
                match a.get(key) {
                    Some(_) if key == "jit_compile" => {}
                    Some(ours) => differences(ours, theirs, &place, found),
                    None if theirs.is_null() => {}
                    None => {
                        let text = theirs.to_string();
                        if !NEWER.iter().any(|(k, v)| k == key && (*v == "*" || *v == text)) {
                            found.push(format!("{place}: we lack {text}"));
                        }
                    }
                }
            }
            let more = a.iter().filter(|(key, value)| {
                !b.contains_key(*key) && !value.is_null() && *key != "build_config"
            });
            found.extend(more.map(|(key, value)| format!("{place}.{key}: only we have {value}")));
        }
        (Json::Array(a), Json::Array(b)) if a.len() == b.len() => {
            for (i, (ours, theirs)) in a.iter().zip(b).enumerate() {
                differences(ours, theirs, &format!("{place}[{i}]"), found);
            }
        }
        (Json::Number(a), Json::Number(b)) if a.as_f64() == b.as_f64() => {}
        (a, b) if a == b => {}
        // what is not compiled is null or empty
        (Json::Null, Json::Object(b)) if b.is_empty() || b.values().all(Json::is_null) => {}
        (a, b) => found.push(format!("{place}: we have {a}, Keras has {b}")),
    }
}

fn assert_same(ours: &Json, theirs: &Json, name: &str) {
    let mut found = Vec::new();
    differences(ours, theirs, "", &mut found);
    assert!(found.is_empty(), "{name}:\n{}", found.join("\n"));
}

#[test]
fn what_was_read_is_written_as_it_was() {
    for case in cases().iter().filter(|case| file(case).extension().unwrap() == "keras") {
        let mut theirs = config(&file(case));
        if case.name() == "schedule_keras" {
            theirs["compile_config"] = Json::Null;
        }
        let ours: Json = serde_json::from_str(&load(&file(case)).to_json().unwrap()).unwrap();
        assert_same(&ours, &theirs, case.name());
    }
}

/// Order of layers, numbers of calls and structures come from our graph, not from a file.
#[test]
fn a_model_of_our_own_is_written_as_keras_writes_it() {
    let (left, right) =
        (Input::new([5]).name("left").tensor(), Input::new([3]).name("right").tensor());
    let shared = LayerRef::from(Dense::new(4).activation("relu").name("shared"));
    let a = (&shared).call(&left).unwrap();
    let b = Dense::new(4).activation("tanh").name("own").call(&right).unwrap();
    let sum = Add::new().name("sum").call([&a, &b]).unwrap();
    let again = (&shared).call(&left).unwrap();
    let product = Multiply::new().name("product").call([&a, &again]).unwrap();
    let both = Concatenate::new().name("both").call([&a, &b, &sum, &product]).unwrap();
    let value = Dense::new(2).name("value").call(&both).unwrap();
    let kind = Dense::new(3).activation("softmax").name("kind").call(&both).unwrap();
    let mut list = Model::new([&left, &right], [&value, &kind]).unwrap();
    let losses = ["mse", "sparse_categorical_crossentropy"];
    list.compile(Compile::new().optimizer("adam").losses(losses)).unwrap();
    assert_same(
        &serde_json::from_str(&list.to_json().unwrap()).unwrap(),
        &config(&real("towers_list.keras")),
        "list",
    );
    let inputs = [("left", &left), ("right", &right)];
    let mut named = Model::new(inputs, [("value", &value), ("kind", &kind)]).unwrap();
    let losses = Compile::new().output_loss("value", "mse");
    let losses = losses.output_loss("kind", "sparse_categorical_crossentropy");
    named.compile(losses.optimizer("adam")).unwrap();
    assert_same(
        &serde_json::from_str(&named.to_json().unwrap()).unwrap(),
        &config(&real("towers_dict.keras")),
        "dict",
    );
}

#[test]
fn a_model_comes_back_from_its_json() {
    for case in cases() {
        let model = load(&file(&case));
        let again = model_from_json(&model.to_json().unwrap()).unwrap();
        assert_eq!(again.get_config().unwrap(), model.get_config().unwrap(), "{}", case.name());
        assert_eq!(again.count_params().unwrap(), model.count_params().unwrap());
        assert_eq!(again.is_compiled(), model.is_compiled());
    }
    assert!(model_from_json("{").unwrap_err().is_format());
    assert!(model_from_json("[1]").unwrap_err().is_format());
}

#[test]
fn a_layer_gives_its_config() {
    let model = load(&real("seq_sgd.keras"));
    let config = model.get_layer("dense").unwrap().get_config().unwrap();
    assert_eq!(config["units"], 3);
    assert_eq!(config["kernel_regularizer"]["class_name"], "L2");
    assert_eq!(config["name"], "dense");
}
