// SPDX-License-Identifier: MIT OR Apache-2.0
//! Writing weights.

use std::sync::Arc;

use firesteel_core::Result;

use super::{folders, join, parts};
use crate::saving::hdf5::{Text, Tree};
use crate::{Model, Variable};

/// Puts all weights of a model into a tree.
///
/// # Errors
/// `Engine` when the device cannot be read.
pub(in crate::saving) fn write(model: &Model, tree: &mut Tree) -> Result<()> {
    container(model, &model.display_name(), tree)
}

fn container(model: &Model, name: &str, tree: &mut Tree) -> Result<()> {
    tree.group("vars").attribute("name", Text::Unicode(name.to_owned()));
    for (folder, layer) in folders(model) {
        let group = tree.group(&join("layers", &folder));
        if let Some(inner) = layer.as_model() {
            container(inner, layer.name(), group)?;
            continue;
        }
        for (part, variables) in parts(&layer) {
            let vars = group.group(&join(&part, "vars"));
            let name = part.rsplit('/').next().filter(|part| !part.is_empty());
            let name = name.unwrap_or_else(|| layer.name());
            vars.attribute("name", Text::Unicode(name.to_owned()));
            for (number, variable) in variables.iter().enumerate() {
                put(vars, &number.to_string(), variable)?;
            }
        }
    }
    Ok(())
}

fn put(group: &mut Tree, name: &str, variable: &Arc<Variable>) -> Result<()> {
    let values = variable.tensor();
    group.floats(name, &values.to_vec()?, values.shape());
    Ok(())
}
