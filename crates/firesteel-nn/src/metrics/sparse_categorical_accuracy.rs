// SPDX-License-Identifier: MIT OR Apache-2.0
//! `SparseCategoricalAccuracy`: the share of right classes, targets as class numbers.

use firesteel_core::{Options, Result, Shape, err};
use ndarray::ArrayViewD;

use super::Metric;
use super::base::{argmax, flat, rows};

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
        let (labels, classes) = match (y_true.shape(), y_pred.shape()) {
            ([labels @ .., 1], [classes @ .., _]) if labels.len() == classes.len() => {
                (labels, classes)
            }
            (labels, [classes @ .., _]) => (labels, classes),
            (labels, []) => (labels, &[][..]),
        };
        if labels != classes {
            return Err(err::shape(self.type_name(), "the target does not fit")
                .expected(format!("one class for each row of {}", Shape::from(y_pred.shape())))
                .got(Shape::from(y_true.shape())));
        }
        let prediction = flat(y_pred);
        let predicted = rows(&prediction, y_pred.shape()).map(argmax);
        Ok(y_true
            .iter()
            .zip(predicted)
            .map(|(t, p)| f64::from(u8::from((t - p as f32).abs() == 0.0)))
            .collect())
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
