// SPDX-License-Identifier: MIT OR Apache-2.0
//! `SparseCategoricalAccuracy`: the share of right classes, targets as class numbers.

use firesteel_core::{Options, Result, Shape, err};
use ndarray::ArrayViewD;

use super::Metric;
use super::accuracy::{argmax, rows};

/// The share of samples whose largest output is the class of the target.
///
/// # Source
/// Keras 3.15.1, `keras/src/metrics`, class `SparseCategoricalAccuracy`.
#[derive(Clone, Debug, Options)]
pub struct SparseCategoricalAccuracy {
    /// The name under which it is reported.
    #[option(default = None)]
    name: Option<String>,
}

impl Metric for SparseCategoricalAccuracy {
    fn values(
        &self,
        y_true: &ArrayViewD<'_, f32>,
        y_pred: &ArrayViewD<'_, f32>,
    ) -> Result<Vec<f64>> {
        let classes = y_pred.shape().last().copied().unwrap_or(1).max(1);
        if y_true.len() * classes != y_pred.len() {
            return Err(err::shape(self.type_name(), "the target does not fit")
                .expected(format!("one class for each row of {}", Shape::from(y_pred.shape())))
                .got(Shape::from(y_true.shape())));
        }
        let prediction = y_pred.as_standard_layout();
        let predicted = rows(prediction.as_slice().unwrap_or(&[]), y_pred.shape()).map(argmax);
        let is_right = |(t, p): (&f32, usize)| if *t as usize == p && *t >= 0.0 { 1.0 } else { 0.0 };
        Ok(y_true.iter().zip(predicted).map(is_right).collect())
    }

    fn report_name(&self) -> String {
        let default = || firesteel_core::names::snake_case("SparseCategoricalAccuracy");
        self.name.clone().unwrap_or_else(default)
    }

    fn boxed(&self) -> Box<dyn Metric> {
        Box::new(self.clone())
    }
}
