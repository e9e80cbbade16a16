// SPDX-License-Identifier: MIT OR Apache-2.0
//! `BinaryAccuracy`: the share of right yes-or-no predictions.

use firesteel_core::{Options, Result, Shape, err};
use ndarray::ArrayViewD;

use super::Metric;
use super::accuracy::rows;

/// The share of outputs that are above the threshold exactly where the target is one.
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
        if y_true.shape() != y_pred.shape() {
            return Err(err::shape(self.type_name(), "target and prediction differ in shape")
                .expected(Shape::from(y_pred.shape()))
                .got(Shape::from(y_true.shape())));
        }
        let (truth, prediction) = (y_true.as_standard_layout(), y_pred.as_standard_layout());
        let (truth, prediction) = (truth.as_slice().unwrap_or(&[]), prediction.as_slice().unwrap_or(&[]));
        let pairs = rows(truth, y_pred.shape()).zip(rows(prediction, y_pred.shape()));
        let is_right = |(t, p): (&f32, &f32)| {
            let yes = if f64::from(*p) > self.threshold { 1.0 } else { 0.0 };
            if *t == yes { 1.0 } else { 0.0 }
        };
        Ok(pairs.map(|(t, p)| t.iter().zip(p).map(is_right).sum::<f64>() / p.len() as f64).collect())
    }

    fn report_name(&self) -> String {
        let default = || firesteel_core::names::snake_case("BinaryAccuracy");
        self.name.clone().unwrap_or_else(default)
    }

    fn boxed(&self) -> Box<dyn Metric> {
        Box::new(self.clone())
    }
}
