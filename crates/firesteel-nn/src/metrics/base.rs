// SPDX-License-Identifier: MIT OR Apache-2.0
//! What metrics share: target and prediction row by row.

use firesteel_core::{Result, Shape, err};
use ndarray::ArrayViewD;

use crate::losses::same_rank;

/// The elements of target and prediction in row-major order.
///
/// # Errors
/// `Shape` when the shapes differ by more than a last axis of length one.
pub(super) fn fitted(
    metric: &str,
    y_true: &ArrayViewD<'_, f32>,
    y_pred: &ArrayViewD<'_, f32>,
) -> Result<(Vec<f32>, Vec<f32>)> {
    let (truth, prediction) = same_rank(y_true.shape(), y_pred.shape());
    if truth != prediction {
        return Err(err::shape(metric, "target and prediction differ in shape")
            .expected(Shape::from(y_pred.shape()))
            .got(Shape::from(y_true.shape())));
    }
    Ok((flat(y_true), flat(y_pred)))
}

/// One value for each row over the last axis of target and prediction.
///
/// # Errors
/// As [`fitted`].
pub(super) fn by_row(
    metric: &str,
    y_true: &ArrayViewD<'_, f32>,
    y_pred: &ArrayViewD<'_, f32>,
    value: impl Fn(&[f32], &[f32]) -> f64,
) -> Result<Vec<f64>> {
    let (truth, prediction) = fitted(metric, y_true, y_pred)?;
    let (_, axes) = same_rank(y_true.shape(), y_pred.shape());
    let pairs = rows(&truth, &axes).zip(rows(&prediction, &axes));
    Ok(pairs.map(|(truth, prediction)| value(truth, prediction)).collect())
}

/// The mean of one value for each element of a row.
pub(super) fn row_mean(t: &[f32], p: &[f32], value: impl Fn(f32, f32) -> f64) -> f64 {
    t.iter().zip(p).map(|(t, p)| value(*t, *p)).sum::<f64>() / p.len() as f64
}

/// The index of the largest value; the first of several.
pub(super) fn argmax(row: &[f32]) -> usize {
    row.iter().enumerate().fold(0, |best, (i, value)| if *value > row[best] { i } else { best })
}

/// The elements in row-major order.
pub(super) fn flat(array: &ArrayViewD<'_, f32>) -> Vec<f32> {
    array.iter().copied().collect()
}

/// Rows over the last axis, in row-major order.
pub(super) fn rows<'a>(values: &'a [f32], axes: &[usize]) -> std::slice::Chunks<'a, f32> {
    values.chunks(axes.last().copied().unwrap_or(1).max(1))
}
