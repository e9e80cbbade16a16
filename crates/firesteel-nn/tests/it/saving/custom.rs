// SPDX-License-Identifier: MIT OR Apache-2.0
//! Classes of the caller's own, and what is refused.

use firesteel_core::{Options, Result};
use firesteel_nn::layers::Input;
use firesteel_nn::{
    CallCx, Layer, LayerBase, LoadModel, Sequential, Weights, layers, load_model, load_model_with,
    model_from_json,
};
use firesteel_tensor::{Tensor, ops};

use super::support::predict;

/// Multiplies by a number.
#[derive(Clone, Debug, Options)]
#[options(name = "My>Scale")]
struct Scale {
    /// The number.
    #[option(required)]
    factor: f64,
    #[option(base)]
    base: LayerBase,
}

impl Layer for Scale {
    fn forward(&self, _weights: &Weights, x: &Tensor, _cx: &CallCx) -> Result<Tensor> {
        ops::multiply_scalar(x, self.factor as f32)
    }
}

#[test]
fn a_layer_of_the_callers_own_needs_to_be_registered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.keras");
    let model = Sequential::from(layers![Input::new([2]), Scale::new(3.0).name("third")]);
    model.save(&path).unwrap();
    let error = load_model(&path).unwrap_err();
    assert!(error.is_unsupported(), "{error:?}");
    assert!(error.to_string().contains("`My>Scale`"), "{error}");
    assert!(error.to_string().contains("custom_layer"), "{error}");
    let options = LoadModel::new()
        .custom_layer("My>Scale", |config| Ok(Box::new(Scale::from_config(config)?)));
    let again = load_model_with(&path, &options).unwrap();
    let x = ndarray::arr2(&[[1.0_f32, -2.0]]).into_dyn();
    assert_eq!(predict(&again, &[x])[0], ndarray::arr2(&[[3.0, -6.0]]).into_dyn());
    assert!(again.get_layer("third").is_ok());
}

fn with_layer(layer: &str) -> String {
    format!(
        r#"{{"class_name": "Sequential", "module": "keras", "config": {{"name": "s", "layers": [
        {{"class_name": "InputLayer", "config": {{"batch_shape": [null, 4], "name": "i"}}}}, {layer}]}}}}"#
    )
}

#[test]
fn what_runs_code_is_refused() {
    let lambda = r#"{"class_name": "Lambda", "module": "keras.layers", "config": {"name": "evil", "function":
        {"class_name": "__lambda__", "config": {"code": "4wEAAAA="}}}}"#;
    let hidden = r#"{"class_name": "Dense", "config": {"name": "d", "units": 2, "activation":
        {"class_name": "__lambda__", "config": {"code": "4wEAAAA="}}}}"#;
    for layer in [lambda, hidden] {
        let error = model_from_json(&with_layer(layer)).unwrap_err();
        assert!(error.is_unsupported(), "{error:?}");
        assert!(error.to_string().contains("executes nothing"), "{error}");
    }
    let named = model_from_json(&with_layer(lambda)).unwrap_err();
    assert!(named.to_string().contains("`evil`"), "{named}");
}

#[test]
fn unknown_classes_are_refused_by_name() {
    let unknown =
        r#"{"class_name": "Dens", "module": "keras.layers", "config": {"name": "d", "units": 2}}"#;
    let error = model_from_json(&with_layer(unknown)).unwrap_err();
    assert!(
        error.is_unknown_name() && error.to_string().contains("did you mean `Dense`?"),
        "{error}"
    );
    // a class of another module is not the one of Keras that has the same name
    let other = r#"{"class_name": "Dense", "module": "my.layers", "registered_name": "Dense",
        "config": {"name": "d", "units": 2}}"#;
    let error = model_from_json(&with_layer(other)).unwrap_err();
    assert!(error.is_unsupported() && error.to_string().contains("`my.layers`"), "{error}");
    let own =
        r#"{"class_name": "MyModel", "module": "my", "registered_name": "My>Model", "config": {}}"#;
    let error = model_from_json(own).unwrap_err();
    assert!(error.is_unsupported() && error.to_string().contains("`MyModel`"), "{error}");
    let half = r#"{"class_name": "Dense", "config": {"name": "d", "units": 2, "dtype": "mixed_bfloat16"}}"#;
    let error = model_from_json(&with_layer(half)).unwrap_err();
    assert!(error.is_unsupported() && error.to_string().contains("`mixed_bfloat16`"), "{error}");
}

fn with_call(module: &str, class: &str, config: &str, args: &str) -> String {
    let leaf = r#"{"class_name": "__keras_tensor__", "config": {"keras_history": ["i", 0, 0]}}"#;
    let args = args.replace('T', leaf);
    format!(
        r#"{{"class_name": "Functional", "config": {{"name": "f", "layers": [
        {{"class_name": "InputLayer", "config": {{"batch_shape": [null, 2], "name": "i"}}, "inbound_nodes": []}},
        {{"class_name": "{class}", "module": "{module}", "registered_name": "{class}", "name": "op",
          "config": {{"name": "op"{config}}}, "inbound_nodes": [{{"args": {args}, "kwargs": {{}}}}]}}],
        "input_layers": [["i", 0, 0]], "output_layers": ["op", 0, 0]}}}}"#
    )
}

#[test]
fn operations_compute_what_keras_computes() {
    let x = ndarray::arr2(&[[1.0_f32, -2.0]]).into_dyn();
    let numpy = "keras.src.ops.numpy";
    for (module, class, config, args, expected) in [
        (numpy, "Multiply", "", "[T, 2.0]", [2.0_f32, -4.0].as_slice()),
        (numpy, "Add", "", "[3, T]", &[4.0, 1.0]),
        (numpy, "Add", "", "[T, T]", &[2.0, -4.0]),
        (numpy, "Subtract", "", "[1.0, T]", &[0.0, 3.0]),
        (numpy, "TrueDivide", "", "[T, 4]", &[0.25, -0.5]),
        (numpy, "Negative", "", "[T]", &[-1.0, 2.0]),
        (numpy, "Maximum", "", "[T, 0.5]", &[1.0, 0.5]),
        (numpy, "Concatenate", r#", "axis": -1"#, "[[T, T]]", &[1.0, -2.0, 1.0, -2.0]),
        ("keras.src.ops.nn", "Relu", "", "[T]", &[1.0, 0.0]),
    ] {
        let model = model_from_json(&with_call(module, class, config, args)).unwrap();
        let found = predict(&model, std::slice::from_ref(&x));
        assert_eq!(found[0].as_slice().unwrap(), expected, "{class} {args}");
        let again = model_from_json(&model.to_json().unwrap()).unwrap();
        assert_eq!(predict(&again, std::slice::from_ref(&x)), found, "{class} {args}");
        assert!(model.save("m.h5").unwrap_err().is_unsupported());
    }
    for (class, config, args, part) in [
        ("Einsum", "", "[T]", "`keras.src.ops.numpy.Einsum`"),
        ("Multiply", r#", "sign": 1"#, "[T, 2]", "`sign`"),
        ("Multiply", "", "[T, [1, 2]]", "Multiply"),
        ("Negative", "", "[T, 2]", "Negative"),
    ] {
        let error = model_from_json(&with_call(numpy, class, config, args)).unwrap_err();
        assert!(error.is_unsupported() && error.to_string().contains(part), "{error}");
    }
}
