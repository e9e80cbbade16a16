// SPDX-License-Identifier: MIT OR Apache-2.0
//! `MeanSquaredError`: the mean of squared differences.

use firesteel_core::{Options, Result};
use firesteel_tensor::{Tensor, ops};

use super::Loss;
use super::base::fitted;
use super::reduction::REDUCTIONS;

/// The mean over the last axis of `(y_true - y_pred)^2`.
///
/// # Shapes
/// target and prediction `(batch, .., outputs)`, one value for each `(batch, ..)`.
///
/// # Source
/// Keras 3.15.1, `keras/src/losses/losses.py`, class `MeanSquaredError`.
#[derive(Clone, Debug, Options)]
pub struct MeanSquaredError {
    /// How the values of the samples become one number.
    #[option(default = "sum_over_batch_size", one_of = REDUCTIONS)]
    reduction: String,
}

impl Loss for MeanSquaredError {
    fn values(&self, y_true: &Tensor, y_pred: &Tensor) -> Result<Tensor> {
        let (y_true, y_pred) = fitted("MeanSquaredError", y_true, y_pred)?;
        ops::mean(&ops::square(&ops::subtract(&y_true, &y_pred)?)?, &[-1], false)
    }

    fn mean(&self, y_true: &Tensor, y_pred: &Tensor) -> Result<Option<Tensor>> {
        let (y_true, y_pred) = fitted("MeanSquaredError", y_true, y_pred)?;
        ops::mean_squared_difference(&y_pred, &y_true).map(Some)
    }

    fn reduction(&self) -> &str {
        &self.reduction
    }

    fn boxed(&self) -> Box<dyn Loss> {
        Box::new(self.clone())
    }
}
