// SPDX-License-Identifier: MIT OR Apache-2.0
//! Functional models.
//!
//! ```text
//! read all layers and their calls
//! for each layer in order, for each of its calls: make it, after
//!     the earlier calls of the same layer, so that calls keep their numbers, and
//!     the calls whose outputs it takes
//! the calls that wait for others stand on a stack; meeting one that already waits is a circle
//! ```

use std::collections::BTreeSet;
use std::sync::Arc;

use firesteel_core::{IndexMap, Json, JsonMap, Result, err};

use super::call::{Call, Reference, sorted};
use super::object::{list, shortened};
use super::{Decoder, masks, sanity};
use crate::graph::{Graph, Node, SymbolicTensor};
use crate::model::{Body, Keys};
use crate::{LayerRef, Model};

impl Decoder<'_> {
    pub(super) fn functional(&self, config: &JsonMap<String, Json>) -> Result<Model> {
        let mut builder = Builder::default();
        let layers = list(config.get("layers"), "layers")?;
        builder.masks = masks::computations(layers)?;
        for entry in layers {
            builder.add(self, entry)?;
        }
        builder.make_all()?;
        let (inputs, input_keys) = builder.ends(config.get("input_layers"), "input_layers")?;
        let (outputs, output_keys) = builder.ends(config.get("output_layers"), "output_layers")?;
        let mut graph = Graph::new(inputs, outputs)?;
        // the file's own order is the one by which its weights are numbered
        let position = |layer: &LayerRef| builder.parts.get_index_of(layer.name());
        graph.layers.sort_by_key(|layer| position(layer).unwrap_or(usize::MAX));
        let mut model = Model::with_body(Body::Functional(graph));
        (model.input_keys, model.output_keys) = (input_keys, output_keys);
        Ok(match config.get("name").and_then(Json::as_str) {
            Some(name) => model.name(name),
            None => model,
        })
    }
}

/// A layer, its calls as the file lists them, and those that were made.
struct Part<'a> {
    layer: LayerRef,
    calls: Vec<Call<'a>>,
    nodes: Vec<Arc<Node>>,
}

#[derive(Default)]
struct Builder<'a> {
    parts: IndexMap<&'a str, Part<'a>>,
    /// Operations that are left out, since they compute what travels with the values.
    masks: BTreeSet<&'a str>,
    calls: usize,
    tensors: usize,
}

/// A call by the position of its layer and its number.
type Place = (usize, usize);

impl<'a> Builder<'a> {
    fn add(&mut self, decoder: &Decoder<'_>, entry: &'a Json) -> Result<()> {
        let given = entry["name"].as_str().or_else(|| entry["config"]["name"].as_str());
        let Some(name) = given.filter(|name| !name.is_empty()) else {
            return Err(err::format("config", "a layer without a name").got(shortened(entry)));
        };
        if self.masks.contains(name) {
            return Ok(());
        }
        let inbound = list(entry.get("inbound_nodes"), "inbound_nodes")?;
        self.calls += inbound.len() + 1;
        let at = |error: firesteel_core::Error| error.at(format!("layer `{name}`"));
        let calls = inbound.iter().map(|entry| Call::parse(entry, &self.masks));
        let calls = calls.collect::<Result<Vec<_>>>().map_err(at)?;
        self.tensors += calls.iter().map(|call| call.inputs.len()).sum::<usize>();
        sanity::check_counts(self.calls, self.tensors)?;
        let only_call = inbound.first().filter(|_| inbound.len() == 1);
        let layer = decoder.layer(entry, only_call)?.layer;
        let is_op = layer.as_layer().is_some_and(|layer| layer.module().contains(".ops"));
        if !is_op && calls.iter().any(|call| call.constants > 0) {
            return Err(at(err::unsupported("an argument that is no tensor")));
        }
        layer.give_name(name.to_owned());
        let nodes = if layer.class_name() == "InputLayer" {
            let shapes = layer.output_shapes(&[])?;
            sanity::check_shapes(name, &shapes)?;
            vec![Node::with_shapes(layer.clone(), Vec::new(), shapes)]
        } else {
            Vec::new()
        };
        if layer.name() != name || self.parts.insert(name, Part { layer, calls, nodes }).is_some() {
            return Err(err::format("config", "two layers have one name, or one has two")
                .got(format!("`{name}`")));
        }
        Ok(())
    }

    fn make_all(&mut self) -> Result<()> {
        for part in 0..self.parts.len() {
            for call in self.parts[part].nodes.len()..self.parts[part].calls.len() {
                self.make((part, call))?;
            }
        }
        Ok(())
    }

