// SPDX-License-Identifier: MIT OR Apache-2.0
//! The optimizer's state: number of steps, learning rate, then the slots of the weights in the optimizer's order.

use std::sync::Arc;

use firesteel_core::Result;
use firesteel_tensor::{Device, Tensor};

use super::require_shape;
use crate::optimizers::OptimizerState;
use crate::saving::decode::shortest;
use crate::saving::hdf5::{Dataset, Group, Text, Tree};
use crate::{Model, Variable};

/// What a file keeps of an optimizer before the slots.
pub(in crate::saving) const BEFORE_SLOTS: usize = 2;

/// One slot of one weight: which weight, which slot.
pub(in crate::saving) type Place = (usize, usize);

/// Puts the state into a tree; nothing when the model is not compiled.
///
/// # Errors
/// `Engine` when the device cannot be read.
pub(in crate::saving) fn write(model: &Model, tree: &mut Tree) -> Result<()> {
    let Some(compiled) = &model.compiled else { return Ok(()) };
    let state = &compiled.optimizer;
    let vars = tree.group("optimizer/vars");
    let name = state.optimizer.type_name().to_lowercase();
    vars.attribute("name", Text::Unicode(name));
    vars.integer("0", iterations(state));
    vars.floats("1", &[state.optimizer.learning_rate() as f32], &[]);
    let weights = model.trainable_weights();
    for (number, (weight, slot)) in slots_in_order(state, &weights).into_iter().enumerate() {
        let (values, shape) = slot_values(state, &weights[weight], slot)?;
        vars.floats(&(number + BEFORE_SLOTS).to_string(), &values, &shape);
    }
    Ok(())
}

/// The number of steps, in the type that Keras keeps it in.
pub(in crate::saving) fn iterations(state: &OptimizerState) -> i32 {
    i32::try_from(state.iterations).unwrap_or(i32::MAX)
}

/// The slots in the order of the file; none before the first step.
pub(in crate::saving) fn slots_in_order(
    state: &OptimizerState,
    weights: &[Arc<Variable>],
) -> Vec<Place> {
    if weights.iter().all(|weight| state.slots(weight).is_none()) {
        return Vec::new();
    }
    state.places(weights.len())
}

/// The values of a slot; zeros for a weight that took no step yet.
pub(in crate::saving) fn slot_values(
    state: &OptimizerState,
    weight: &Arc<Variable>,
    slot: usize,
) -> Result<(Vec<f32>, Vec<usize>)> {
    match state.slots(weight).and_then(|slots| slots.get(slot)) {
        Some(values) => Ok((values.to_vec()?, values.shape().to_vec())),
        None => Ok((vec![0.0; weight.size()], weight.shape())),
    }
}

/// Restores the state from `optimizer/vars`.
///
/// # Errors
/// As [`restore`].
pub(in crate::saving) fn read(model: &mut Model, root: &Group) -> Result<()> {
    let Some(vars) = root.group("optimizer/vars") else { return Ok(()) };
    let numbered = (0..vars.dataset_count()).map(|number| vars.dataset(&number.to_string()));
    match numbered.collect::<Option<Vec<&Dataset>>>() {
        Some(datasets) => restore(model, &datasets),
        None => Ok(()),
    }
}

/// Restores the state. A file whose number of slots does not fit, as weights may have been frozen since, starts the
/// optimizer anew; Keras does the same.
///
/// # Errors
/// `Format` when the file is damaged, `Shape` when a slot does not fit its weight.
pub(in crate::saving) fn restore(model: &mut Model, datasets: &[&Dataset]) -> Result<()> {
    let weights = model.trainable_weights();
    let Some(compiled) = &mut model.compiled else { return Ok(()) };
    let state = &mut compiled.optimizer;
    let places = state.places(weights.len());
    let has_slots = datasets.len() == places.len() + BEFORE_SLOTS;
    let ([steps, rate], slots) = match datasets {
        [steps, rate, slots @ ..] if has_slots || slots.is_empty() => ([steps, rate], slots),
        _ => return Ok(()),
    };
    let mut restored: Vec<Vec<Tensor>> = vec![Vec::new(); weights.len()];
    for ((weight, _), dataset) in places.into_iter().zip(slots) {
        require_shape("optimizer", &weights[weight], dataset)?;
        restored[weight].push(Tensor::from_array(&dataset.values()?, &Device::cpu())?);
    }
    state.iterations = u64::try_from(steps.whole_number()?).unwrap_or(0);
    if let [rate] = rate.values()?.as_slice().unwrap_or_default() {
        state.optimizer.set_learning_rate(shortest(f64::from(*rate)));
    }
    if !slots.is_empty() {
        for (weight, slots) in weights.iter().zip(restored) {
            state.set_slots(weight, slots);
        }
    }
    Ok(())
}
