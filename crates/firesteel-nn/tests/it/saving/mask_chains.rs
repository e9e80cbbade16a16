// SPDX-License-Identifier: MIT OR Apache-2.0
//! Masks that a file computes in very many operations: read in one walk, or refused by their number.

use firesteel_core::Result;
use firesteel_nn::{Model, model_from_json};

fn tensor(layer: &str) -> String {
    format!(
        r#"{{"class_name": "__keras_tensor__", "config": {{"keras_history": ["{layer}", 0, 0]}}}}"#
    )
}

fn layer(module: &str, class: &str, name: &str, config: &str, call: &str) -> String {
    format!(
        r#"{{"module": "{module}", "class_name": "{class}", "name": "{name}",
        "config": {{"name": "{name}"{config}}}, "inbound_nodes": [{call}]}}"#
    )
}

fn operation(class: &str, name: &str, arguments: &str) -> String {
    layer("keras.src.ops.numpy", class, name, "", &format!(r#"{{"args": [{arguments}]}}"#))
}

/// The comparison of a `Masking`, so many operations behind each other, and the layer that takes the last as its mask.
fn chain(count: usize) -> Vec<String> {
    let input = layer("keras.layers", "InputLayer", "i", r#", "batch_shape": [null, 5, 3]"#, "");
    let masking_call = format!(r#"{{"args": [{}]}}"#, tensor("i"));
    let recurrent_call = format!(
        r#"{{"args": [{}], "kwargs": {{"mask": {}}}}}"#,
        tensor("m"),
        tensor(&format!("o{count}"))
    );
    let mut layers = vec![
        input,
        layer("keras.layers", "Masking", "m", r#", "mask_value": 0.0"#, &masking_call),
        layer("keras.layers", "SimpleRNN", "r", r#", "units": 2"#, &recurrent_call),
        operation("NotEqual", "o0", &format!("{}, 0.0", tensor("i"))),
    ];
    layers.extend(
        (1..=count).map(|o| operation("Any", &format!("o{o}"), &tensor(&format!("o{}", o - 1)))),
    );
    layers
}

fn read(layers: &[String]) -> Result<Model> {
    model_from_json(&format!(
        r#"{{"class_name": "Functional", "config": {{"name": "f", "layers": [{}],
        "input_layers": ["i", 0, 0], "output_layers": ["r", 0, 0]}}}}"#,
        layers.join(", ")
    ))
}

/// In whatever order the operations stand.
#[test]
fn a_long_chain_is_left_out() -> Result<()> {
    let mut layers = chain(6000);
    for _ in 0..2 {
        let model = read(&layers)?;
        let names: Vec<String> =
            model.layers().iter().map(|layer| layer.name().to_owned()).collect();
        assert_eq!(names.len(), 3, "{names:?}");
        layers.reverse();
    }
    Ok(())
}

#[test]
fn more_operations_than_a_model_has_are_refused() {
    for (count, part) in
        [(25_000, "too many layers, calls or tensors"), (100_000, "too many objects")]
    {
        let error = read(&chain(count)).unwrap_err();
        assert!(error.is_format() && error.to_string().contains(part), "{count}: {error}");
    }
}

/// What computes something beside a mask is an operation of the model, with all that it takes.
#[test]
fn an_operation_that_serves_another_layer_stays() {
    let mut layers = chain(10);
    let call = format!(r#"{{"args": [{}]}}"#, tensor("o7"));
    layers.push(layer("keras.layers", "Flatten", "other", "", &call));
    let error = read(&layers).unwrap_err();
    assert!(error.is_unsupported() && error.to_string().contains("NotEqual"), "{error}");
}

#[test]
fn a_comparison_that_no_layer_makes_is_refused() {
    let mut layers = chain(10);
    layers[3] = layers[3].replace("}}, 0.0]", "}}, 1.0]");
    let error = read(&layers).unwrap_err();
    assert!(
        error.is_unsupported() && error.to_string().contains("the mask that `o0` computes"),
        "{error}"
    );
}

/// Operations that take each other serve nobody.
#[test]
fn a_circle_of_operations_is_refused() {
    let mut layers = chain(2);
    layers[3] = operation("LogicalOr", "o0", &format!("{}, {}", tensor("i"), tensor("o1")));
    assert!(read(&layers).unwrap_err().is_unsupported());
}
