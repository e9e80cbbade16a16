// SPDX-License-Identifier: MIT OR Apache-2.0
//! `OptimizerState`: an optimizer at work: the step it is at and the slots of every weight.

use std::sync::Arc;

use firesteel_core::{IndexMap, Result};
use firesteel_tensor::update::update;
use firesteel_tensor::{Device, Tensor, ops};

use super::{Optimizer, OptimizerBase, SlotOrder};
use crate::Variable;

/// An optimizer at work.
#[derive(Debug)]
pub(crate) struct OptimizerState {
    pub(crate) optimizer: Box<dyn Optimizer>,
    pub(crate) iterations: u64,
    /// By the address of the variable, which lives as long as the model.
    slots: IndexMap<usize, Vec<Tensor>>,
}

impl OptimizerState {
    pub(crate) fn new(optimizer: Box<dyn Optimizer>) -> Self {
        Self { optimizer, iterations: 0, slots: IndexMap::new() }
    }

    /// Gives every weight its slots before the first step, as Keras does where it loads a compiled model.
    ///
    /// # Errors
    /// Whatever the device reports.
    pub(crate) fn build(&mut self, variables: &[Arc<Variable>]) -> Result<()> {
        let count = self.optimizer.rule(1).slots();
        for variable in variables {
            let slots = self.take_slots(variable, count)?;
            self.slots.insert(key(variable), slots);
        }
        Ok(())
    }

    /// Whether the weights have slots: from the first step on, or once a file was loaded.
    pub(crate) fn is_built(&self) -> bool {
        !self.slots.is_empty()
    }

    /// Takes one step on all weights.
    ///
    /// # Errors
    /// `Shape` when a gradient does not have the shape of its weight.
    pub(crate) fn apply(&mut self, steps: Vec<(Arc<Variable>, Tensor)>) -> Result<()> {
        self.iterations += 1;
        let rule = self.optimizer.rule(self.iterations);
        let base = self.optimizer.as_ref().as_ref().clone();
        let steps = clip(&base, steps)?;
        let keep = 1.0 - base.weight_decay.unwrap_or(0.0) * self.optimizer.learning_rate();
        for (variable, gradient) in steps {
            let slots = self.take_slots(&variable, rule.slots())?;
            let mut kept = Vec::new();
            variable.update(|weight| {
                let (weight, slots) = update(rule.as_ref(), keep, weight, &gradient, slots)?;
                kept = slots;
                Ok(weight)
            })?;
            self.slots.insert(key(&variable), kept);
        }
        Ok(())
    }

    /// The slots of a weight as they stand; zeros before the first step.
    pub(crate) fn slots(&self, variable: &Arc<Variable>) -> Option<&[Tensor]> {
        self.slots.get(&key(variable)).map(Vec::as_slice)
    }

    /// The slots of so many weights in the order of a file: which weight, which slot.
    pub(crate) fn places(&self, weights: usize) -> Vec<(usize, usize)> {
        let slots = self.optimizer.rule(self.iterations.max(1)).slots();
        let pairs = match self.optimizer.slot_order() {
            SlotOrder::BySlot => 0,
            SlotOrder::PairsByWeight => slots.min(2),
        };
        let paired = (0..weights).flat_map(|weight| (0..pairs).map(move |slot| (weight, slot)));
        let rest = (pairs..slots).flat_map(|slot| (0..weights).map(move |weight| (weight, slot)));
        paired.chain(rest).collect()
    }

    /// Restores the slots of a weight from a file.
    pub(crate) fn set_slots(&mut self, variable: &Arc<Variable>, slots: Vec<Tensor>) {
        self.slots.insert(key(variable), slots);
    }

    fn take_slots(&mut self, variable: &Arc<Variable>, count: usize) -> Result<Vec<Tensor>> {
        match self.slots.get_mut(&key(variable)).map(std::mem::take) {
            Some(slots) if slots.len() == count => Ok(slots),
            _ => (0..count)
                .map(|_| {
                    let zeros = Tensor::full(0.0, &variable.shape(), &Device::cpu())?;
                    Ok(zeros.like(&variable.tensor()))
                })
                .collect(),
        }
    }
}

fn key(variable: &Arc<Variable>) -> usize {
    Arc::as_ptr(variable) as usize
}

type Steps = Vec<(Arc<Variable>, Tensor)>;

/// Limits gradients as the options say.
fn clip(base: &OptimizerBase, steps: Steps) -> Result<Steps> {
    if let Some(limit) = base.clipvalue {
        let limit = limit as f32;
        return each(steps, |gradient| ops::clip(gradient, -limit, limit));
    }
    if let Some(limit) = base.clipnorm {
        return each(steps, |gradient| {
            let norm = ops::sum_all(&ops::square(gradient)?)?.to_scalar()?.sqrt();
            shrink(gradient, f64::from(norm), limit)
        });
    }
    if let Some(limit) = base.global_clipnorm {
        let mut total = 0.0_f64;
        for (_, gradient) in &steps {
            total += f64::from(ops::sum_all(&ops::square(gradient)?)?.to_scalar()?);
        }
        return each(steps, |gradient| shrink(gradient, total.sqrt(), limit));
    }
    Ok(steps)
}

fn each(steps: Steps, change: impl Fn(&Tensor) -> Result<Tensor>) -> Result<Steps> {
    steps.into_iter().map(|(variable, gradient)| Ok((variable, change(&gradient)?))).collect()
}

fn shrink(gradient: &Tensor, norm: f64, limit: f64) -> Result<Tensor> {
    if norm <= limit {
        return Ok(gradient.clone());
    }
    ops::multiply_scalar(gradient, (limit / norm) as f32)
}
