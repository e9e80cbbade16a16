// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Graph`: calls in order, ready to run.

use std::sync::Arc;

use firesteel_core::{IndexMap, Result, Shape, err};
use firesteel_tensor::{Device, Tensor, ops};

use super::chains::{Follower, chains};
use super::order::{Order, order};
use super::{Flow, LayerRef, Node, SymbolicTensor};
use crate::layer::{CallCx, Mask, Start};
use crate::{Step, Tail};

/// A graph of layer calls between inputs and outputs.
#[derive(Clone)]
pub(crate) struct Graph {
    pub(crate) inputs: Vec<SymbolicTensor>,
    pub(crate) outputs: Vec<SymbolicTensor>,
    pub(crate) layers: Vec<LayerRef>,
    pub(crate) nodes: Vec<Arc<Node>>,
    /// For each call the slots of its inputs; a slot is a place for one value.
    pub(super) slots: Vec<Vec<usize>>,
    /// The first slot of each call's outputs.
    pub(super) starts: IndexMap<u64, usize>,
    slot_count: usize,
    /// How often each slot is read, so that a value goes as soon as nobody needs it.
    pub(super) uses: Vec<usize>,
    /// For each call those that it does along in inference.
    pub(super) chains: Vec<Vec<Follower>>,
}

impl Graph {
    /// Orders the calls between inputs and outputs and names their layers.
    ///
    /// # Errors
    /// `InvalidArgument` when an output needs another input, or two layers have one name; whatever an input refuses.
    pub(crate) fn new(inputs: Vec<SymbolicTensor>, outputs: Vec<SymbolicTensor>) -> Result<Self> {
        let Order { nodes, layers } = order(&inputs, &outputs)?;
        name_layers(&layers)?;
        // an input is made before anything can be refused
        let made = inputs.iter().map(SymbolicTensor::node).filter(|node| node.inputs.is_empty());
        for node in made.filter(|node| node.layer.class_name() == "InputLayer") {
            node.layer.output_shapes(&[])?;
        }
        let mut starts = IndexMap::new();
        let mut slot_count = 0;
        for node in inputs.iter().map(SymbolicTensor::node).chain(&nodes) {
            starts.entry(node.id).or_insert_with(|| {
                let start = slot_count;
                slot_count += node.shapes.len();
                start
            });
        }
        let mut graph = Self {
            inputs,
            outputs,
            layers,
            nodes,
            slots: Vec::new(),
            starts,
            slot_count,
            uses: Vec::new(),
            chains: Vec::new(),
        };
        let slots_of = |node: &Arc<Node>| node.inputs.iter().map(|x| graph.slot(x)).collect();
        graph.slots = graph.nodes.iter().map(slots_of).collect();
        graph.uses = graph.count_uses();
        graph.chains = chains(&graph);
        Ok(graph)
    }

    fn slot(&self, tensor: &SymbolicTensor) -> usize {
        self.starts.get(&tensor.node().id).map_or(usize::MAX, |start| start + tensor.index())
    }

    pub(super) fn is_input(&self, node: &Node) -> bool {
        self.inputs.iter().any(|input| input.node().id == node.id)
    }

    fn count_uses(&self) -> Vec<usize> {
        let mut uses = vec![0; self.slot_count];
        for (node, slots) in self.nodes.iter().zip(&self.slots) {
            if !self.is_input(node) {
                slots.iter().for_each(|&slot| uses[slot] += 1);
            }
        }
        self.outputs.iter().for_each(|output| uses[self.slot(output)] += 1);
        uses
    }

    /// Creates all weights.
    pub(crate) fn build(&self, start: &Start, device: &Device) -> Result<()> {
        for node in self.nodes.iter().filter(|node| !self.is_input(node)) {
            let shapes: Vec<Shape> = node.inputs.iter().map(|x| x.shape().clone()).collect();
            node.layer.build(&shapes, start, device)?;
        }
        Ok(())
    }

