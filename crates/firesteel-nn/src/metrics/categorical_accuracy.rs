// SPDX-License-Identifier: MIT OR Apache-2.0
//! `CategoricalAccuracy`: the share of right classes, targets one-hot.

use firesteel_core::{Options, Result};
use ndarray::ArrayViewD;

use super::Metric;
use super::base::{argmax, by_row};

/// The share of samples whose largest output is where the largest target is.
///
/// # Source
/// Keras 3.15.1, `keras/src/metrics`, class `CategoricalAccuracy`.
#[derive(Clone, Debug, Options)]
pub struct CategoricalAccuracy {
    /// The name under which it is reported.
    #[option(default = None)]
    name: Option<String>,
}

impl Metric for CategoricalAccuracy {
    fn values(
        &self,
        y_true: &ArrayViewD<'_, f32>,
        y_pred: &ArrayViewD<'_, f32>,
    ) -> Result<Vec<f64>> {
        by_row(self.type_name(), y_true, y_pred, |t, p| f64::from(u8::from(argmax(t) == argmax(p))))
    }

    fn given_name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn larger_is_better(&self) -> bool {
        true
    }

    fn boxed(&self) -> Box<dyn Metric> {
        Box::new(self.clone())
    }
}
