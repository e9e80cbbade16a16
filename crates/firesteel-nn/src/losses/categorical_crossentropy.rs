// SPDX-License-Identifier: MIT OR Apache-2.0
//! `CategoricalCrossentropy`: the surprise of a class, targets one-hot.

use firesteel_core::{Options, Result};
use firesteel_tensor::ops::Classes;
use firesteel_tensor::{Tensor, ops};

use super::Loss;
use super::base::{EPSILON, fitted};
use super::reduction::REDUCTIONS;

/// `-sum(t ln p)` over the classes, with `p` scaled to sum to one and held within `1e-7` of 0 and 1.
///
/// # Shapes
/// target and prediction `(batch, .., outputs)`, one value for each `(batch, ..)`.
///
/// # Source
/// Keras 3.15.1, `keras/src/losses/losses.py`, class `CategoricalCrossentropy`.
#[derive(Clone, Debug, Options)]
pub struct CategoricalCrossentropy {
    /// Whether the prediction is the input of the softmax instead of its result.
    #[option(default = false)]
    from_logits: bool,
    /// By how much targets are moved towards the uniform distribution.
    #[option(default = 0.0, min = 0, max = 1)]
    label_smoothing: f64,
    /// The axis of the classes; negative numbers count from the end.
    #[option(default = -1)]
    axis: i64,
    /// How the values of the samples become one number.
    #[option(default = "sum_over_batch_size", one_of = REDUCTIONS)]
    reduction: String,
}

impl CategoricalCrossentropy {
    /// The target, moved towards the uniform distribution.
    fn smoothed(&self, y_true: Tensor) -> Result<Tensor> {
        if self.label_smoothing == 0.0 {
            return Ok(y_true);
        }
        // the last axis whatever `axis` says, as in Keras
        let classes = y_true.shape().last().copied().unwrap_or(1);
        let kept = ops::multiply_scalar(&y_true, (1.0 - self.label_smoothing) as f32)?;
        ops::add_scalar(&kept, (self.label_smoothing / classes as f64) as f32)
    }

    /// Whether the prediction is logits with the classes in the last axis, for which there is a shorter way.
    fn has_rows_of_logits(&self, y_pred: &Tensor) -> bool {
        self.from_logits && (self.axis == -1 || self.axis + 1 == y_pred.rank() as i64)
    }
}

impl Loss for CategoricalCrossentropy {
    fn values(&self, y_true: &Tensor, y_pred: &Tensor) -> Result<Tensor> {
        let (y_true, y_pred) = fitted("CategoricalCrossentropy", y_true, y_pred)?;
        let target = self.smoothed(y_true)?;
        if self.has_rows_of_logits(&y_pred) {
            return ops::cross_entropy(&y_pred, Classes::Probabilities(&target));
        }
        let axis = self.axis as isize;
        let log = log_probabilities(&y_pred, axis, self.from_logits)?;
        ops::negative(&ops::sum(&ops::multiply(&target, &log)?, &[axis], false)?)
    }

    fn mean(&self, y_true: &Tensor, y_pred: &Tensor) -> Result<Option<Tensor>> {
        let (y_true, y_pred) = fitted("CategoricalCrossentropy", y_true, y_pred)?;
        if !self.has_rows_of_logits(&y_pred) {
            return Ok(None);
        }
        let target = self.smoothed(y_true)?;
        ops::mean_cross_entropy(&y_pred, Classes::Probabilities(&target)).map(Some)
    }

    fn reduction(&self) -> &str {
        &self.reduction
    }

    fn boxed(&self) -> Box<dyn Loss> {
        Box::new(self.clone())
    }
}

/// The logarithm of the probabilities that a prediction means.
pub(super) fn log_probabilities(y_pred: &Tensor, axis: isize, from_logits: bool) -> Result<Tensor> {
    if from_logits {
        return ops::log_softmax(y_pred, axis);
    }
    let scaled = ops::divide(y_pred, &ops::sum(y_pred, &[axis], true)?)?;
    ops::log(&ops::clip(&scaled, EPSILON, 1.0 - EPSILON)?)
}
