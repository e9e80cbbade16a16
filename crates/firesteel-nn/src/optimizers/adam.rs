// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Adam`: steps by running means of the gradient and its square.

use firesteel_core::Options;
use firesteel_tensor::update;

use super::base::shared_setters;
use super::{Optimizer, OptimizerBase, SlotOrder};

/// Adam: `w -= rate * sqrt(1 - b2^t) / (1 - b1^t) * m / (sqrt(v) + epsilon)`.
///
/// # Source
/// Kingma and Ba 2014; Keras 3.15.1, `keras/src/optimizers/adam.py`, class `Adam`.
#[derive(Clone, Debug, Options)]
pub struct Adam {
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
    #[option(skip)]
    base: OptimizerBase,
}

shared_setters!(Adam);

impl Optimizer for Adam {
    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = learning_rate;
    }

    fn rule(&self, step: u64) -> Box<dyn update::Rule> {
        Box::new(update::Adam {
            step_size: step_size(self.learning_rate, self.beta_1, self.beta_2, step),
            beta_1: self.beta_1 as f32,
            beta_2: self.beta_2 as f32,
            epsilon: self.epsilon as f32,
            amsgrad: self.amsgrad,
        })
    }

    fn slot_order(&self) -> SlotOrder {
        SlotOrder::PairsByWeight
    }

    fn boxed(&self) -> Box<dyn Optimizer> {
        Box::new(self.clone())
    }
}

/// The learning rate with the correction for means that started at zero.
pub(super) fn step_size(learning_rate: f64, beta_1: f64, beta_2: f64, step: u64) -> f32 {
    let t = step as f64;
    (learning_rate * (1.0 - beta_2.powf(t)).sqrt() / (1.0 - beta_1.powf(t))) as f32
}
