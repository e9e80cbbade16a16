// SPDX-License-Identifier: MIT OR Apache-2.0
//! Masks in the files of functional models.
//!
//! Where layers pass masks on while a model is put together, Keras writes the operations that compute them into the
//! graph, and the result as the argument `mask` of a recurrent layer. The same masks travel with the values here,
//! so that those operations are left out. A mask of any other origin is refused.

use std::collections::BTreeSet;

use firesteel_core::{Json, Result, err};

use super::call::{MASK, Reference};
use super::object::{list, shortened};

/// The operations of which Keras' layers make masks.
const OPERATIONS: [&str; 8] = [
    "Any",
    "Concatenate",
    "ExpandDims",
    "LogicalAnd",
    "LogicalOr",
    "NotEqual",
    "OnesLike",
    "ZerosLike",
];

/// The names of the operations that only compute masks which the layers pass on anyway.
///
/// # Errors
/// `Unsupported` for a mask that no layer makes, by the name of its operation; `Format` for a damaged list.
pub(super) fn computations(layers: &[Json]) -> Result<BTreeSet<&str>> {
    let mut found = BTreeSet::new();
    if !layers.iter().any(|entry| entry.get("inbound_nodes").is_some_and(has_mask)) {
        return Ok(found);
    }
    // operations come after what they take, mostly; until nothing changes, whatever the order
    loop {
        let before = found.len();
        for entry in layers {
            let name = name(entry);
            if is_operation(entry) && serves_masks(layers, name, &found)? {
                found.insert(name);
            }
        }
        if found.len() == before {
            break;
        }
    }
    for entry in layers.iter().filter(|entry| found.contains(name(entry))) {
        check_origin(layers, entry)?;
    }
    Ok(found)
}

fn name(entry: &Json) -> &str {
    entry["name"].as_str().or_else(|| entry["config"]["name"].as_str()).unwrap_or_default()
}

fn is_operation(entry: &Json) -> bool {
    let module = entry["module"].as_str().unwrap_or_default();
    module.contains(".ops.") && OPERATIONS.iter().any(|class| entry["class_name"] == *class)
}

fn has_mask(calls: &Json) -> bool {
    let mut calls = calls.as_array().into_iter().flatten();
    calls.any(|call| call["kwargs"].get(MASK).is_some_and(Json::is_object))
}

/// Whether something takes the operation's result, and all who do take it as a mask or for one.
fn serves_masks(layers: &[Json], operation: &str, found: &BTreeSet<&str>) -> Result<bool> {
    let mut serves = false;
    for entry in layers {
        for call in list(entry.get("inbound_nodes"), "inbound_nodes")? {
            let takes = |json: &Json| sources(json).contains(operation);
            if takes(&call["args"]) {
                if !found.contains(name(entry)) {
                    return Ok(false);
                }
                serves = true;
            }
            serves |= takes(call["kwargs"].get(MASK).unwrap_or(&Json::Null));
        }
    }
    Ok(serves)
}

/// The layers whose outputs stand anywhere in an argument.
fn sources(json: &Json) -> BTreeSet<&str> {
    match json {
        Json::Array(items) => items.iter().flat_map(sources).collect(),
        Json::Object(object) if object.get("class_name").is_some() => {
            let history = json["config"].get("keras_history").unwrap_or(&Json::Null);
            Reference::parse(history).map(|found| found.layer).into_iter().collect()
        }
        _ => BTreeSet::new(),
    }
}

/// Refuses a comparison that no `Masking` or `Embedding` of the model makes of the same tensor.
fn check_origin(layers: &[Json], operation: &Json) -> Result<()> {
    if operation["class_name"] != "NotEqual" {
        return Ok(());
    }
    let arguments = &operation["inbound_nodes"][0]["args"];
    let (tensor, value) = (&arguments[0]["config"]["keras_history"], arguments[1].as_f64());
    let makes_it = |entry: &&Json| {
        let config = &entry["config"];
        let masked = match entry["class_name"].as_str() {
            Some("Masking") => config["mask_value"].as_f64(),
            Some("Embedding") if config["mask_zero"] == Json::Bool(true) => Some(0.0),
            _ => None,
        };
        let mut calls = entry["inbound_nodes"].as_array().into_iter().flatten();
        masked.is_some()
            && masked == value
            && calls.any(|call| call["args"][0]["config"]["keras_history"] == *tensor)
    };
    if layers.iter().any(|entry| makes_it(&entry)) {
        return Ok(());
    }
    Err(err::unsupported(format!("the mask that `{}` computes", name(operation)))
        .expected("a mask of a layer `Masking` or `Embedding(mask_zero=True)`")
        .got(shortened(arguments))
        .fix("build that part of the model of layers"))
}
