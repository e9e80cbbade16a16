// SPDX-License-Identifier: MIT OR Apache-2.0
//! From a model to the JSON that files hold, with the keys of Keras 3.0, which every later version reads.

mod compile;
mod functional;
mod sequential;

use firesteel_core::{Json, JsonMap, OptionValue, Result, Shape, json};

use super::decode::is_neutral;
use crate::graph::name_layers;
use crate::layers::decoder;
use crate::model::Body;
use crate::{Layer, LayerRef, Model};

/// Creates weights and names where they are not there yet.
///
/// # Errors
/// Whatever building the model reports; a model whose input shape is open is only named.
pub(super) fn prepare(model: &Model) -> Result<()> {
    match model.graph() {
        Err(error) if error.is_not_built() => name_layers(&model.layers()),
        _ => model.ensure_weights(),
    }
}

/// The whole model, with its compile settings.
///
/// # Errors
/// `Unsupported` for what a file cannot hold.
pub(super) fn model(model: &Model) -> Result<Json> {
    let mut object = model_object(model, &model.display_name(), true)?;
    object.insert("compile_config".to_owned(), compile::settings(model)?);
    Ok(Json::Object(object))
}

/// The config of a model under a name.
///
/// # Errors
/// `Unsupported` for what a file cannot hold.
pub(super) fn config(model: &Model, name: &str, trainable: bool) -> Result<JsonMap<String, Json>> {
    match &model.body {
        Body::Functional(graph) => functional::config(model, graph, name, trainable),
        Body::Sequential { layers, .. } => sequential::config(model, layers, name, trainable),
    }
}

fn model_object(model: &Model, name: &str, trainable: bool) -> Result<JsonMap<String, Json>> {
    let config = config(model, name, trainable)?;
    Ok(match &model.body {
        Body::Functional(_) => object(json!({
            "module": "keras.src.models.functional",
            "class_name": "Functional",
            "config": config,
            "registered_name": "Functional",
            "build_config": {"input_shape": null},
        })),
        Body::Sequential { .. } => {
            let shape = config.get("build_input_shape").cloned();
            let mut whole = object(json!({
                "module": "keras",
                "class_name": "Sequential",
                "config": config,
                "registered_name": null,
            }));
            if let Some(shape) = shape {
                whole.insert("build_config".to_owned(), json!({"input_shape": shape}));
            }
            whole
        }
    })
}

/// A layer, or a model that stands for one.
///
/// # Errors
/// `Unsupported` for what a file cannot hold.
fn layer_object(layer: &LayerRef) -> Result<JsonMap<String, Json>> {
    if let Some(model) = layer.as_model() {
        return model_object(model, layer.name(), layer.is_trainable());
    }
    let class = layer.class_name();
    let module = layer.as_layer().map_or("keras.layers", |layer| layer.module());
    let is_custom = module == "keras.layers" && class != "InputLayer" && decoder(class).is_err();
    let registered = match (is_custom, class.split_once('>')) {
        (true, Some(_)) => Json::from(class),
        (true, None) => Json::from(format!("Custom>{class}")),
        (false, _) if module.starts_with("keras.src") => Json::from(class),
        (false, _) => Json::Null,
    };
    let mut whole = object(json!({
        "module": if is_custom { Json::Null } else { Json::from(module) },
        "class_name": class.rsplit('>').next(),
        "config": layer_config(layer),
        "registered_name": registered,
    }));
    if let Some(shapes) = layer.built_for().filter(|_| module == "keras.layers") {
        let keyword = layer.as_layer().and_then(Layer::keyword);
        whole.insert("build_config".to_owned(), build_config(&shapes, keyword));
    }
    Ok(whole)
}

/// The shapes from which Keras builds a layer; the inputs behind the first one may have a keyword.
fn build_config(shapes: &[Shape], keyword: Option<&str>) -> Json {
    let encoded = |shapes: &[Shape]| match shapes {
        [one] => one.encode(),
        several => several.iter().map(Shape::encode).collect(),
    };
    match (keyword, shapes) {
        (Some(keyword), [first, rest @ ..]) if !rest.is_empty() => {
            let rest_name = format!("{keyword}_shape");
            json!({"shapes_dict": {"sequences_shape": first.encode(), (rest_name): encoded(rest)}})
        }
        _ => json!({"input_shape": encoded(shapes)}),
    }
}

/// The options of a layer, without those that younger versions added and that change nothing.
pub(super) fn layer_config(layer: &LayerRef) -> JsonMap<String, Json> {
    let Some(options) = layer.as_layer() else { return JsonMap::new() };
    let mut config = JsonMap::new();
    config.insert("name".to_owned(), Json::from(layer.name()));
    if layer.class_name() != "InputLayer" && options.module() == "keras.layers" {
        config.insert("trainable".to_owned(), Json::from(layer.is_trainable()));
        config.insert("dtype".to_owned(), Json::from("float32"));
    }
    config.extend(options.config().into_iter().filter(|(key, value)| !is_neutral(key, value)));
    config
}

fn object(json: Json) -> JsonMap<String, Json> {
    match json {
        Json::Object(object) => object,
        _ => JsonMap::new(),
    }
}
