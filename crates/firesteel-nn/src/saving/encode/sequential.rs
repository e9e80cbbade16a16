// SPDX-License-Identifier: MIT OR Apache-2.0
//! The config of a sequential model.

use firesteel_core::{Json, JsonMap, OptionValue, Result, json};

use super::{layer_object, object};
use crate::{LayerRef, Model};

pub(super) fn config(
    model: &Model,
    layers: &[LayerRef],
    name: &str,
    trainable: bool,
) -> Result<JsonMap<String, Json>> {
    // once the input shape is known, Keras lists the input even if the user gave none
    let input = model.graph().ok().and_then(|graph| graph.inputs.first());
    let listed = input.map(|input| &input.node().layer).into_iter();
    let listed = listed.chain(layers.iter().filter(|layer| layer.class_name() != "InputLayer"));
    let entry = |layer| Ok(Json::Object(layer_object(layer)?));
    let mut config = object(json!({
        "name": name,
        "trainable": trainable,
        "dtype": "float32",
        "layers": listed.map(entry).collect::<Result<Json>>()?,
    }));
    if let Some(input) = input {
        config.insert("build_input_shape".to_owned(), input.shape().encode());
    }
    Ok(config)
}
