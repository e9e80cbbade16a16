// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sequential models.

use firesteel_core::{Json, OptionValue, Result, Shape};

use super::{Decoder, object, sanity};
use crate::layers::Input;
use crate::{LayerRef, Model, Sequential};

impl Decoder<'_> {
    /// The model; the first versions of Keras 2 gave the list of layers alone.
    pub(super) fn sequential(&self, config: &Json) -> Result<Model> {
        let entries = object::list(config.get("layers").or(Some(config)), "layers")?;
        sanity::check_counts(entries.len(), entries.len())?;
        let mut layers: Vec<LayerRef> = Vec::with_capacity(entries.len() + 1);
        for entry in entries {
            let read = self.layer(entry, None)?;
            if let (true, Some(shape)) = (layers.is_empty(), read.batch_shape) {
                layers.push(LayerRef::new(Input::batched(shape)));
            }
            layers.push(read.layer);
        }
        let mut model = Sequential::from(layers).into_model();
        if let Some(name) = config.get("name").and_then(Json::as_str) {
            model = model.name(name);
        }
        build(&mut model, config.get("build_input_shape"))?;
        Ok(model)
    }
}

/// Fixes the input shape of a sequential model that brings none, where the file knows it.
///
/// # Errors
/// `Shape` when a layer cannot take such an input.
pub(super) fn build(model: &mut Model, shape: Option<&Json>) -> Result<()> {
    let is_open = model.is_sequential() && !model.layers().is_empty() && model.graph().is_err();
    // an entry of another form is of a class that builds otherwise
    if let (true, Some(Ok(shape))) = (is_open, shape.map(Shape::decode)) {
        sanity::check_shapes("input", std::slice::from_ref(&shape))?;
        model.output_shapes_for(&[shape])?;
    }
    let Ok(graph) = model.graph() else { return Ok(()) };
    graph.nodes.iter().try_for_each(|node| sanity::check_shapes(node.layer.name(), &node.shapes))
}
