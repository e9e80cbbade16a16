// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Adam`: steps by running means of the gradient and its square.

use firesteel_core::Options;
use firesteel_tensor::update;

use super::base::shared_setters;
use super::{Optimizer, OptimizerBase, SlotOrder};

/// A class that takes Adam's step; what all optimizers share starts as given.
macro_rules! adam_class {
    ($(#[$doc:meta])+ $class:ident, $base:expr) => {
        $(#[$doc])+
        #[derive(Clone, Debug, Options)]
        pub struct $class {
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
            #[option(skip, default = $base)]
            base: OptimizerBase,
        }

        shared_setters!($class);

        impl Optimizer for $class {
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
    };
}
pub(super) use adam_class;

adam_class! {
    /// Adam: `w -= rate * sqrt(1 - b2^t) / (1 - b1^t) * m / (sqrt(v) + epsilon)`.
    ///
    /// # Source
    /// Kingma and Ba 2014; Keras 3.15.1, `keras/src/optimizers/adam.py`, class `Adam`.
    Adam, OptimizerBase::new()
}
