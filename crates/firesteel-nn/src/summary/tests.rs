// SPDX-License-Identifier: MIT OR Apache-2.0
use crate::layers::{Concatenate, Dense, Input};
use crate::{Callable, LayerRef, Model, Sequential, layers};

/// The text that real Keras printed for a case of `fixtures/keras/models`.
fn keras(case: &str) -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/keras/models/models.json");
    let json: firesteel_core::Json = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let cases = json["cases"].as_array().unwrap();
    let found = cases.iter().find(|found| found["name"] == case).unwrap();
    found["summary_80"].as_str().unwrap().trim_end().to_owned()
}

#[test]
fn an_open_model_shows_question_marks() {
    let model = Sequential::from(layers![Dense::new(3), Dense::new(1)]);
    let text = model.summary().unwrap();
    assert_eq!(text.lines().nth(4).unwrap(), keras("sequential_unbuilt").lines().nth(4).unwrap());
    assert!(text.contains("?                        │   0 (unbuilt) │"), "{text}");
}

#[test]
fn several_inputs_show_their_connections() {
    let (left, right) =
        (Input::new([5]).name("left").tensor(), Input::new([3]).name("right").tensor());
    let joined = Concatenate::new().call([&left, &right]).unwrap();
    let kind = Dense::new(3).name("kind").call(&joined).unwrap();
    let value = Dense::new(2).name("value").call(&joined).unwrap();
    let model = Model::new([&left, &right], [&kind, &value]).unwrap();
    assert_eq!(model.summary().unwrap().trim_end(), keras("functional_dict"));
}

#[test]
fn a_shared_layer_shows_both_calls() {
    let (a, b) = (Input::new([4]).tensor(), Input::new([4]).tensor());
    let tower = LayerRef::from(Dense::new(3).name("tower"));
    let (left, right) = (tower.clone().call(&a).unwrap(), tower.call(&b).unwrap());
    let joined = Concatenate::new().call([&left, &right]).unwrap();
    let text = Model::new([&a, &b], &joined).unwrap().summary().unwrap();
    assert!(text.contains("tower[0][0],") && text.contains("tower[1][0]"), "{text}");
}
