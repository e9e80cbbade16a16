// SPDX-License-Identifier: MIT OR Apache-2.0
//! What all losses share: targets and predictions that fit each other, and checks of targets.

use firesteel_core::{Result, err};
use firesteel_tensor::{Tensor, ops};
use ndarray::ArrayViewD;

/// How far probabilities are kept from zero and one.
pub(super) const EPSILON: f32 = 1e-7;

/// The shapes of two arrays after Keras' rule for ranks that differ by one: a last axis of length one is dropped,
/// or added to the other where that has one axis only. Other shapes stay as they are.
pub(crate) fn same_rank(a: &[usize], b: &[usize]) -> (Vec<usize>, Vec<usize>) {
    match (a, b) {
        ([longer @ .., 1], _) if longer.len() == b.len() => {
            if b.len() == 1 {
                (a.to_vec(), vec![b[0], 1])
            } else {
                (longer.to_vec(), b.to_vec())
            }
        }
        (_, [longer @ .., 1]) if longer.len() == a.len() => {
            let (b, a) = same_rank(b, a);
            (a, b)
        }
        _ => (a.to_vec(), b.to_vec()),
    }
}

/// Target and prediction with the same shape.
///
/// # Errors
/// `Shape` when they differ by more than a last axis of length one.
pub(super) fn fitted(loss: &str, y_true: &Tensor, y_pred: &Tensor) -> Result<(Tensor, Tensor)> {
    let (truth, prediction) = same_rank(y_true.shape(), y_pred.shape());
    if truth != prediction {
        return Err(err::shape(loss, "target and prediction differ in shape")
            .expected(y_pred)
            .got(y_true));
    }
    Ok((shaped(y_true, &truth)?, shaped(y_pred, &prediction)?))
}

/// The tensor with the given shape; itself when it has it already.
pub(super) fn shaped(x: &Tensor, axes: &[usize]) -> Result<Tensor> {
    if x.shape() == axes { Ok(x.clone()) } else { ops::reshape(x, axes) }
}

/// Refuses targets that are not numbers.
pub(super) fn refuse_nan(loss: &str, y_true: &ArrayViewD<'_, f32>) -> Result<()> {
    let samples = y_true.shape().first().copied().unwrap_or(1);
    let per_sample = y_true.len().checked_div(samples).unwrap_or(1).max(1);
    match y_true.iter().position(|value| value.is_nan()) {
        None => Ok(()),
        Some(position) => Err(err::invalid_argument(loss, "y")
            .expected("a number everywhere")
            .got(format!("NaN in sample {} of the batch", position / per_sample))
            .fix("drop the sample or fill the value in")),
    }
}
