// SPDX-License-Identifier: MIT OR Apache-2.0
//! `BinaryCrossentropy`: the surprise of yes-or-no predictions.

use firesteel_core::{Options, Result};
use firesteel_tensor::{Tensor, ops};

use super::Loss;
use super::base::{EPSILON, fitted};
use super::reduction::REDUCTIONS;

/// The mean over an axis, the last one unless given, of `-(t ln p + (1 - t) ln(1 - p))`, with `p` held within `1e-7` of 0 and 1.
///
/// # Shapes
/// target and prediction `(batch, .., outputs)`, one value for each `(batch, ..)`.
///
/// # Source
/// Keras 3.15.1, `keras/src/losses/losses.py`, class `BinaryCrossentropy`.
#[derive(Clone, Debug, Options)]
pub struct BinaryCrossentropy {
    /// Whether the prediction is the input of the sigmoid instead of its result.
    #[option(default = false)]
    from_logits: bool,
    /// By how much targets are moved towards one half.
    #[option(default = 0.0, min = 0, max = 1)]
    label_smoothing: f64,
    /// The axis over which the mean is taken; negative numbers count from the end.
    #[option(default = -1)]
    axis: i64,
    /// How the values of the samples become one number.
    #[option(default = "sum_over_batch_size", one_of = REDUCTIONS)]
    reduction: String,
}

impl Loss for BinaryCrossentropy {
    fn values(&self, y_true: &Tensor, y_pred: &Tensor) -> Result<Tensor> {
        let (y_true, y_pred) = fitted("BinaryCrossentropy", y_true, y_pred)?;
        let target = if self.label_smoothing == 0.0 {
            y_true
        } else {
            let kept = ops::multiply_scalar(&y_true, (1.0 - self.label_smoothing) as f32)?;
            ops::add_scalar(&kept, (0.5 * self.label_smoothing) as f32)?
        };
        let values = if self.from_logits {
            from_logits(&target, &y_pred)?
        } else {
            from_probabilities(&target, &y_pred)?
        };
        ops::mean(&values, &[self.axis as isize], false)
    }

    fn reduction(&self) -> &str {
        &self.reduction
    }

    fn boxed(&self) -> Box<dyn Loss> {
        Box::new(self.clone())
    }
}

/// `max(x, 0) - x t + ln(1 + e^-|x|)`, which overflows nowhere. The maximum is written `(x + |x|) / 2`, whose
/// derivative at zero is one half, as that of the whole is there.
fn from_logits(target: &Tensor, x: &Tensor) -> Result<Tensor> {
    let size = ops::abs(x)?;
    let positive = ops::multiply_scalar(&ops::add(x, &size)?, 0.5)?;
    let small = ops::exp(&ops::negative(&size)?)?;
    let rest = ops::log(&ops::add_scalar(&small, 1.0)?)?;
    ops::add(&ops::subtract(&positive, &ops::multiply(x, target)?)?, &rest)
}

fn from_probabilities(target: &Tensor, p: &Tensor) -> Result<Tensor> {
    let p = ops::clip(p, EPSILON, 1.0 - EPSILON)?;
    let one_minus = |x: &Tensor| ops::add_scalar(&ops::negative(x)?, 1.0);
    let yes = ops::multiply(target, &ops::log(&p)?)?;
    let no = ops::multiply(&one_minus(target)?, &ops::log(&one_minus(&p)?)?)?;
    ops::negative(&ops::add(&yes, &no)?)
}
