// SPDX-License-Identifier: MIT OR Apache-2.0
//! `SparseCategoricalCrossentropy`: the surprise of a class, targets as class numbers.

use firesteel_core::{Options, Result, err};
use firesteel_tensor::ops::Classes;
use firesteel_tensor::{Tensor, ops};
use ndarray::ArrayViewD;

use super::Loss;
use super::base::refuse_nan;
use super::categorical_crossentropy::log_probabilities;
use super::reduction::REDUCTIONS;

/// `-ln p[t]`, with `p` scaled to sum to one and held within `1e-7` of 0 and 1.
///
/// # Shapes
/// target `(batch, ..)` or `(batch, .., 1)`, prediction `(batch, .., classes)`, one value for each
/// `(batch, ..)`.
///
/// # Source
/// Keras 3.15.1, `keras/src/losses/losses.py`, class `SparseCategoricalCrossentropy`.
#[derive(Clone, Debug, Options)]
pub struct SparseCategoricalCrossentropy {
    /// Whether the prediction is the input of the softmax instead of its result.
    #[option(default = false)]
    from_logits: bool,
    /// A class whose samples do not count.
    #[option(default = None)]
    ignore_class: Option<i64>,
    /// How the values of the samples become one number.
    #[option(default = "sum_over_batch_size", one_of = REDUCTIONS)]
    reduction: String,
}

impl SparseCategoricalCrossentropy {
    fn is_ignored(&self, label: f32) -> bool {
        // labels were checked to be whole
        self.ignore_class.is_some_and(|ignored| label as i64 == ignored)
    }
}

/// The axes of the values: one for each label.
fn axes_of_values(y_true: &Tensor, y_pred: &Tensor) -> Result<Vec<usize>> {
    let mut axes = y_pred.shape().to_vec();
    axes.pop();
    let labels = match y_true.shape() {
        [labels @ .., 1] if labels.len() == axes.len() => labels,
        labels => labels,
    };
    if labels != axes {
        return Err(err::shape("SparseCategoricalCrossentropy", "the target does not fit")
            .expected(format!("one class for each of {axes:?}"))
            .got(y_true));
    }
    Ok(axes)
}

impl Loss for SparseCategoricalCrossentropy {
    fn values(&self, y_true: &Tensor, y_pred: &Tensor) -> Result<Tensor> {
        let mut axes = axes_of_values(y_true, y_pred)?;
        // an ignored class may be no class at all; its samples are masked out afterwards
        if self.from_logits {
            return ops::cross_entropy(y_pred, Classes::Labels(y_true));
        }
        let classes = y_pred.shape().last().copied().unwrap_or(1);
        let log = log_probabilities(y_pred, -1, false)?;
        axes.push(1);
        let labels = ops::clip(&ops::reshape(y_true, &axes)?, 0.0, classes as f32 - 1.0)?;
        let picked = ops::take_along_axis(&log, &ops::to_indices(&labels)?, -1)?;
        axes.pop();
        ops::negative(&ops::reshape(&picked, &axes)?)
    }

    fn mean(&self, y_true: &Tensor, y_pred: &Tensor) -> Result<Option<Tensor>> {
        if !self.from_logits || self.ignore_class.is_some() {
            return Ok(None);
        }
        axes_of_values(y_true, y_pred)?;
        ops::mean_cross_entropy(y_pred, Classes::Labels(y_true)).map(Some)
    }

    fn check_targets(&self, y_true: &ArrayViewD<'_, f32>, classes: usize) -> Result<()> {
        refuse_nan(self.type_name(), y_true)?;
        let bad = |&&label: &&f32| {
            let is_class = label >= 0.0 && (label as usize) < classes && label.fract() == 0.0;
            !is_class && !self.is_ignored(label)
        };
        match y_true.iter().find(bad) {
            None => Ok(()),
            Some(label) => Err(err::invalid_argument(self.type_name(), "y")
                .expected(format!("class numbers from 0 to {}", classes.saturating_sub(1)))
                .got(label)
                .fix("number the classes from 0, or give the last layer more units")),
        }
    }

    fn mask(&self, y_true: &ArrayViewD<'_, f32>) -> Result<Option<Vec<f32>>> {
        if self.ignore_class.is_none() {
            return Ok(None);
        }
        let counts = |&label: &f32| if self.is_ignored(label) { 0.0 } else { 1.0 };
        Ok(Some(y_true.iter().map(counts).collect()))
    }

    fn reduction(&self) -> &str {
        &self.reduction
    }

    fn boxed(&self) -> Box<dyn Loss> {
        Box::new(self.clone())
    }
}