    /// Computes the outputs of inputs whose masks are in the context, and their masks.
    ///
    /// # Errors
    /// `Shape` when an input does not fit; whatever a layer reports, with its name.
    pub(crate) fn run(&self, inputs: &[Tensor], cx: &CallCx) -> Result<Vec<Flow>> {
        self.check(inputs)?;
        let mut flows: Vec<Option<Flow>> = vec![None; self.slot_count];
        let mut uses = self.uses.clone();
        let masks = cx.masks().iter().cloned().chain(std::iter::repeat(None));
        for ((place, value), mask) in self.inputs.iter().zip(inputs).zip(masks) {
            flows[self.slot(place)] = Some(Flow { value: value.clone(), mask });
        }
        let mut done = vec![false; self.nodes.len()];
        for (index, (node, slots)) in self.nodes.iter().zip(&self.slots).enumerate() {
            if done[index] || self.is_input(node) {
                continue;
            }
            let arguments = slots
                .iter()
                .map(|&slot| take(&mut flows, &mut uses, slot))
                .collect::<Result<Vec<_>>>()?;
            let (values, masks): (Vec<Tensor>, Vec<Mask>) =
                arguments.into_iter().map(|flow| (flow.value, flow.mask)).unzip();
            // as in Keras, what the model does goes before the `training` that a call was made with
            let cx = cx.clone().with_masks(masks);
            let chain = self.chain(index, &cx);
            let results = self.call(index, chain, &values, &cx)?;
            chain.iter().for_each(|follower| done[follower.index] = true);
            let last = chain.last().map_or(node, |follower| &self.nodes[follower.index]);
            let start = self.starts[&last.id];
            for (offset, result) in results.into_iter().enumerate() {
                flows[start + offset] = Some(result);
            }
        }
        self.outputs.iter().map(|output| take(&mut flows, &mut uses, self.slot(output))).collect()
    }

    /// The calls that one does along: in inference, where nothing is masked.
    pub(super) fn chain(&self, index: usize, cx: &CallCx) -> &[Follower] {
        let plain = !cx.is_training() && cx.masks().iter().all(Option::is_none);
        if plain { &self.chains[index] } else { &[] }
    }

    /// Computes a call and those that it does along.
    fn call(
        &self,
        index: usize,
        chain: &[Follower],
        values: &[Tensor],
        cx: &CallCx,
    ) -> Result<Vec<Flow>> {
        let layer = &self.nodes[index].layer;
        if chain.is_empty() {
            return layer.forward(values, cx);
        }
        let mut tail = Tail::from(ops::Activation::Linear);
        for follower in chain {
            match follower.step {
                Step::Affine => tail.affine = Some(self.nodes[follower.index].layer.affine()?),
                Step::Activation(activation) => tail.activation = activation,
            }
        }
        Ok(vec![Flow { value: layer.forward_with_tail(values, &tail)?, mask: None }])
    }

    fn check(&self, inputs: &[Tensor]) -> Result<()> {
        if inputs.len() != self.inputs.len() {
            return Err(err::shape("Model", "the number of inputs does not fit")
                .expected(self.inputs.len())
                .got(inputs.len()));
        }
        for (place, value) in self.inputs.iter().zip(inputs) {
            if !place.shape().accepts(value.shape()) {
                let name = place.node().layer.name();
                return Err(err::shape(format!("input `{name}`"), "the shape does not fit")
                    .expected(place.shape())
                    .got(value));
            }
        }
        Ok(())
    }
}

fn take(flows: &mut [Option<Flow>], uses: &mut [usize], slot: usize) -> Result<Flow> {
    let missing = || err::internal("a layer ran before its inputs were there");
    let remaining = uses.get_mut(slot).ok_or_else(missing)?;
    *remaining = remaining.saturating_sub(1);
    let flow = if *remaining == 0 { flows[slot].take() } else { flows[slot].clone() };
    flow.ok_or_else(missing)
}

/// Gives every layer without a name the one Keras would: `dense`, `dense_1`, in the order of creation.
pub(crate) fn name_layers(layers: &[LayerRef]) -> Result<()> {
    let mut by_creation: Vec<&LayerRef> = layers.iter().collect();
    by_creation.sort_by_key(|layer| layer.id());
    let mut taken: IndexMap<String, usize> = IndexMap::new();
    for layer in by_creation.iter().filter(|layer| layer.has_name()) {
        if taken.insert(layer.name().to_owned(), 1).is_some() {
            return Err(err::invalid_argument("Model", "layers")
                .expected("layers of different names")
                .got(format!("two layers named `{}`", layer.name()))
                .fix("rename one with `.name(..)`"));
        }
    }
    for layer in by_creation {
        if layer.has_name() {
            continue;
        }
        let base = layer.default_name();
        let mut name = base.clone();
        let mut number = 0;
        while taken.contains_key(&name) {
            number += 1;
            name = format!("{base}_{number}");
        }
        taken.insert(name.clone(), 1);
        layer.give_name(name);
    }
    Ok(())
}
