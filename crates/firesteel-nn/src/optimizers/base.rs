// SPDX-License-Identifier: MIT OR Apache-2.0
//! `OptimizerBase`: what all optimizers share: decay, clipping.

use firesteel_core::{Json, JsonMap, Options, Result};

/// What all optimizers share.
#[derive(Clone, Debug, PartialEq, Options)]
pub struct OptimizerBase {
    /// The share of itself that each weight loses per step, times the learning rate.
    #[option(default = None, min = 0)]
    pub(crate) weight_decay: Option<f64>,
    /// The largest norm that the gradient of one weight may have.
    #[option(default = None, above = 0)]
    pub(crate) clipnorm: Option<f64>,
    /// The largest norm that all gradients together may have.
    #[option(default = None, above = 0)]
    pub(crate) global_clipnorm: Option<f64>,
    /// The largest size that an element of a gradient may have.
    #[option(default = None, above = 0)]
    pub(crate) clipvalue: Option<f64>,
}

/// Options of Keras' optimizers that change nothing at these values.
const NEUTRAL: [(&str, &[&str]); 5] = [
    ("ema_momentum", &[]),
    ("ema_overwrite_frequency", &[]),
    ("gradient_accumulation_steps", &["null"]),
    ("loss_scale_factor", &["null"]),
    ("use_ema", &["false"]),
];

impl OptimizerBase {
    pub(crate) fn validate(&self, owner: &str) -> Result<()> {
        self.table().iter().try_for_each(|row| match self.get(row.name) {
            Some(value) => row.check(owner, &value),
            None => Ok(()),
        })
    }

    /// Takes the shared options out of a config; what is left belongs to the optimizer itself.
    pub(crate) fn split(config: &JsonMap<String, Json>) -> Result<(Self, JsonMap<String, Json>)> {
        let mut base = Self::new();
        let mut own = config.clone();
        for row in base.clone().table() {
            if let Some(value) = own.remove(row.name) {
                base.set(row.name, &value)?;
            }
        }
        for (name, neutral) in NEUTRAL {
            let value = own.get(name).map(Json::to_string);
            if value.is_some_and(|value| neutral.is_empty() || neutral.contains(&value.as_str())) {
                own.remove(name);
            }
        }
        Ok((base, own))
    }
}

/// The setters that all optimizers share.
macro_rules! shared_setters {
    ($optimizer:ident) => {
        impl $optimizer {
            /// The share of itself that each weight loses per step, times the learning rate.
            #[must_use]
            pub fn weight_decay(mut self, weight_decay: f64) -> Self {
                self.base.weight_decay = Some(weight_decay);
                self
            }

            /// The largest norm that the gradient of one weight may have.
            #[must_use]
            pub fn clipnorm(mut self, clipnorm: f64) -> Self {
                self.base.clipnorm = Some(clipnorm);
                self
            }

            /// The largest norm that all gradients together may have.
            #[must_use]
            pub fn global_clipnorm(mut self, global_clipnorm: f64) -> Self {
                self.base.global_clipnorm = Some(global_clipnorm);
                self
            }

            /// The largest size that an element of a gradient may have.
            #[must_use]
            pub fn clipvalue(mut self, clipvalue: f64) -> Self {
                self.base.clipvalue = Some(clipvalue);
                self
            }
        }

        impl AsRef<$crate::optimizers::OptimizerBase> for $optimizer {
            fn as_ref(&self) -> &$crate::optimizers::OptimizerBase {
                &self.base
            }
        }

        impl AsMut<$crate::optimizers::OptimizerBase> for $optimizer {
            fn as_mut(&mut self) -> &mut $crate::optimizers::OptimizerBase {
                &mut self.base
            }
        }
    };
}
pub(crate) use shared_setters;
