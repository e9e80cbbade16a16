// SPDX-License-Identifier: MIT OR Apache-2.0
//! `SymbolicTensor`: what flows between layers before there are numbers.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use firesteel_core::{Json, Result, Shape};

use super::LayerRef;
use crate::model::Keys;

/// A tensor that a layer will compute: its shape and where it comes from.
///
/// Made by [`Input::tensor`](crate::layers::Input::tensor) and by calling layers on others.
#[derive(Clone)]
pub struct SymbolicTensor {
    node: Arc<Node>,
    index: usize,
}

/// One call of a layer.
pub(crate) struct Node {
    pub(crate) id: u64,
    pub(crate) layer: LayerRef,
    pub(crate) inputs: Vec<SymbolicTensor>,
    pub(crate) shapes: Vec<Shape>,
    /// Call arguments beside the tensors, as a file keeps them.
    pub(crate) kwargs: Option<Json>,
}

impl Node {
    /// Calls a layer on tensors.
    pub(crate) fn call(layer: LayerRef, inputs: Vec<SymbolicTensor>) -> Result<Arc<Self>> {
        Self::call_with(layer, inputs, None)
    }

    /// Calls a layer on tensors and on other arguments, as a file keeps them.
    pub(crate) fn call_with(
        layer: LayerRef,
        inputs: Vec<SymbolicTensor>,
        kwargs: Option<Json>,
    ) -> Result<Arc<Self>> {
        let shapes: Vec<Shape> = inputs.iter().map(|input| input.shape().clone()).collect();
        let shapes = layer.output_shapes(&shapes)?;
        Ok(Arc::new(Self { id: Self::next_id(), layer, inputs, shapes, kwargs }))
    }

    pub(crate) fn with_shapes(
        layer: LayerRef,
        inputs: Vec<SymbolicTensor>,
        shapes: Vec<Shape>,
    ) -> Arc<Self> {
        Arc::new(Self { id: Self::next_id(), layer, inputs, shapes, kwargs: None })
    }

    fn next_id() -> u64 {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        NEXT.fetch_add(1, Ordering::Relaxed)
    }

    /// The outputs of the call.
    pub(crate) fn outputs(self: &Arc<Self>) -> Vec<SymbolicTensor> {
        (0..self.shapes.len())
            .map(|index| SymbolicTensor { node: Arc::clone(self), index })
            .collect()
    }
}

/// Lets go of a long chain of calls one by one: one inside the other would be too deep for the stack.
impl Drop for Node {
    fn drop(&mut self) {
        let mut waiting = std::mem::take(&mut self.inputs);
        while let Some(tensor) = waiting.pop() {
            if let Some(mut node) = Arc::into_inner(tensor.node) {
                waiting.append(&mut node.inputs);
            }
        }
    }
}

impl SymbolicTensor {
    /// The shape, with the batch axis.
    pub fn shape(&self) -> &Shape {
        &self.node.shapes[self.index]
    }

    pub(crate) fn node(&self) -> &Arc<Node> {
        &self.node
    }

    pub(crate) fn index(&self) -> usize {
        self.index
    }

    /// Whether both are the same output of the same call.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.node.id == other.node.id && self.index == other.index
    }
}

impl fmt::Debug for SymbolicTensor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SymbolicTensor({}, {})", self.node.layer.class_name(), self.shape())
    }
}

/// One tensor or several, with names where they are given as pairs: what a layer can be called on.
#[derive(Clone, Debug)]
pub struct SymbolicInputs(pub(crate) Vec<SymbolicTensor>, pub(crate) Keys);

impl From<&SymbolicTensor> for SymbolicInputs {
    fn from(tensor: &SymbolicTensor) -> Self {
        Self(vec![tensor.clone()], None)
    }
}

impl From<SymbolicTensor> for SymbolicInputs {
    fn from(tensor: SymbolicTensor) -> Self {
        Self(vec![tensor], None)
    }
}

impl<const N: usize> From<[&SymbolicTensor; N]> for SymbolicInputs {
    fn from(tensors: [&SymbolicTensor; N]) -> Self {
        Self(tensors.into_iter().cloned().collect(), None)
    }
}

impl From<&[SymbolicTensor]> for SymbolicInputs {
    fn from(tensors: &[SymbolicTensor]) -> Self {
        Self(tensors.to_vec(), None)
    }
}

impl From<Vec<SymbolicTensor>> for SymbolicInputs {
    fn from(tensors: Vec<SymbolicTensor>) -> Self {
        Self(tensors, None)
    }
}

impl From<&Vec<SymbolicTensor>> for SymbolicInputs {
    fn from(tensors: &Vec<SymbolicTensor>) -> Self {
        Self(tensors.clone(), None)
    }
}

/// Tensors with names, as Keras has them in a mapping: their order is that of the names.
impl<const N: usize> From<[(&str, &SymbolicTensor); N]> for SymbolicInputs {
    fn from(mut tensors: [(&str, &SymbolicTensor); N]) -> Self {
        tensors.sort_by_key(|(name, _)| *name);
        let names = tensors.iter().map(|(name, _)| (*name).to_owned()).collect();
        Self(tensors.into_iter().map(|(_, tensor)| tensor.clone()).collect(), Some(names))
    }
}

/// Calling a layer on symbolic tensors, as the functional model is built.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{Dense, Input};
/// use firesteel_nn::{Callable, Model};
///
/// let input = Input::new([4]).tensor();
/// let hidden = Dense::new(8).activation("relu").call(&input)?;
/// let output = Dense::new(1).call(&hidden)?;
/// assert_eq!(output.shape().to_string(), "(None, 1)");
/// let model = Model::new(&input, &output)?;
/// assert_eq!(model.count_params()?, 49);
/// # Ok::<(), firesteel_core::Error>(())
/// ```
pub trait Callable: Into<LayerRef> {
    /// Calls the layer and returns its output, or the first of several.
    ///
    /// # Errors
    /// `Shape` when the layer cannot take such inputs, `InvalidArgument` or `UnknownName` for a bad option.
    fn call(self, inputs: impl Into<SymbolicInputs>) -> Result<SymbolicTensor> {
        let mut outputs = self.call_many(inputs)?;
        Ok(outputs.swap_remove(0))
    }

    /// Calls the layer and returns all its outputs.
    ///
    /// # Errors
    /// As [`call`](Callable::call).
    fn call_many(self, inputs: impl Into<SymbolicInputs>) -> Result<Vec<SymbolicTensor>> {
        let inputs: SymbolicInputs = inputs.into();
        Ok(Node::call(self.into(), inputs.0)?.outputs())
    }
}

impl<L: Into<LayerRef>> Callable for L {}
