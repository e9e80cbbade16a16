// SPDX-License-Identifier: MIT OR Apache-2.0
//! Chains: calls that run as one in inference.
//!
//! ```text
//! for each call whose layer can do more in its pass:
//!     while one call alone reads the output, which is none of the model's, and what it does is within reach:
//!         the call belongs to the chain; go on with its output
//! ```

use super::run::Graph;
use crate::{Reach, Step};

/// A call that the first of its chain does along.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Follower {
    /// Its place in the order of the calls.
    pub(super) index: usize,
    pub(super) step: Step,
}

/// For each call those that it can do along, in their order.
pub(super) fn chains(graph: &Graph) -> Vec<Vec<Follower>> {
    let readers = readers(graph);
    (0..graph.nodes.len()).map(|index| chain(graph, &readers, index)).collect()
}

/// The last call that reads each slot.
fn readers(graph: &Graph) -> Vec<Option<usize>> {
    let mut readers = vec![None; graph.uses.len()];
    for (index, (node, slots)) in graph.nodes.iter().zip(&graph.slots).enumerate() {
        if !graph.is_input(node) {
            slots.iter().for_each(|&slot| readers[slot] = Some(index));
        }
    }
    readers
}

fn chain(graph: &Graph, readers: &[Option<usize>], first: usize) -> Vec<Follower> {
    let node = &graph.nodes[first];
    let layer = node.layer.as_layer().filter(|_| !graph.is_input(node));
    let mut reach = layer.map_or(Reach::Nothing, |layer| layer.reach());
    let (mut chain, mut last) = (Vec::new(), first);
    while reach != Reach::Nothing
        && let Some(follower) = follower(graph, readers, last)
        && let Some(rest) = reach.after(follower.step)
    {
        chain.push(follower);
        (reach, last) = (rest, follower.index);
    }
    chain
}

/// The only call that reads the only output of another, and what it does.
fn follower(graph: &Graph, readers: &[Option<usize>], index: usize) -> Option<Follower> {
    let node = &graph.nodes[index];
    let slot = *graph.starts.get(&node.id)?;
    if node.shapes.len() != 1 || graph.uses[slot] != 1 {
        return None;
    }
    let index = readers[slot]?;
    let next = &graph.nodes[index];
    let [input] = next.inputs.as_slice() else { return None };
    let step = next.layer.as_layer()?.as_step(input.shape())?;
    (next.shapes.len() == 1).then_some(Follower { index, step })
}

#[cfg(test)]
mod tests;
