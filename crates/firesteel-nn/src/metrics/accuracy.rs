// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the name `accuracy` means: it is decided by the shapes of target and prediction.

use super::{BinaryAccuracy, CategoricalAccuracy, Metric, SparseCategoricalAccuracy};

/// Binary for one output, categorical for equal shapes, sparse otherwise, as in Keras.
pub(super) fn by_shape(y_true: &[usize], y_pred: &[usize]) -> Box<dyn Metric> {
    let one_output = y_pred.last().is_none_or(|&outputs| outputs == 1);
    if one_output {
        Box::new(BinaryAccuracy::new())
    } else if y_true == y_pred {
        Box::new(CategoricalAccuracy::new())
    } else {
        Box::new(SparseCategoricalAccuracy::new())
    }
}

/// The index of the largest value; the first of several.
pub(super) fn argmax(row: &[f32]) -> usize {
    row.iter().enumerate().fold(0, |best, (i, value)| if *value > row[best] { i } else { best })
}

/// Rows over the last axis, in row-major order.
pub(super) fn rows<'a>(values: &'a [f32], axes: &[usize]) -> std::slice::Chunks<'a, f32> {
    values.chunks(axes.last().copied().unwrap_or(1).max(1))
}
