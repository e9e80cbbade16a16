// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reading weights: all are checked before the first one is assigned.

use std::sync::Arc;

use firesteel_core::{Result, Shape, err};
use ndarray::ArrayD;

use super::{folders, join, parts};
use crate::saving::hdf5::{Dataset, Group};
use crate::saving::options::LoadWeights;
use crate::{LayerRef, Model, Variable};

/// A weight with the value that it shall have.
pub(in crate::saving) type Assignment = (Arc<Variable>, ArrayD<f32>);

/// Reads the weights of a model from a file.
///
/// # Errors
/// `Format` when the file has other layers or weights than the model, `Shape` when a weight does not fit.
pub(in crate::saving) fn read(model: &Model, root: &Group, options: &LoadWeights) -> Result<()> {
    let mut reader = Reader { options, assignments: Vec::new() };
    if options.by_name {
        reader.by_name(model, root)?;
    } else {
        reader.container(model, root)?;
    }
    assign(&reader.assignments)
}

/// Gives weights their values.
///
/// # Errors
/// `Shape` when one does not fit.
pub(in crate::saving) fn assign(assignments: &[Assignment]) -> Result<()> {
    assignments.iter().try_for_each(|(variable, values)| variable.assign(values))
}

/// Refuses a value that does not fit its weight.
///
/// # Errors
/// `Shape`, with layer, weight and file named.
pub(in crate::saving) fn require_shape(
    layer: &str,
    variable: &Variable,
    dataset: &Dataset,
) -> Result<()> {
    let expected = variable.shape();
    if expected == dataset.shape() {
        return Ok(());
    }
    let what = format!("weight `{}` of layer `{layer}` does not fit", variable.name());
    Err(err::shape(dataset.place(), what)
        .expected(Shape::from(expected))
        .got(Shape::from(dataset.shape())))
}

struct Reader<'a> {
    options: &'a LoadWeights,
    assignments: Vec<Assignment>,
}

impl Reader<'_> {
    fn container(&mut self, model: &Model, group: &Group) -> Result<()> {
        let layers = layers_of(group);
        for (folder, layer) in folders(model) {
            let found = layers.and_then(|layers| layers.group(&folder));
            if layer.weights().is_empty() {
                continue;
            }
            let Some(found) = found else {
                if self.options.skip_mismatch {
                    continue;
                }
                let what = format!("no weights for layer `{}`", layer.name());
                return Err(err::format(group.place(), what)
                    .expected(format!("a group `layers/{folder}`"))
                    .fix("the file belongs to another model"));
            };
            self.layer(&layer, found)?;
        }
        Ok(())
    }

    fn layer(&mut self, layer: &LayerRef, group: &Group) -> Result<()> {
        if let Some(inner) = layer.as_model() {
            return self.container(inner, group);
        }
        let before = self.assignments.len();
        for (part, variables) in parts(layer) {
            if let Err(error) = self.part(layer, &part, &variables, group) {
                if !self.options.skip_mismatch {
                    return Err(error);
                }
                self.assignments.truncate(before);
                return Ok(());
            }
        }
        Ok(())
    }

    fn part(
        &mut self,
        layer: &LayerRef,
        part: &str,
        variables: &[Arc<Variable>],
        group: &Group,
    ) -> Result<()> {
        let folder = join(part, "vars");
        let vars = group.group(&folder);
        let found = vars.map_or(0, Group::dataset_count);
        if found != variables.len() {
            let place = format!("{}/{folder}", group.place());
            let what = format!("the weights of layer `{}` do not fit", layer.name());
            return Err(err::format(place, what)
                .expected(format!("{} weights", variables.len()))
                .got(found));
        }
        for (number, variable) in variables.iter().enumerate() {
            let dataset = vars.and_then(|vars| vars.dataset(&number.to_string()));
            let dataset = dataset.ok_or_else(|| {
                err::format(group.place(), format!("no weight `{folder}/{number}`"))
            })?;
            require_shape(layer.name(), variable, dataset)?;
            self.assignments.push((Arc::clone(variable), dataset.values()?));
        }
        Ok(())
    }

    /// Layers of the model by the names that the file notes beside its weights, since Keras 3.6.
    fn by_name(&mut self, model: &Model, root: &Group) -> Result<()> {
        let mut noted = 0;
        for (_, group) in layers_of(root).into_iter().flat_map(Group::groups) {
            let name = group.group("vars").map(|vars| vars.text("name")).transpose()?.flatten();
            let Some(name) = name else { continue };
            noted += 1;
            let layers = model.layers();
            if let Some(layer) = layers.iter().find(|layer| layer.name() == name) {
                self.layer(layer, group)?;
            }
        }
        if noted == 0 {
            return Err(err::unsupported("loading by name from a file that notes no names")
                .at(root.place())
                .fix("load it by order, or write it with Keras 3.6 or later"));
        }
        Ok(())
    }
}

/// The group of a model's layers; Keras 2.12 to 2.14 called it otherwise.
fn layers_of(group: &Group) -> Option<&Group> {
    group.group("layers").or_else(|| group.group("_layer_checkpoint_dependencies"))
}
