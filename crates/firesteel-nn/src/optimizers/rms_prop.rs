// SPDX-License-Identifier: MIT OR Apache-2.0
//! `RMSprop`: steps divided by the running size of the gradient.

use firesteel_core::Options;
use firesteel_tensor::update;

use super::base::shared_setters;
use super::{Optimizer, OptimizerBase};

/// RMSprop: `w -= rate * g / sqrt(v + epsilon)` with the running mean `v` of `g^2`.
///
/// # Source
/// Keras 3.15.1, `keras/src/optimizers/rmsprop.py`, class `RMSprop`.
#[derive(Clone, Debug, Options)]
pub struct RMSprop {
    /// The step size.
    #[option(default = 0.001, min = 0)]
    learning_rate: f64,
    /// How slowly the size of the gradient changes.
    #[option(default = 0.9, min = 0, max = 1)]
    rho: f64,
    /// How much of the last step is kept.
    #[option(default = 0.0, min = 0)]
    momentum: f64,
    /// Keeps the root away from zero.
    #[option(default = 1e-7, min = 0)]
    epsilon: f64,
    /// Whether the variance takes the place of the mean square.
    #[option(default = false)]
    centered: bool,
    #[option(skip)]
    base: OptimizerBase,
}

shared_setters!(RMSprop);

impl Optimizer for RMSprop {
    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = learning_rate;
    }

    fn rule(&self, _step: u64) -> Box<dyn update::Rule> {
        Box::new(update::RmsProp {
            learning_rate: self.learning_rate as f32,
            rho: self.rho as f32,
            momentum: self.momentum as f32,
            epsilon: self.epsilon as f32,
            centered: self.centered,
        })
    }

    fn boxed(&self) -> Box<dyn Optimizer> {
        Box::new(self.clone())
    }
}