    /// Makes a call and before it all that it needs.
    fn make(&mut self, place: Place) -> Result<()> {
        // beside each call that waits, how many of its inputs are there
        let mut waiting: IndexMap<Place, usize> = IndexMap::from([(place, 0)]);
        while let Some((&(part, call), ready)) = waiting.last_mut() {
            if self.parts[part].nodes.len() > call {
                waiting.pop();
                continue;
            }
            match self.missing(part, call, ready)? {
                None => self.make_now(part, call)?,
                Some(needed) => {
                    if waiting.insert(needed, 0).is_some() {
                        return Err(err::format("config", "the layers go round in a circle")
                            .got(format!("layer `{}`", self.parts[part].layer.name())));
                    }
                }
            }
        }
        Ok(())
    }

    /// A call that must be made before this one, of whose inputs so many are ready.
    fn missing(&self, part: usize, call: usize, ready: &mut usize) -> Result<Option<Place>> {
        if self.parts[part].nodes.len() < call {
            return Ok(Some((part, call - 1)));
        }
        while let Some(input) = self.parts[part].calls[call].inputs.get(*ready) {
            let (part, call) = self.place(input, false)?;
            if self.parts[part].nodes.len() <= call {
                return Ok(Some((part, call)));
            }
            *ready += 1;
        }
        Ok(None)
    }

    fn make_now(&mut self, part: usize, call: usize) -> Result<()> {
        let Part { layer, calls, .. } = &self.parts[part];
        let references = calls[call].inputs.iter();
        let inputs =
            references.map(|input| self.tensor(input, false)).collect::<Result<Vec<_>>>()?;
        let at = |error: firesteel_core::Error| error.at(format!("layer `{}`", layer.name()));
        if inputs.is_empty() {
            return Err(at(err::format("config", "a call without a tensor")));
        }
        let node =
            Node::call_with(layer.clone(), inputs, calls[call].kwargs.clone()).map_err(at)?;
        sanity::check_shapes(layer.name(), &node.shapes)?;
        self.parts[part].nodes.push(node);
        Ok(())
    }

    /// The call that a reference means. Models are counted from one among the ends, and by Keras 2 everywhere.
    fn place(&self, reference: &Reference<'_>, is_end: bool) -> Result<Place> {
        let found = self.parts.get_full(reference.layer);
        let Some((index, _, part)) = found else {
            let known = self.parts.keys().copied();
            return Err(err::unknown_name("layer", reference.layer, known).at("inbound_nodes"));
        };
        let is_model = part.layer.as_model().is_some();
        let from_one =
            (reference.from_one && is_model) || (is_end && part.layer.class_name() == "Functional");
        let call = if from_one { reference.call.saturating_sub(1) } else { reference.call };
        let known = part.calls.len().max(part.nodes.len());
        if call >= known {
            return Err(err::format(format!("layer `{}`", reference.layer), "a call is missing")
                .expected(format!("a call below {known}"))
                .got(call));
        }
        Ok((index, call))
    }

    fn tensor(&self, reference: &Reference<'_>, is_end: bool) -> Result<SymbolicTensor> {
        let (part, call) = self.place(reference, is_end)?;
        let found = self.parts[part].nodes.get(call).map(Node::outputs);
        let outputs = found.ok_or_else(|| err::internal("a call was not made in time"))?;
        let count = outputs.len();
        outputs.into_iter().nth(reference.output).ok_or_else(|| {
            err::format(format!("layer `{}`", reference.layer), "an output is missing")
                .expected(format!("an output below {count}"))
                .got(reference.output)
        })
    }

    /// The tensors at which the model begins or ends: one, a list, or a mapping.
    fn ends(&self, json: Option<&Json>, what: &str) -> Result<(Vec<SymbolicTensor>, Keys)> {
        let json = json.unwrap_or(&Json::Null);
        let tensor = |json| self.tensor(&Reference::parse(json)?, true);
        match json {
            one if Reference::is_one(one) => Ok((vec![tensor(one)?], None)),
            Json::Array(items) if !items.is_empty() => {
                Ok((items.iter().map(tensor).collect::<Result<_>>()?, None))
            }
            Json::Object(object) if !object.is_empty() => {
                let entries = sorted(object);
                let keys = entries.iter().map(|(key, _)| (*key).clone()).collect();
                let tensors = entries.iter().map(|(_, json)| tensor(json));
                Ok((tensors.collect::<Result<_>>()?, Some(keys)))
            }
            _ => Err(err::format("config", format!("`{what}` is damaged"))
                .expected("a tensor, a list or a mapping of tensors")
                .got(shortened(json))),
        }
    }
}
