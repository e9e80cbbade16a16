// SPDX-License-Identifier: MIT OR Apache-2.0
//! `SGD`: stochastic gradient descent.

use firesteel_core::Options;
use firesteel_tensor::update::{Rule, Sgd};

use super::base::shared_setters;
use super::{Optimizer, OptimizerBase};

/// Stochastic gradient descent, with momentum: `v = momentum * v - rate * g`, `w += v`.
///
/// # Source
/// Keras 3.15.1, `keras/src/optimizers/sgd.py`, class `SGD`.
#[derive(Clone, Debug, Options)]
pub struct SGD {
    /// The step size.
    #[option(default = 0.01, min = 0)]
    learning_rate: f64,
    /// How much of the last step is kept.
    #[option(default = 0.0, min = 0, max = 1)]
    momentum: f64,
    /// Whether the gradient is that of the point ahead (Nesterov).
    #[option(default = false)]
    nesterov: bool,
    #[option(skip)]
    base: OptimizerBase,
}

shared_setters!(SGD);

impl Optimizer for SGD {
    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = learning_rate;
    }

    fn rule(&self, _step: u64) -> Box<dyn Rule> {
        Box::new(Sgd {
            learning_rate: self.learning_rate as f32,
            momentum: self.momentum as f32,
            nesterov: self.nesterov,
        })
    }

    fn boxed(&self) -> Box<dyn Optimizer> {
        Box::new(self.clone())
    }
}
