// SPDX-License-Identifier: MIT OR Apache-2.0
//! Masks in the files of functional models.
//!
//! Where layers pass masks on while a model is put together, Keras writes the operations that compute them into the
//! graph, and the result as the argument `mask` of a recurrent layer. The same masks travel with the values here,
//! so that those operations are left out. A mask of any other origin is refused.
//!
//! ```text
//! walk over all calls once: who takes what, how many take an operation otherwise than as a mask
//! from the operations given as masks back: one whose takers are all found is found
//! ```

use std::collections::{BTreeMap, BTreeSet};

use firesteel_core::{Json, Result, err};

use super::call::{MASK, Reference};
use super::object::{list, shortened};
use super::sanity;

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
/// `Unsupported` for a mask that no layer makes, by the name of its operation; `Format` for a damaged list, or for
/// more calls than any model has.
pub(super) fn computations(layers: &[Json]) -> Result<BTreeSet<&str>> {
    if !layers.iter().any(|entry| entry.get("inbound_nodes").is_some_and(has_mask)) {
        return Ok(BTreeSet::new());
    }
    let found = Takers::read(layers)?.computations();
    let origins = origins(layers);
    for entry in layers.iter().filter(|entry| found.contains(name(entry))) {
        check_origin(&origins, entry)?;
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

/// Who takes what, over all calls of a model.
#[derive(Default)]
struct Takers<'a> {
    operations: BTreeSet<&'a str>,
    /// What is given as a mask.
    masks: BTreeSet<&'a str>,
    /// By the name of a layer, what its calls take otherwise.
    takes: BTreeMap<&'a str, Vec<&'a str>>,
    /// By the name of a layer, how many calls take its output otherwise and are not found yet.
    others: BTreeMap<&'a str, usize>,
}

impl<'a> Takers<'a> {
    fn read(layers: &'a [Json]) -> Result<Self> {
        let mut takers = Self::default();
        let (mut calls, mut tensors) = (0, 0);
        for entry in layers {
            let name = name(entry);
            if is_operation(entry) {
                takers.operations.insert(name);
            }
            let inbound = list(entry.get("inbound_nodes"), "inbound_nodes")?;
            calls += inbound.len() + 1;
            for call in inbound {
                takers.masks.extend(sources(call["kwargs"].get(MASK).unwrap_or(&Json::Null)));
                let taken = sources(&call["args"]);
                tensors += taken.len();
                sanity::check_counts(calls, tensors)?;
                for source in taken {
                    takers.takes.entry(name).or_default().push(source);
                    *takers.others.entry(source).or_default() += 1;
                }
            }
        }
        Ok(takers)
    }

    /// The operations that serve as masks, or for operations that do, and for nothing else.
    fn computations(mut self) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::new();
        let masks = self.masks.iter().copied();
        let mut waiting: Vec<&str> = masks.filter(|mask| self.serves_no_other(mask)).collect();
        while let Some(operation) = waiting.pop() {
            found.insert(operation);
            for source in self.takes.remove(operation).unwrap_or_default() {
                if let Some(others) = self.others.get_mut(source) {
                    *others -= 1;
                }
                if self.serves_no_other(source) {
                    waiting.push(source);
                }
            }
        }
        found
    }

    fn serves_no_other(&self, name: &str) -> bool {
        self.operations.contains(name) && self.others.get(name).is_none_or(|&others| others == 0)
    }
}

/// A tensor as the file writes it, and a value that a layer masks in it.
type Origin = (String, u64);

fn origin(tensor: &Json, value: f64) -> Origin {
    // both zeros are one value
    (tensor.to_string(), (value + 0.0).to_bits())
}

/// Of what the layers `Masking` and `Embedding` make masks.
fn origins(layers: &[Json]) -> BTreeSet<Origin> {
    let mut found = BTreeSet::new();
    for entry in layers {
        let config = &entry["config"];
        let value = match entry["class_name"].as_str() {
            Some("Masking") => config["mask_value"].as_f64(),
            Some("Embedding") if config["mask_zero"] == Json::Bool(true) => Some(0.0),
            _ => None,
        };
        let Some(value) = value else { continue };
        let calls = entry["inbound_nodes"].as_array().into_iter().flatten();
        let tensors = calls.map(|call| &call["args"][0]["config"]["keras_history"]);
        found.extend(tensors.map(|tensor| origin(tensor, value)));
    }
    found
}

/// Refuses a comparison that no `Masking` or `Embedding` of the model makes of the same tensor.
fn check_origin(origins: &BTreeSet<Origin>, operation: &Json) -> Result<()> {
    if operation["class_name"] != "NotEqual" {
        return Ok(());
    }
    let arguments = &operation["inbound_nodes"][0]["args"];
    let (tensor, value) = (&arguments[0]["config"]["keras_history"], arguments[1].as_f64());
    if value.is_some_and(|value| origins.contains(&origin(tensor, value))) {
        return Ok(());
    }
    Err(err::unsupported(format!("the mask that `{}` computes", name(operation)))
        .expected("a mask of a layer `Masking` or `Embedding(mask_zero=True)`")
        .got(shortened(arguments))
        .fix("build that part of the model of layers"))
}
