// SPDX-License-Identifier: MIT OR Apache-2.0
//! The layer graph that every model is: symbolic tensors, shared layers, Keras' order, execution.

mod chains;
mod flow;
mod layer_ref;
mod order;
mod run;
mod symbolic;

pub(crate) use flow::Flow;
pub use layer_ref::LayerRef;
pub(crate) use run::{Graph, name_layers};
pub(crate) use symbolic::Node;
pub use symbolic::{Callable, SymbolicInputs, SymbolicTensor};
