// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Input`.

use firesteel_core::{Json, Options as _, Result, Shape, json};
use firesteel_nn::layers::{Activation, Input};
use firesteel_nn::testing::{Case, Fixture};
use firesteel_nn::{Callable as _, Model, Sequential, layers, model_from_json};

/// A model that begins with an input of this config, read as a file is.
fn read(config: &Json) -> Result<Model> {
    let layers = json!([
        {"class_name": "InputLayer", "config": config},
        {"class_name": "Activation", "config": {"name": "after", "activation": "linear"}},
    ]);
    let model = json!({"class_name": "Sequential", "config": {"name": "m", "layers": layers}});
    model_from_json(&model.to_string())
}

/// The input of a case, from what Keras wrote.
fn input(case: &Case) -> Result<Input> {
    let mut config = case.json("config").as_object().unwrap().clone();
    config.remove("name");
    Input::from_config(&config)
}

fn stack(input: Input) -> Sequential {
    Sequential::from(layers![input, Activation::new("linear")])
}

#[test]
fn matches_keras() -> Result<()> {
    let fixture = Fixture::read("keras/layers/input_layer")?;
    assert_eq!(fixture.cases().len(), 7);
    for case in fixture.cases().iter().filter(|case| case.name() != "optional") {
        let keras = case.json("config");
        for (name, value) in input(case)?.config() {
            assert_eq!(value, keras[&name], "{}: `{name}`", case.name());
        }
        let shapes: Vec<Shape> =
            case.shapes("symbolic_output_shapes").into_iter().map(Shape::new).collect();
        assert_eq!(read(keras)?.input_shapes()?, shapes, "{}", case.name());
        assert_eq!(input(case)?.tensor().shape(), &shapes[0], "{}", case.name());
    }
    Ok(())
}

#[test]
fn options_have_effect() -> Result<()> {
    let plain = stack(Input::new([3])).into_model();
    assert_eq!(plain.input_shapes()?[0].to_string(), "(None, 3)");
    let batched = stack(Input::batched([2, 3])).into_model();
    assert_eq!(batched.input_shapes()?[0].to_string(), "(2, 3)");
    // a type is what a file says of the input
    let typed = |dtype: &str| stack(Input::new([3]).name("x").dtype(dtype)).to_json();
    assert!(typed("int32")?.contains("\"int32\""));
    assert!(!typed("float32")?.contains("\"int32\""));
    assert!(typed("int32")?.contains("\"x\""));
    Ok(())
}

/// Each kind of input that only Keras has, and the name of its option.
fn refused() -> [(&'static str, Input); 3] {
    let input = || Input::new([3]);
    [
        ("sparse", input().sparse(true)),
        ("ragged", input().ragged(true)),
        ("optional", input().optional(true)),
    ]
}

#[test]
fn rejects_what_only_keras_has() -> Result<()> {
    for (name, input) in refused() {
        let named = |error: &firesteel_core::Error| {
            assert!(error.is_unsupported(), "{error}");
            assert!(error.to_string().contains(&format!("`{name}`")), "{error}");
        };
        named(&stack(input.clone()).into_model().input_shapes().unwrap_err());
        let mut config = Json::Object(input.config());
        let x = input.tensor();
        let y = Activation::new("relu").call(&x)?;
        named(&Model::new(&x, &y).unwrap_err());
        config["name"] = json!("x");
        named(&read(&config).unwrap_err());
    }
    Ok(())
}

#[test]
fn rejects_what_keras_refuses_here() -> Result<()> {
    let case = Fixture::read("keras/layers/input_layer")?;
    let error = read(case.case("optional")?.json("config")).unwrap_err();
    assert!(error.is_unsupported() && error.to_string().contains("layer `optional`"), "{error}");
    let error = stack(Input::new([3]).dtype("int23")).into_model().input_shapes().unwrap_err();
    assert!(error.to_string().contains("did you mean `int32`?"), "{error}");
    Ok(())
}
