// SPDX-License-Identifier: MIT OR Apache-2.0
//! `AdamW`: Adam whose weights decay on their own.

use firesteel_core::Options;
use firesteel_tensor::update;

use super::adam::adam_class;
use super::base::shared_setters;
use super::{Optimizer, OptimizerBase, SlotOrder};

adam_class! {
    /// Adam with decoupled weight decay: each step first takes `rate * weight_decay * w` off the weight.
    ///
    /// # Source
    /// Loshchilov and Hutter 2017; Keras 3.15.1, `keras/src/optimizers/adamw.py`, class `AdamW`.
    AdamW, OptimizerBase::new().weight_decay(0.004)
}
