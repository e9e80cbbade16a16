// SPDX-License-Identifier: MIT OR Apache-2.0
//! `BinaryAccuracy`: the share of right yes-or-no predictions.

use firesteel_core::{Options, Result};
use ndarray::ArrayViewD;

use super::Metric;
use super::base::fitted;

/// The share of outputs that are above the threshold exactly where the target is one. Every output counts on its own.
///
/// # Source
/// Keras 3.15.1, `keras/src/metrics`, class `BinaryAccuracy`.
#[derive(Clone, Debug, Options)]
pub struct BinaryAccuracy {
    /// The name under which it is reported.
    #[option(default = None)]
    name: Option<String>,
    /// Above it an output means yes.
    #[option(default = 0.5)]
    threshold: f64,
}

impl Metric for BinaryAccuracy {
    fn values(
        &self,
        y_true: &ArrayViewD<'_, f32>,
        y_pred: &ArrayViewD<'_, f32>,
    ) -> Result<Vec<f64>> {
        let is_right = |(t, p): (&f32, &f32)| {
            (t - f32::from(u8::from(f64::from(*p) > self.threshold))).abs() == 0.0
        };
        let (truth, prediction) = fitted(self.type_name(), y_true, y_pred)?;
        Ok(truth.iter().zip(&prediction).map(|pair| f64::from(u8::from(is_right(pair)))).collect())
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
