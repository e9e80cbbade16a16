// SPDX-License-Identifier: MIT OR Apache-2.0
//! Penalties on what a layer computes.

use firesteel_core::Result;
use firesteel_tensor::{Tensor, ops};

use crate::Regularizer;
use crate::layer::CallCx;

/// The output of a layer, whose penalty is added to the loss.
///
/// # Errors
/// `UnknownName` when the regularizer was given by a name that does not exist.
pub(super) fn penalized(
    output: Tensor,
    regularizer: Option<&Regularizer>,
    cx: &CallCx,
) -> Result<Tensor> {
    if let Some(regularizer) = regularizer {
        // the penalty of a batch is that of its mean sample
        let samples = output.shape().first().copied().unwrap_or(1).max(1);
        let penalty = regularizer.penalty(&output)?;
        cx.add_loss(ops::multiply_scalar(&penalty, 1.0 / samples as f32)?);
    }
    Ok(output)
}
