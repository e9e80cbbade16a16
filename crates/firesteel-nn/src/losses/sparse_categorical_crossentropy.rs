// SPDX-License-Identifier: MIT OR Apache-2.0
//! `SparseCategoricalCrossentropy`: the surprise of a class, targets as class numbers.

use firesteel_core::{Options, Result, err};
use firesteel_tensor::ops::Classes;
use firesteel_tensor::{Device, Tensor, ops};
use ndarray::ArrayViewD;

use super::Loss;
use super::base::{refuse_nan, shaped};
use super::categorical_crossentropy::log_probabilities;
use super::reduction::REDUCTIONS;

/// `-ln p[t]`, with `p` scaled to sum to one and held within `1e-7` of 0 and 1.
///
/// # Shapes
/// target `(batch, ..)` or `(batch, .., 1)`, prediction `(batch, .., classes)`, one value for each
/// `(batch, ..)`.
///
/// # Differences from Keras
/// [`compute`](Loss::compute), and training with it, refuses labels that are no class; in Keras, on JAX, they count as
/// samples without a loss, as in [`values`](Loss::values).
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

/// How many classes a prediction tells apart.
fn classes(y_pred: &Tensor) -> usize {
    y_pred.shape().last().copied().unwrap_or(1)
}

/// Nothing for labels that are no class, in value and gradient.
fn only_of_classes(values: &Tensor, y_true: &Tensor, classes: usize) -> Result<Tensor> {
    let labels = shaped(y_true, values.shape())?;
    // cut to whole numbers, these are from zero to the last
    let not_below = ops::above(&labels, -1.0)?;
    let not_above = ops::above(&ops::negative(&labels)?, -(classes as f32))?;
    let zeros = Tensor::full(0.0, values.shape(), &Device::cpu())?.like(values);
    ops::where_(&ops::multiply(&not_below, &not_above)?, values, &zeros)
}

impl Loss for SparseCategoricalCrossentropy {
    fn values(&self, y_true: &Tensor, y_pred: &Tensor) -> Result<Tensor> {
        let mut axes = axes_of_values(y_true, y_pred)?;
        let classes = classes(y_pred);
        if self.from_logits {
            let values = ops::cross_entropy(y_pred, Classes::Labels(y_true))?;
            return only_of_classes(&values, y_true, classes);
        }
        let log = log_probabilities(y_pred, -1, false)?;
        axes.push(1);
        let labels = ops::clip(&ops::reshape(y_true, &axes)?, 0.0, classes as f32 - 1.0)?;
        let picked = ops::take_along_axis(&log, &ops::to_indices(&labels)?, -1)?;
        axes.pop();
        let values = ops::negative(&ops::reshape(&picked, &axes)?)?;
        only_of_classes(&values, y_true, classes)
    }

    fn mean(&self, y_true: &Tensor, y_pred: &Tensor) -> Result<Option<Tensor>> {
        // where labels lie on a device, it is better not to wait for them
        if !self.from_logits || self.ignore_class.is_some() || !y_true.is_on_cpu() {
            return Ok(None);
        }
        axes_of_values(y_true, y_pred)?;
        let end = classes(y_pred) as f32;
        if !y_true.to_vec()?.iter().all(|&label| label > -1.0 && label < end) {
            return Ok(None);
        }
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
