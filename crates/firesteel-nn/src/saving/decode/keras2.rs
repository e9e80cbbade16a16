// SPDX-License-Identifier: MIT OR Apache-2.0
//! What Keras 2 writes otherwise.

use firesteel_core::{Json, JsonMap};

/// Takes the shape of the input, with the batch axis, out of the config of a first layer.
pub(super) fn batch_shape(config: &mut JsonMap<String, Json>) -> Option<Json> {
    let with_batch = ["batch_shape", "batch_input_shape"].map(|key| config.remove(key));
    let without = config.remove("input_shape");
    config.remove("input_dtype");
    with_batch.into_iter().flatten().find(|shape| !shape.is_null()).or_else(|| {
        let mut shape = vec![Json::Null];
        shape.extend(without?.as_array()?.iter().cloned());
        Some(Json::Array(shape))
    })
}

/// Options that have another name or form today.
pub(super) fn rename(class: &str, config: &mut JsonMap<String, Json>) {
    if class == "LeakyReLU"
        && let Some(alpha) = config.remove("alpha")
    {
        config.insert("negative_slope".to_owned(), alpha);
    }
    if class == "Embedding" {
        config.remove("input_length");
    }
    let axis = config.get("axis").and_then(Json::as_array).map(Vec::as_slice);
    if let Some([only]) = axis {
        let only = only.clone();
        config.insert("axis".to_owned(), only);
    }
}

/// The optimizer of an old `.h5`: its rate may be called `lr`, and options of Keras 2 alone are dropped.
pub(super) fn optimizer(mut object: Json) -> Json {
    if let Some(config) = object.get_mut("config").and_then(Json::as_object_mut) {
        if let Some(rate) = config.remove("lr") {
            config.insert("learning_rate".to_owned(), rate);
        }
        for name in ["decay", "jit_compile", "is_legacy_optimizer", "schedule_decay"] {
            config.remove(name);
        }
    }
    object
}
