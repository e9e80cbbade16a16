// SPDX-License-Identifier: MIT OR Apache-2.0
//! `AdamW`: Adam whose weights decay on their own.

use firesteel_core::Options;
use firesteel_tensor::update;

use super::base::shared_setters;
use super::{Optimizer, OptimizerBase, SlotOrder};

/// Adam with decoupled weight decay: each step first takes `rate * weight_decay * w` off the weight.
///
/// # Source
/// Loshchilov and Hutter 2017; Keras 3.15.1, `keras/src/optimizers/adamw.py`, class `AdamW`.
#[derive(Clone, Debug, Options)]
pub struct AdamW {
    /// The step size.
    #[option(default = 0.001, min = 0)]
    learning_rate: f64,
    /// How slowly the mean of the gradient changes.
    #[option(default = 0.9, min = 0, below = 1)]
    beta_1: f64,
    /// How slowly the mean of its square changes.
    #[option(default = 0.999, min = 0, below = 1)]
    beta_2: f64,
    /// Keeps the division away from zero.
    #[option(default = 1e-7, min = 0)]
    epsilon: f64,
    /// Whether the divisor may only grow.
    #[option(default = false)]
    amsgrad: bool,
    #[option(skip, default = OptimizerBase::new().weight_decay(0.004))]
    base: OptimizerBase,
}

shared_setters!(AdamW);

impl Optimizer for AdamW {
    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = learning_rate;
    }

    fn rule(&self, step: u64) -> Box<dyn update::Rule> {
        Box::new(update::Adam {
            learning_rate: self.learning_rate,
            beta_1: self.beta_1,
            beta_2: self.beta_2,
            epsilon: self.epsilon,
            amsgrad: self.amsgrad,
            step,
        })
    }

    fn slot_order(&self) -> SlotOrder {
        SlotOrder::PairsByWeight
    }

    fn boxed(&self) -> Box<dyn Optimizer> {
        Box::new(self.clone())
    }
}
