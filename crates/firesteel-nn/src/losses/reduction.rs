// SPDX-License-Identifier: MIT OR Apache-2.0
//! `reduce`: one number from the values of the samples.

use firesteel_core::{Result, err};
use firesteel_tensor::{Device, Tensor, ops};

use super::base::{same_rank, shaped};

/// The reductions that Keras knows.
pub(super) const REDUCTIONS: [&str; 5] =
    ["sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none"];

/// Makes one number of the values of the samples.
///
/// `sum_over_batch_size` and `mean` divide by the number of values, also when they are weighted;
/// `mean_with_sample_weight` divides by the sum of the weights; `none` leaves the weighted values as they are.
///
/// # Shapes
/// values `(batch, ..)`, weights of the same shape or with axes of length one; a single weight is for all.
///
/// # Errors
/// `Shape` when the weights do not fit the values, `UnknownName` for an unknown reduction.
///
/// # Examples
/// ```
/// use firesteel_nn::losses::reduce;
/// use firesteel_tensor::{Device, Tensor};
///
/// let values = Tensor::from_vec(vec![1.0, 3.0], &[2], &Device::cpu())?;
/// let weights = Tensor::from_vec(vec![3.0, 1.0], &[2], &Device::cpu())?;
/// assert_eq!(reduce(&values, None, "mean")?.to_scalar()?, 2.0);
/// assert_eq!(reduce(&values, Some(&weights), "sum")?.to_scalar()?, 6.0);
/// # Ok::<(), firesteel_core::Error>(())
/// ```
pub fn reduce(values: &Tensor, weights: Option<&Tensor>, reduction: &str) -> Result<Tensor> {
    let (weighted, weights) = match weights {
        Some(weights) => {
            let (values, weights) = aligned(values, weights)?;
            (ops::multiply(&values, &weights)?, Some(weights))
        }
        None => (values.clone(), None),
    };
    match (reduction, weights) {
        ("none", _) => Ok(weighted),
        ("sum", _) => ops::sum_all(&weighted),
        ("mean_with_sample_weight", Some(weights)) => {
            // nothing but a zero is changed: weights that are all zero give zero
            let divisor = ops::add_scalar(&ops::sum_all(&weights)?, f32::MIN_POSITIVE)?;
            ops::divide(&ops::sum_all(&weighted)?, &divisor)
        }
        ("sum_over_batch_size" | "mean" | "mean_with_sample_weight", _) => ops::mean_all(&weighted),
        (other, _) => Err(err::unknown_name("reduction", other, REDUCTIONS)),
    }
}

/// The marks of a mask, one for each value.
pub(super) fn marks(mask: &Tensor, values: &Tensor) -> Result<Vec<f32>> {
    if mask.len() != values.len() {
        return Err(err::shape("mask", "the mask of the prediction does not fit its losses")
            .expected(values)
            .got(mask)
            .fix("end the mask before the output, with a recurrent layer without sequences"));
    }
    mask.to_vec()
}

/// What both masks mark.
pub(super) fn both(a: Option<Vec<f32>>, b: Option<Vec<f32>>) -> Option<Vec<f32>> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.iter().zip(&b).map(|(a, b)| a * b).collect()),
        (one, other) => one.or(other),
    }
}

/// Weights by which only what the mask marks with one counts. For a mean over all values the marked ones count so
/// much more that it is the mean over them.
pub(super) fn masked(
    mask: Vec<f32>,
    values: &Tensor,
    weights: Option<&Tensor>,
    reduction: &str,
) -> Result<Tensor> {
    let counted: f32 = mask.iter().sum();
    let scale = match reduction {
        "mean" | "sum_over_batch_size" if counted > 0.0 => mask.len() as f32 / counted,
        _ => 1.0,
    };
    let mask = mask.into_iter().map(|marked| marked * scale).collect();
    let mask = Tensor::from_vec(mask, values.shape(), &Device::cpu())?.like(values);
    match weights {
        Some(weights) => {
            let (mask, weights) = aligned(&mask, weights)?;
            ops::multiply(&mask, &weights)
        }
        None => Ok(mask),
    }
}

/// Values and weights with the same number of axes.
fn aligned(values: &Tensor, weights: &Tensor) -> Result<(Tensor, Tensor)> {
    let (value_axes, weight_axes) = match weights.len() {
        1 => (values.shape().to_vec(), vec![1; values.rank()]),
        _ => same_rank(values.shape(), weights.shape()),
    };
    let fits = value_axes.len() == weight_axes.len()
        && value_axes
            .iter()
            .zip(&weight_axes)
            .all(|(value, weight)| *weight == 1 || weight == value);
    if !fits {
        return Err(err::shape("sample_weight", "one weight for each value is needed")
            .expected(values)
            .got(weights));
    }
    Ok((shaped(values, &value_axes)?, shaped(weights, &weight_axes)?))
}
