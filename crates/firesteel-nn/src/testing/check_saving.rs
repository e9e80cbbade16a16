// SPDX-License-Identifier: MIT OR Apache-2.0
//! That a layer comes out of every format of model files as it went in.

use std::sync::Arc;

use firesteel_core::{Result, Seed, err};
use ndarray::ArrayD;

use super::compare::assert_close;
use super::subject::{InputShapes, Subject};
use crate::layers::Input;
use crate::training::Batch;
use crate::{
    Callable as _, Layer, LayerRef, LoadModel, Model, SymbolicTensor, layers, load_model_with,
};

/// Makes the layer under test.
pub(super) type Make = Arc<dyn Fn() -> Box<dyn Layer> + Send + Sync>;

/// Saves a model of this one layer as `.keras`, `.h5` and `.weights.h5`, reads it, and compares the outputs.
pub(super) fn check(make: &Make, inputs: &InputShapes, seed: Seed) -> Result<()> {
    let folder = tempfile::tempdir().map_err(|error| err::io("temporary folder", error))?;
    let path = |name: &str| folder.path().join(name);
    let saved = model(make(), inputs)?;
    for layer in saved.layers() {
        Subject { layer }.with_random_weights(seed)?;
    }
    for name in ["model.keras", "model.h5"] {
        saved.save(path(name))?;
        let read = load_model_with(path(name), &reader(make))?;
        same(name, &read, &saved, inputs, seed)?;
    }
    let name = "model.weights.h5";
    saved.save_weights(path(name))?;
    let mut read = model(make(), inputs)?;
    read.load_weights(path(name))?;
    same(name, &read, &saved, inputs, seed)
}

/// A model of this layer and its inputs, with weights.
fn model(layer: Box<dyn Layer>, inputs: &InputShapes) -> Result<Model> {
    let input = |shape: &Vec<usize>| Input::new(&shape[1..]).tensor();
    let inputs: Vec<SymbolicTensor> = inputs.shapes.iter().map(input).collect();
    let outputs = LayerRef::boxed(layer).call_many(&inputs)?;
    let model = Model::new(&inputs, &outputs)?;
    model.ensure_weights()?;
    Ok(model)
}

/// How the model is read: a layer that is not in the list of its family is registered under its class.
fn reader(make: &Make) -> LoadModel {
    let class = make().type_name();
    if layers::decoder(class).is_ok() {
        return LoadModel::new();
    }
    let make = Arc::clone(make);
    LoadModel::new().custom_layer(class, move |config| {
        let mut layer = make();
        layer.set_all(config)?;
        Ok(layer)
    })
}

fn same(what: &str, read: &Model, saved: &Model, inputs: &InputShapes, seed: Seed) -> Result<()> {
    let batch = Batch { x: inputs.random(seed)?, ..Batch::default() };
    let (read, saved) = (read.predict_on_batch(&batch)?, saved.predict_on_batch(&batch)?);
    let pairs = read.iter().zip(&saved);
    pairs
        .into_iter()
        .try_for_each(|(read, saved): (&ArrayD<f32>, _)| assert_close(what, read, saved, 0.0))
}
