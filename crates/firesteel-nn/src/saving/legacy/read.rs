// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reading the old format.

use std::path::Path;
use std::sync::Arc;

use firesteel_core::{IndexMap, Result, err};

use super::ordered;
use crate::saving::decode::Decoder;
use crate::saving::hdf5::{Dataset, Group};
use crate::saving::load::{build, parse};
use crate::saving::options::{LoadModel, LoadWeights};
use crate::saving::weights;
use crate::{LayerRef, Model, Variable};

/// The model that a file holds.
///
/// # Errors
/// `Format` when the file is damaged or holds weights alone; as the loading of a `.keras` file.
pub(in crate::saving) fn load_model(
    root: &Group,
    path: &Path,
    options: &LoadModel,
) -> Result<Model> {
    let Some(text) = root.text("model_config")? else {
        return Err(err::format(path, "the file holds weights without a model")
            .fix("build the model and call `load_weights`"));
    };
    let place = format!("{}: model_config", path.display());
    let object = parse(&text, &place)?;
    let decoder = Decoder::new(options);
    let mut model = decoder.model(&object).map_err(|error| error.at(&place))?;
    let group = weights_group(root)?
        .ok_or_else(|| err::format(path, "the file holds a model without weights"))?;
    build(&model, group)?;
    if model.graph().is_ok() {
        load_weights(&model, group, &LoadWeights::new())?;
    }
    if let (true, Some(text)) = (options.compile, root.text("training_config")?) {
        let place = format!("{}: training_config", path.display());
        let config = match parse(&text, &place)? {
            firesteel_core::Json::Object(config) => config,
            _ => return Err(err::format(&place, "the JSON is no object")),
        };
        let compiled = decoder.compile_from_training_config(&mut model, config);
        compiled.map_err(|error| error.at(&place))?;
        if let Some(group) = root.group("optimizer_weights") {
            weights::optimizer::restore(&mut model, &datasets(group)?.1)?;
        }
    }
    Ok(model)
}

/// The group with the layers' weights, if the file is of the old format.
///
/// # Errors
/// `Format` when the attributes are damaged.
pub(in crate::saving) fn weights_group(root: &Group) -> Result<Option<&Group>> {
    if root.texts("layer_names")?.is_some() {
        return Ok(Some(root));
    }
    match root.group("model_weights") {
        Some(group) if group.texts("layer_names")?.is_some() => Ok(Some(group)),
        _ => Ok(None),
    }
}

/// The weights of a layer as the file lists them.
struct Saved<'a> {
    layer: String,
    names: Vec<String>,
    datasets: Vec<&'a Dataset>,
}

/// Gives a model the weights of a file, layer by layer in order or by name.
///
/// # Errors
/// `Format` when the file has other layers or weights than the model, `Shape` when a weight does not fit.
pub(in crate::saving) fn load_weights(
    model: &Model,
    group: &Group,
    options: &LoadWeights,
) -> Result<()> {
    let saved = saved_layers(group)?;
    let layers = model.layers();
    let with_weights = layers.iter().filter(|layer| !layer.weights().is_empty());
    let pairs: Vec<(&LayerRef, &Saved<'_>)> = if options.by_name {
        let named = |saved| Some((layers.iter().find(|layer| same_name(layer, saved))?, saved));
        saved.iter().filter_map(named).collect()
    } else {
        let with_weights: Vec<&LayerRef> = with_weights.collect();
        if with_weights.len() != saved.len() {
            return Err(err::format(group.place(), "the file belongs to another model")
                .expected(format!("{} layers with weights", with_weights.len()))
                .got(saved.len())
                .fix("load it with `LoadWeights::new().by_name(true)` to take what fits"));
        }
        with_weights.into_iter().zip(&saved).collect()
    };
    let mut assignments = Vec::new();
    for (layer, saved) in pairs {
        match layer_assignments(layer, saved, group) {
            Ok(found) => assignments.extend(found),
            Err(_) if options.skip_mismatch => {}
            Err(error) => return Err(error),
        }
    }
    weights::assign(&assignments)
}

fn same_name(layer: &LayerRef, saved: &Saved<'_>) -> bool {
    layer.name() == saved.layer
}

fn saved_layers(group: &Group) -> Result<Vec<Saved<'_>>> {
    let mut saved = Vec::new();
    for layer in group.texts("layer_names")?.unwrap_or_default() {
        let Some(found) = group.group(&layer) else {
            return Err(err::format(group.place(), format!("no group for layer `{layer}`")));
        };
        let (names, datasets) = datasets(found)?;
        if !names.is_empty() {
            saved.push(Saved { layer, names, datasets });
        }
    }
    Ok(saved)
}

/// The datasets that `weight_names` lists, with their names.
fn datasets(group: &Group) -> Result<(Vec<String>, Vec<&Dataset>)> {
    let names = group.texts("weight_names")?.unwrap_or_default();
    let found = names.iter().map(|name| {
        let missing = || err::format(group.place(), format!("no weight `{name}`"));
        group.dataset(name).ok_or_else(missing)
    });
    let found = found.collect::<Result<_>>()?;
    Ok((names, found))
}

fn layer_assignments(
    layer: &LayerRef,
    saved: &Saved<'_>,
    group: &Group,
) -> Result<Vec<weights::Assignment>> {
    let variables = by_name(layer, &saved.names).unwrap_or_else(|| ordered(layer));
    if variables.len() != saved.datasets.len() {
        let what = format!("the weights of layer `{}` do not fit", layer.name());
        return Err(err::format(format!("{}/{}", group.place(), saved.layer), what)
            .expected(format!("{} weights", variables.len()))
            .got(saved.datasets.len()));
    }
    let pairs = variables.into_iter().zip(&saved.datasets);
    pairs
        .map(|(variable, dataset)| {
            weights::require_shape(layer.name(), &variable, dataset)?;
            Ok((variable, dataset.values()?))
        })
        .collect()
}

/// The weights of a model within the model by the names in the file, where every name finds exactly one: freezing a
/// layer changes the order, not the names.
fn by_name(layer: &LayerRef, names: &[String]) -> Option<Vec<Arc<Variable>>> {
    let mut known: IndexMap<String, Vec<Arc<Variable>>> = IndexMap::new();
    leaves(layer.as_model()?, &mut known);
    let mut found = Vec::new();
    for name in names {
        let name = name.split(':').next().unwrap_or_default();
        let mut parts = name.rsplit('/');
        let (weight, owner) = (parts.next()?, parts.next()?);
        match known.swap_remove(&format!("{owner}/{weight}"))?.as_slice() {
            [only] => found.push(Arc::clone(only)),
            _ => return None,
        }
    }
    known.is_empty().then_some(found)
}

fn leaves(model: &Model, known: &mut IndexMap<String, Vec<Arc<Variable>>>) {
    for layer in model.layers() {
        match layer.as_model() {
            Some(inner) => leaves(inner, known),
            None => {
                for variable in layer.weights() {
                    let name = format!("{}/{}", layer.name(), variable.name());
                    known.entry(name).or_default().push(variable);
                }
            }
        }
    }
}
