// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the name `accuracy` means: it is decided by the shapes of target and prediction.

use super::{BinaryAccuracy, CategoricalAccuracy, Metric, SparseCategoricalAccuracy};

/// Whether a name asks for an accuracy without saying which.
pub(super) fn is_accuracy(name: &str) -> bool {
    name.eq_ignore_ascii_case("accuracy") || name.eq_ignore_ascii_case("acc")
}

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
