// SPDX-License-Identifier: MIT OR Apache-2.0
//! Writing the old format.

use std::sync::Arc;

use firesteel_core::{Json, Result, err};

use super::{config, ordered};
use crate::saving::encode;
use crate::saving::hdf5::{Text, Tree};
use crate::saving::weights::optimizer;
use crate::{LayerRef, Model, Variable};

/// What stands in the file as the writer; readers of old files look at the backend to turn kernels around, which
/// ours need not be.
const VERSION: &str = "3.0.0";
const BACKEND: &str = "tensorflow";

/// The file of a model.
///
/// # Errors
/// `Unsupported` for a model with operations of `keras.ops`, which the format cannot hold.
pub(in crate::saving) fn to_h5(model: &Model) -> Result<Vec<u8>> {
    encode::prepare(model)?;
    let mut object = encode::model(model)?;
    let training = config::training(&mut object);
    config::simplify(&mut object)?;
    let mut tree = Tree::default();
    tree.attribute("keras_version", Text::Unicode(VERSION.to_owned()));
    tree.attribute("backend", Text::Unicode(BACKEND.to_owned()));
    tree.attribute("model_config", Text::Bytes(object.to_string()));
    layers(model, tree.group("model_weights"))?;
    if let Some(training) = training {
        tree.attribute("training_config", Text::Bytes(Json::Object(training).to_string()));
        optimizer_weights(model, tree.group("optimizer_weights"))?;
    }
    tree.into_bytes()
}

fn layers(model: &Model, tree: &mut Tree) -> Result<()> {
    let layers = model.layers();
    let names = layers.iter().map(|layer| layer.name().to_owned()).collect();
    tree.attribute("layer_names", Text::List(names));
    tree.attribute("backend", Text::Bytes(BACKEND.to_owned()));
    tree.attribute("keras_version", Text::Bytes(VERSION.to_owned()));
    for layer in &layers {
        let group = tree.group(layer.name());
        let weights = ordered(layer);
        let mut names = Vec::with_capacity(weights.len());
        for weight in &weights {
            let name = path(layer, weight)
                .ok_or_else(|| err::internal("a weight that is in no layer of its model"))?;
            let values = weight.tensor();
            group.floats(&name, &values.to_vec()?, values.shape());
            names.push(name);
        }
        group.attribute("weight_names", Text::List(names));
    }
    tree.group("top_level_model_weights").attribute("weight_names", Text::List(Vec::new()));
    Ok(())
}

/// The name of a weight: its layer and its own, below the models that the layer lies in.
fn path(layer: &LayerRef, weight: &Arc<Variable>) -> Option<String> {
    let Some(model) = layer.as_model() else {
        let own = layer.weights().iter().any(|other| Arc::ptr_eq(other, weight));
        return own.then(|| format!("{}/{}", layer.name(), weight.name()));
    };
    let inner = model.layers().iter().find_map(|layer| path(layer, weight))?;
    Some(if layer.class_name() == "Sequential" {
        format!("{}/{inner}", layer.name())
    } else {
        inner
    })
}

fn optimizer_weights(model: &Model, tree: &mut Tree) -> Result<()> {
    let state = &model.compiled()?.optimizer;
    let optimizer = state.optimizer.type_name().to_lowercase();
    let mut names = vec![format!("{optimizer}/iteration"), format!("{optimizer}/learning_rate")];
    tree.integer(&names[0], optimizer::iterations(state));
    tree.floats(&names[1], &[state.optimizer.learning_rate() as f32], &[]);
    let variables = model.trainable_weights();
    for (weight, slot) in optimizer::slots_in_order(state, &variables) {
        let (values, shape) = optimizer::slot_values(state, &variables[weight], slot)?;
        let name = format!("{optimizer}/weight_{weight}_{}_slot_{slot}", variables[weight].name());
        let name =
            name.replace('/', "_").replacen(&format!("{optimizer}_"), &format!("{optimizer}/"), 1);
        tree.floats(&name, &values, &shape);
        names.push(name);
    }
    tree.attribute("weight_names", Text::List(names));
    Ok(())
}
