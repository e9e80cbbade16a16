// SPDX-License-Identifier: MIT OR Apache-2.0
//! `model.weights.h5`: for each layer the folder `vars` with its weights numbered from zero.
//!
//! The folder of a layer is named after its class, not after its name: `layers/conv2d_1` is the second `Conv2D` of
//! the model. A weight whose name has a folder of its own, such as `cell/kernel`, lies in `cell/vars`.

pub(super) mod optimizer;
mod read;
mod write;

use std::sync::Arc;

use firesteel_core::IndexMap;
use firesteel_core::names::snake_case;

pub(super) use read::{Assignment, assign, read, require_shape};
pub(super) use write::write;

use crate::{LayerRef, Model, Variable};

/// The layers of a model with the names of their folders.
fn folders(model: &Model) -> Vec<(String, LayerRef)> {
    let mut counts: IndexMap<String, usize> = IndexMap::new();
    let mut folder = |layer: &LayerRef| {
        let base = snake_case(layer.class_name().rsplit('>').next().unwrap_or_default());
        let count = counts.entry(base.clone()).or_insert(0);
        *count += 1;
        if *count == 1 { base } else { format!("{base}_{}", *count - 1) }
    };
    let layers = model.layers().into_iter().filter(|layer| !is_raw_op(layer));
    layers.map(|layer| (folder(&layer), layer)).collect()
}

/// Operations of `keras.ops` are no layers.
fn is_raw_op(layer: &LayerRef) -> bool {
    layer.as_layer().is_some_and(|layer| layer.module().contains(".ops."))
}

/// The weights of a layer by the part of it that has them; the layer itself is the part without a name.
fn parts(layer: &LayerRef) -> IndexMap<String, Vec<Arc<Variable>>> {
    let mut parts: IndexMap<String, Vec<Arc<Variable>>> = IndexMap::new();
    parts.insert(String::new(), Vec::new());
    for variable in layer.weights() {
        let part = variable.name().rsplit_once('/').map_or("", |(part, _)| part);
        parts.entry(part.to_owned()).or_default().push(variable);
    }
    parts
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
