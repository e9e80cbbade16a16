// SPDX-License-Identifier: MIT OR Apache-2.0
//! The order of layers in a model, which three file formats depend on.
//!
//! ```text
//! depth(call)  = longest way from the call to an output
//! depth(layer) = the largest depth of its calls
//! order        = depth descending, then the index at which a depth-first walk first met the layer,
//!                starting at the outputs and visiting the inputs of each call in argument order
//! ```
//! Source: Keras 3.15.1, `keras/src/ops/function.py`, `map_graph`.

use std::collections::VecDeque;
use std::sync::Arc;

use firesteel_core::{IndexMap, Result, err};

use super::{LayerRef, Node, SymbolicTensor};

/// Calls from the inputs to the outputs, and layers as Keras lists them.
pub(crate) struct Order {
    pub(crate) nodes: Vec<Arc<Node>>,
    pub(crate) layers: Vec<LayerRef>,
}

/// Orders everything between inputs and outputs.
///
/// # Errors
/// `InvalidArgument` when an output does not depend on the inputs alone.
pub(crate) fn order(inputs: &[SymbolicTensor], outputs: &[SymbolicTensor]) -> Result<Order> {
    let mut walk = Walk { inputs, finished: IndexMap::new(), indices: IndexMap::new() };
    for output in outputs {
        walk.visit(output)?;
    }
    let (nodes, mut depths) = walk.depths();
    for input in inputs {
        // an input that nothing uses still belongs to the model
        let layer = &input.node().layer;
        walk.indices.entry(layer.id()).or_insert((layer.clone(), -1));
        depths.entry(layer.id()).or_insert(0);
    }
    let mut layers: Vec<(usize, i64, LayerRef)> = walk
        .indices
        .into_iter()
        .map(|(id, (layer, index))| (depths.get(&id).copied().unwrap_or(0), index, layer))
        .collect();
    layers.sort_by_key(|(depth, index, _)| (std::cmp::Reverse(*depth), *index));
    Ok(Order { nodes, layers: layers.into_iter().map(|(_, _, layer)| layer).collect() })
}

struct Walk<'a> {
    inputs: &'a [SymbolicTensor],
    /// Calls in decreasing depth: a call comes after everything it needs.
    finished: IndexMap<u64, Arc<Node>>,
    indices: IndexMap<u64, (LayerRef, i64)>,
}

/// A call whose inputs are being visited.
struct Visit {
    node: Arc<Node>,
    waiting: VecDeque<SymbolicTensor>,
}

impl Walk<'_> {
    /// Visits everything that a tensor depends on; with a stack of its own, as chains may be long.
    fn visit(&mut self, tensor: &SymbolicTensor) -> Result<()> {
        let mut stack = Vec::new();
        self.enter(tensor, &mut stack)?;
        while let Some(visit) = stack.last_mut() {
            match visit.waiting.pop_front() {
                Some(input) => self.enter(&input, &mut stack)?,
                None => {
                    let node = Arc::clone(&visit.node);
                    stack.pop();
                    self.finished.insert(node.id, node);
                }
            }
        }
        Ok(())
    }

    /// Puts a call on the stack with the inputs that come before it.
    fn enter(&mut self, tensor: &SymbolicTensor, stack: &mut Vec<Visit>) -> Result<()> {
        let node = tensor.node();
        if self.finished.contains_key(&node.id) {
            return Ok(());
        }
        let next = self.indices.len() as i64;
        self.indices.entry(node.layer.id()).or_insert_with(|| (node.layer.clone(), next));
        let is_input = self.inputs.iter().any(|input| input.is(tensor));
        if !is_input && node.inputs.is_empty() {
            return Err(err::invalid_argument("Model", "inputs")
                .expected("all inputs that the outputs depend on")
                .got(format!("a list without an input of shape {}", tensor.shape()))
                .fix("add it to the inputs of the model"));
        }
        let waiting =
            if is_input { VecDeque::new() } else { node.inputs.iter().cloned().collect() };
        stack.push(Visit { node: Arc::clone(node), waiting });
        Ok(())
    }

    /// Calls sorted for execution, and the depth of each layer.
    fn depths(&self) -> (Vec<Arc<Node>>, IndexMap<u64, usize>) {
        let mut of_layer: IndexMap<u64, usize> = IndexMap::new();
        let mut of_node: IndexMap<u64, usize> = IndexMap::new();
        for node in self.finished.values().rev() {
            let own = of_node.get(&node.id).copied().unwrap_or(0);
            let depth = own.max(of_layer.get(&node.layer.id()).copied().unwrap_or(0));
            of_layer.insert(node.layer.id(), depth);
            of_node.insert(node.id, depth);
            for input in &node.inputs {
                let known = of_node.entry(input.node().id).or_insert(0);
                *known = (*known).max(depth + 1);
            }
        }
        // finished is already an order in which everything comes after what it needs
        (self.finished.values().cloned().collect(), of_layer)
    }
}
