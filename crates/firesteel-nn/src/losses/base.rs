// SPDX-License-Identifier: MIT OR Apache-2.0
//! What all losses share: the reduction, and checks of targets.

use firesteel_core::{Result, err};
use firesteel_tensor::{Tensor, ops};
use ndarray::ArrayViewD;

/// How far probabilities are kept from zero and one.
pub(super) const EPSILON: f32 = 1e-7;

/// The reductions that Keras knows.
pub(super) const REDUCTIONS: [&str; 4] = ["sum_over_batch_size", "sum", "mean", "mean_with_sample_weight"];

/// Makes one number of the values of the samples.
///
/// `sum_over_batch_size` and `mean` divide by the number of values, also when they are weighted;
/// `mean_with_sample_weight` divides by the sum of the weights.
///
/// # Errors
/// `Shape` when the weights do not broadcast to the values, `UnknownName` for an unknown reduction.
pub fn reduce(values: &Tensor, weights: Option<&Tensor>, reduction: &str) -> Result<Tensor> {
    let weighted = match weights {
        Some(weights) => ops::multiply(values, weights)?,
        None => values.clone(),
    };
    match reduction {
        "sum" => ops::sum_all(&weighted),
        "mean_with_sample_weight" => match weights {
            Some(weights) => {
                let share = values.len() as f32 / weights.len() as f32;
                let total = ops::multiply_scalar(&ops::sum_all(weights)?, share)?;
                ops::divide(&ops::sum_all(&weighted)?, &ops::add_scalar(&total, 1e-7)?)
            }
            None => ops::mean_all(&weighted),
        },
        "sum_over_batch_size" | "mean" => ops::mean_all(&weighted),
        other => Err(err::unknown_name("reduction", other, REDUCTIONS)),
    }
}

/// Refuses targets that are not numbers.
pub(super) fn refuse_nan(loss: &str, y_true: &ArrayViewD<'_, f32>) -> Result<()> {
    let per_sample = y_true.len().checked_div(y_true.shape()[0]).unwrap_or(1).max(1);
    match y_true.iter().position(|value| value.is_nan()) {
        None => Ok(()),
        Some(position) => Err(err::invalid_argument(loss, "y")
            .expected("a number everywhere")
            .got(format!("NaN in sample {} of the batch", position / per_sample))
            .fix("drop the sample or fill the value in")),
    }
}

/// Refuses shapes that differ.
pub(super) fn same_shape(loss: &str, y_true: &Tensor, y_pred: &Tensor) -> Result<()> {
    if y_true.shape() == y_pred.shape() {
        return Ok(());
    }
    Err(err::shape(loss, "target and prediction differ in shape").expected(y_pred).got(y_true))
}
