// SPDX-License-Identifier: MIT OR Apache-2.0
//! The config of a functional model: layers, and for each the calls that made its tensors.

use std::sync::Arc;

use firesteel_core::{IndexMap, Json, JsonMap, OptionValue, Result, err, json};

use super::{layer_object, object};
use crate::Model;
use crate::graph::{Graph, Node, SymbolicTensor};
use crate::model::Keys;

pub(super) fn config(
    model: &Model,
    graph: &Graph,
    name: &str,
    trainable: bool,
) -> Result<JsonMap<String, Json>> {
    refuse_inner_inputs(graph)?;
    let calls = Calls::of(graph);
    let layer = |(id, nodes): (&u64, &Vec<Arc<Node>>)| {
        let layer = graph.layers.iter().find(|layer| layer.id() == *id);
        let layer = layer.ok_or_else(|| err::internal("a call of a layer that is not there"))?;
        let mut entry = layer_object(layer)?;
        let inbound = nodes.iter().filter(|node| !node.inputs.is_empty());
        entry.insert("name".to_owned(), Json::from(layer.name()));
        entry.insert(
            "inbound_nodes".to_owned(),
            inbound.map(|node| calls.call(node)).collect::<Result<Json>>()?,
        );
        Ok(Json::Object(entry))
    };
    let layers = calls.by_layer.iter().map(layer).collect::<Result<Json>>()?;
    let ends = |tensors: &[SymbolicTensor], keys: &Keys| {
        let references = tensors.iter().map(|tensor| calls.end(tensor)).collect();
        structure(references, keys)
    };
    Ok(object(json!({
        "name": name,
        "trainable": trainable,
        "layers": layers,
        "input_layers": ends(&graph.inputs, &model.input_keys),
        "output_layers": ends(&graph.outputs, &model.output_keys),
    })))
}

/// A model that begins in the middle of another one has no layer for its inputs.
fn refuse_inner_inputs(graph: &Graph) -> Result<()> {
    match graph.inputs.iter().find(|input| !input.node().inputs.is_empty()) {
        None => Ok(()),
        Some(input) => Err(err::unsupported("saving a model that begins within another one")
            .got(format!("an input that is the output of `{}`", input.node().layer.name()))
            .fix("give the model inputs of its own")),
    }
}

/// The element type: that of an input, which may be whole numbers, and floats everywhere else.
fn dtype(tensor: &SymbolicTensor) -> Json {
    let input = tensor.node().layer.as_layer().filter(|layer| layer.type_name() == "InputLayer");
    input.and_then(|input| input.get("dtype")).unwrap_or_else(|| Json::from("float32"))
}

/// One value as it is, several as a list, or as a mapping where they have keys.
fn structure(mut values: Vec<Json>, keys: &Keys) -> Json {
    match keys {
        Some(keys) => Json::Object(keys.iter().cloned().zip(values).collect()),
        None if values.len() == 1 => values.swap_remove(0),
        None => Json::Array(values),
    }
}

/// The calls of every layer of a graph, in the order in which they were made.
struct Calls {
    by_layer: IndexMap<u64, Vec<Arc<Node>>>,
    /// The number of each call among those of its layer.
    numbers: IndexMap<u64, usize>,
}

impl Calls {
    fn of(graph: &Graph) -> Self {
        let layers = graph.layers.iter().map(|layer| (layer.id(), Vec::new()));
        let mut by_layer: IndexMap<u64, Vec<Arc<Node>>> = layers.collect();
        for node in &graph.nodes {
            by_layer.entry(node.layer.id()).or_default().push(Arc::clone(node));
        }
        by_layer.values_mut().for_each(|nodes| nodes.sort_by_key(|node| node.id));
        let numbered = |nodes: &Vec<Arc<Node>>| {
            nodes.iter().enumerate().map(|(number, node)| (node.id, number)).collect::<Vec<_>>()
        };
        let numbers = by_layer.values().flat_map(numbered).collect();
        Self { by_layer, numbers }
    }

    /// Layer, number of the call, number of the output.
    fn reference(&self, tensor: &SymbolicTensor, offset: usize) -> Json {
        let node = tensor.node();
        let number = self.numbers.get(&node.id).copied().unwrap_or(0) + offset;
        json!([node.layer.name(), number, tensor.index()])
    }

    /// A reference among the model's inputs or outputs, where Keras counts the calls of a functional model from one.
    fn end(&self, tensor: &SymbolicTensor) -> Json {
        let is_functional = tensor.node().layer.class_name() == "Functional";
        self.reference(tensor, usize::from(is_functional))
    }

    fn call(&self, node: &Node) -> Result<Json> {
        let tensor = |tensor: &SymbolicTensor| {
            json!({
                "class_name": "__keras_tensor__",
                "config": {
                    "shape": tensor.shape().encode(),
                    "dtype": dtype(tensor),
                    "keras_history": self.reference(tensor, 0),
                },
            })
        };
        let mut tensors: Vec<Json> = node.inputs.iter().map(tensor).collect();
        let mut kwargs = match &node.kwargs {
            Some(Json::Object(kwargs)) => kwargs.clone(),
            _ => JsonMap::new(),
        };
        let keyword = node.layer.as_layer().and_then(|layer| layer.keyword());
        if let Some(keyword) = keyword.filter(|_| tensors.len() > 1) {
            kwargs.insert(keyword.to_owned(), structure(tensors.split_off(1), &None));
        }
        let arguments = match (node.layer.as_layer(), node.layer.as_model()) {
            (Some(layer), _) => layer.arguments(tensors),
            (_, Some(model)) => vec![structure(tensors, &model.input_keys)],
            _ => return Err(err::internal("neither layer nor model")),
        };
        Ok(json!({"args": arguments, "kwargs": kwargs}))
    }
}
