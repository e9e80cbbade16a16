// SPDX-License-Identifier: MIT OR Apache-2.0
//! `softmax`, its logarithm, and cross-entropy from logits.

use burn::backend::Dispatch;
use burn::backend::ops::ActivationOps;
use firesteel_core::{Result, err};

use super::binary::{axis_index, is_recorded, multiply};
use super::reduce::{mean_all, sum};
use super::reshape::{reshape, take_along_axis, to_indices};
use super::unary::{clip, negative};
use crate::Tensor;
use crate::fused::{self, Losses};

/// `exp(x) / sum(exp(x))` along an axis, without overflow.
///
/// # Errors
/// `Shape` for an axis that is not there, `DType` when the tensor holds no floats.
pub fn softmax(x: &Tensor, axis: isize) -> Result<Tensor> {
    x.require_float("softmax")?;
    let index = axis_index("softmax", x, axis)?;
    if x.is_on_cpu() && index + 1 == x.rank() {
        return fused::apply(fused::Softmax, &[x]);
    }
    Ok(Tensor::wrap(Dispatch::softmax(x.dispatch(), index)))
}

/// The logarithm of [`softmax`], exact where the softmax itself would round to zero.
///
/// # Errors
/// As [`softmax`].
pub fn log_softmax(x: &Tensor, axis: isize) -> Result<Tensor> {
    x.require_float("log_softmax")?;
    let index = axis_index("log_softmax", x, axis)?;
    if x.is_on_cpu() && index + 1 == x.rank() {
        return fused::apply(fused::LogSoftmax, &[x]);
    }
    Ok(composed_log(x, index))
}

/// The same of Burn's own, for devices without our kernels and other axes.
fn composed_log(x: &Tensor, index: usize) -> Tensor {
    Tensor::wrap(Dispatch::log_softmax(x.dispatch(), index))
}

/// What cross-entropy compares logits with.
#[derive(Clone, Copy, Debug)]
pub enum Classes<'a> {
    /// A probability for each class, of the shape of the logits.
    Probabilities(&'a Tensor),
    /// The number of the class of each row of logits; one outside stands for the nearest class.
    Labels(&'a Tensor),
}

/// The surprise of each row of logits: `-sum(t ln softmax(x))` over the last axis, or `-ln softmax(x)[label]`.
///
/// A logit of minus infinity makes NaN of its row where its probability is zero, as in Keras, but harms no label of
/// another class.
///
/// # Shapes
/// logits `(.., classes)`, output `(..)`, `(1,)` for a single row without further axes.
///
/// # Errors
/// `Shape` when the classes do not fit the logits, `DType` when something holds no floats.
pub fn cross_entropy(logits: &Tensor, classes: Classes<'_>) -> Result<Tensor> {
    check(logits, classes)?;
    match in_one_pass(logits, classes, Losses::EachRow)? {
        Some(losses) => Ok(losses),
        None => composed(logits, classes),
    }
}

/// The mean of [`cross_entropy`] over all rows, `(1,)`.
///
/// # Errors
/// As [`cross_entropy`].
pub fn mean_cross_entropy(logits: &Tensor, classes: Classes<'_>) -> Result<Tensor> {
    check(logits, classes)?;
    match in_one_pass(logits, classes, Losses::Mean)? {
        Some(mean) => Ok(mean),
        None => mean_all(&composed(logits, classes)?),
    }
}

fn check(logits: &Tensor, classes: Classes<'_>) -> Result<()> {
    logits.require_float("cross_entropy")?;
    let (given, fits) = match classes {
        Classes::Probabilities(targets) => (targets, targets.shape() == logits.shape()),
        Classes::Labels(labels) => (labels, labels.len() == rows(logits).iter().product::<usize>()),
    };
    given.require_float("cross_entropy")?;
    if fits {
        return Ok(());
    }
    Err(err::shape("cross_entropy", "the classes do not fit the logits")
        .expected(format!("something for each row of {logits}"))
        .got(given))
}

/// The axes of the losses.
fn rows(logits: &Tensor) -> Vec<usize> {
    match logits.shape() {
        [rows @ .., _] if !rows.is_empty() => rows.to_vec(),
        _ => vec![1],
    }
}

fn in_one_pass(logits: &Tensor, classes: Classes<'_>, losses: Losses) -> Result<Option<Tensor>> {
    if !logits.is_on_cpu() || logits.is_empty() {
        return Ok(None);
    }
    match classes {
        // the fused gradient is that of the logits alone
        Classes::Probabilities(targets) if is_recorded(targets) || !targets.is_on_cpu() => Ok(None),
        Classes::Probabilities(targets) => {
            let op = fused::CrossEntropy { labels: None, losses };
            fused::apply(op, &[logits, targets]).map(Some)
        }
        Classes::Labels(labels) => {
            let last = logits.shape().last().map_or(0, |&classes| classes - 1);
            let label = |label: f32| (label as u32).min(last as u32);
            let labels = Some(labels.to_vec()?.into_iter().map(label).collect());
            fused::apply(fused::CrossEntropy { labels, losses }, &[logits]).map(Some)
        }
    }
}

/// The same of separate operations, for devices without our kernels.
fn composed(logits: &Tensor, classes: Classes<'_>) -> Result<Tensor> {
    let log = composed_log(logits, axis_index("cross_entropy", logits, -1)?);
    let likely = match classes {
        Classes::Probabilities(targets) => sum(&multiply(targets, &log)?, &[-1], false)?,
        Classes::Labels(labels) => {
            let mut axes = logits.shape().to_vec();
            let n_classes = axes.last_mut().map_or(1, |last| std::mem::replace(last, 1));
            let labels = clip(&reshape(labels, &axes)?, 0.0, n_classes as f32 - 1.0)?;
            let picked = take_along_axis(&log, &to_indices(&labels)?, -1)?;
            reshape(&picked, &rows(logits))?
        }
    };
    negative(&likely)
}

#[cfg(test)]
mod tests;
