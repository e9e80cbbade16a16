// SPDX-License-Identifier: MIT OR Apache-2.0
//! The format of Keras 1 and 2, which Keras 3 still reads and writes: one HDF5 file whose attributes hold the config.
//!
//! Weights lie in a group for each layer, listed by `layer_names` and `weight_names`; their order within a layer is
//! what counts: those that are trained as things stand, then the others.

mod config;
mod read;
mod write;

use std::sync::Arc;

pub(super) use read::{load_model, load_weights, weights_group};
pub(super) use write::to_h5;

use crate::{LayerRef, Variable};

/// The weights of a layer in the order of the old format.
fn ordered(layer: &LayerRef) -> Vec<Arc<Variable>> {
    let mut ordered = layer.trainable_weights();
    let is_known = |known: &[Arc<Variable>], weight: &Arc<Variable>| {
        known.iter().any(|other| Arc::ptr_eq(other, weight))
    };
    let rest: Vec<_> =
        layer.weights().into_iter().filter(|weight| !is_known(&ordered, weight)).collect();
    ordered.extend(rest);
    ordered
}
