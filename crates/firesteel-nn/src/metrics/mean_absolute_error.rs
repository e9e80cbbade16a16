// SPDX-License-Identifier: MIT OR Apache-2.0
//! `MeanAbsoluteError`: the mean of absolute differences.

use firesteel_core::{Options, Result, Shape, err};
use ndarray::ArrayViewD;

use super::Metric;
use super::accuracy::rows;

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
        if y_true.shape() != y_pred.shape() {
            return Err(err::shape(self.type_name(), "target and prediction differ in shape")
                .expected(Shape::from(y_pred.shape()))
                .got(Shape::from(y_true.shape())));
        }
        let (truth, prediction) = (y_true.as_standard_layout(), y_pred.as_standard_layout());
        let (truth, prediction) = (truth.as_slice().unwrap_or(&[]), prediction.as_slice().unwrap_or(&[]));
        let pairs = rows(truth, y_pred.shape()).zip(rows(prediction, y_pred.shape()));
        let value = |(t, p): (&f32, &f32)| f64::from((t - p).abs());
        Ok(pairs.map(|(t, p)| t.iter().zip(p).map(value).sum::<f64>() / p.len() as f64).collect())
    }

    fn report_name(&self) -> String {
        let default = || firesteel_core::names::snake_case("MeanAbsoluteError");
        self.name.clone().unwrap_or_else(default)
    }

    fn boxed(&self) -> Box<dyn Metric> {
        Box::new(self.clone())
    }
}
