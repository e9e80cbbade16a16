// SPDX-License-Identifier: MIT OR Apache-2.0
//! `MeanAbsoluteError`: the mean of absolute differences.

use firesteel_core::{Options, Result};
use ndarray::ArrayViewD;

use super::Metric;
use super::base::{by_row, row_mean};

/// The mean of `|y_true - y_pred|`.
///
/// # Source
/// Keras 3.15.1, `keras/src/metrics`, class `MeanAbsoluteError`.
#[derive(Clone, Debug, Options)]
pub struct MeanAbsoluteError {
    /// The name under which it is reported.
    #[option(default = None)]
    name: Option<String>,
}

impl Metric for MeanAbsoluteError {
    fn values(
        &self,
        y_true: &ArrayViewD<'_, f32>,
        y_pred: &ArrayViewD<'_, f32>,
    ) -> Result<Vec<f64>> {
        by_row(self.type_name(), y_true, y_pred, |t, p| {
            row_mean(t, p, |t, p| f64::from((t - p).abs()))
        })
    }

    fn given_name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn boxed(&self) -> Box<dyn Metric> {
        Box::new(self.clone())
    }
}
