// SPDX-License-Identifier: MIT OR Apache-2.0
//! Optimizer steps: on the CPU one pass in place over weight, gradient and slots.

mod adam;
mod rms_prop;
mod sgd;

use std::fmt::Debug;

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor as Ranked;
use firesteel_core::{Result, err};

pub use adam::Adam;
pub use rms_prop::RmsProp;
pub use sgd::Sgd;

use crate::dispatch::ranked;
use crate::{Tensor, ops};

/// How a weight follows from its gradient and from the slots that the optimizer keeps for it.
pub trait Rule: Debug + Send + Sync {
    /// How many slots of the weight's size the rule keeps.
    fn slots(&self) -> usize;

    /// The step on the CPU, in place; the weight is first multiplied by `keep`, in the same pass.
    fn in_place(&self, keep: f64, weight: &mut [f32], gradient: &[f32], slots: &mut [&mut [f32]]);

    /// The step of a weight that has decayed already, of separate operations, for devices without our kernels: the
    /// new weight and slots.
    ///
    /// # Errors
    /// `Shape` when weight, gradient and slots differ.
    fn composed(
        &self,
        weight: &Tensor,
        gradient: &Tensor,
        slots: &[Tensor],
    ) -> Result<(Tensor, Vec<Tensor>)>;
}

/// Takes one step and returns the new weight and slots; all are of the weight's shape.
///
/// `keep` is what decay leaves of the weight before the step, `1 - weight_decay * learning_rate`; 1 where nothing
/// decays. On the CPU the memory of `weight` and `slots` is reused when nobody else holds it.
///
/// # Errors
/// `Shape` when weight, gradient and slots differ, `DType` when one holds no floats.
pub fn update(
    rule: &dyn Rule,
    keep: f64,
    weight: Tensor,
    gradient: &Tensor,
    slots: Vec<Tensor>,
) -> Result<(Tensor, Vec<Tensor>)> {
    for other in slots.iter().chain([gradient]) {
        other.require_float("update")?;
        if other.shape() != weight.shape() {
            return Err(err::shape("update", "weight, gradient and slots differ in shape")
                .expected(&weight)
                .got(other));
        }
    }
    if slots.len() != rule.slots() {
        return Err(err::internal(format!("{rule:?} got {} slots", slots.len())));
    }
    if !weight.is_on_cpu() || !gradient.is_on_cpu() {
        return rule.composed(&decayed(keep, weight)?, gradient, &slots);
    }
    let mut weight = flex(weight)?;
    let gradient = flex(gradient.clone())?;
    let mut slots = slots.into_iter().map(flex).collect::<Result<Vec<_>>>()?;
    let mut slot_values: Vec<&mut [f32]> =
        slots.iter_mut().map(|slot| slot.storage_mut::<f32>()).collect();
    let values = weight.storage_mut::<f32>();
    rule.in_place(keep, values, gradient.storage::<f32>(), &mut slot_values);
    Ok((wrap(weight), slots.into_iter().map(wrap).collect()))
}

/// What decay leaves of a weight.
fn decayed(keep: f64, weight: Tensor) -> Result<Tensor> {
    if keep.to_bits() == 1.0_f64.to_bits() {
        return Ok(weight);
    }
    ops::multiply_scalar(&weight, keep as f32)
}

/// The CPU tensor underneath, in row-major order from its first element on.
fn flex(tensor: Tensor) -> Result<FlexTensor> {
    let primitive = ranked(tensor.into_dispatch()).try_into_primitive::<Flex>();
    let primitive = primitive.map_err(|error| {
        err::internal(format!("an update got a tensor of another kind: {error:?}"))
    })?;
    let layout = primitive.layout();
    let whole =
        layout.start_offset() == 0 && primitive.storage::<f32>().len() == layout.num_elements();
    Ok(if primitive.is_contiguous() && whole { primitive } else { primitive.to_contiguous() })
}

fn wrap(primitive: FlexTensor) -> Tensor {
    Tensor::wrap(Ranked::<1>::from_primitive::<Flex>(primitive).into_dispatch())
}

#[cfg(test)]
mod tests;
