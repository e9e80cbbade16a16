// SPDX-License-Identifier: MIT OR Apache-2.0
//! The configs of the old format, made of those of the new one.

use firesteel_core::names::snake_case;
use firesteel_core::{Json, JsonMap, Result, err, json};

use crate::losses::AnyLoss;

/// Leaves what the old format has: class, config, and the calls of a functional model.
///
/// # Errors
/// `Unsupported` for an operation of `keras.ops`, which without its module would be taken for a layer.
pub(super) fn simplify(object: &mut Json) -> Result<()> {
    let Some(map) = object.as_object_mut() else { return Ok(()) };
    if map.get("module").and_then(Json::as_str).is_some_and(|module| module.contains(".ops.")) {
        let class = map.get("class_name").and_then(Json::as_str).unwrap_or_default();
        return Err(err::unsupported(format!("the operation `{class}` in an `.h5` file"))
            .fix("save the model as `.keras`"));
    }
    for name in ["module", "registered_name", "build_config", "compile_config"] {
        map.shift_remove(name);
    }
    let layers = map.get_mut("config").and_then(|config| config.get_mut("layers"));
    let layers = layers.and_then(Json::as_array_mut);
    layers.into_iter().flatten().try_for_each(simplify)
}

/// Takes the compile settings out of a model's object, as the old format has them.
pub(super) fn training(object: &mut Json) -> Option<JsonMap<String, Json>> {
    let mut settings = match object.as_object_mut()?.remove("compile_config")? {
        Json::Object(settings) => settings,
        _ => return None,
    };
    let optimizer = settings.remove("optimizer").unwrap_or_default();
    for (name, value) in &mut settings {
        plain(value);
        if name == "loss" || name.ends_with("metrics") {
            long_names(value);
        }
    }
    settings.insert(
        "optimizer_config".to_owned(),
        json!({"class_name": optimizer["class_name"], "config": optimizer["config"]}),
    );
    Some(settings)
}

/// Leaves class and config of every object.
fn plain(json: &mut Json) {
    match json {
        Json::Array(items) => items.iter_mut().for_each(plain),
        Json::Object(object) => {
            if object.contains_key("class_name") {
                object.retain(|name, _| name == "class_name" || name == "config");
            } else {
                object.values_mut().for_each(plain);
            }
        }
        _ => {}
    }
}

/// Spells abbreviations out: real Keras does not find `mse` when it reads an `.h5`.
fn long_names(json: &mut Json) {
    match json {
        Json::Array(items) => items.iter_mut().for_each(long_names),
        Json::Object(object) if !object.contains_key("class_name") => {
            object.values_mut().for_each(long_names);
        }
        Json::String(name) => {
            if let Ok(loss) = AnyLoss::from(name.as_str()).resolve() {
                *name = snake_case(loss.type_name());
            }
        }
        _ => {}
    }
}
