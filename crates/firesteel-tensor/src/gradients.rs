// SPDX-License-Identifier: MIT OR Apache-2.0
//! `gradients`: the derivatives of a scalar by every tracked tensor it depends on.

use std::fmt;

use firesteel_core::{Result, err};

use crate::Tensor;
use crate::dispatch::ranked;

/// The derivatives of one scalar; take the one of a tracked tensor out with [`take`](Gradients::take).
pub struct Gradients(burn::tensor::Gradients);

impl fmt::Debug for Gradients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gradients")
    }
}

/// Runs back from `loss` through everything it was computed from.
///
/// # Errors
/// `Shape` when the loss is not one number; `InvalidArgument` when it depends on no tracked tensor.
///
/// # Examples
/// ```
/// use firesteel_tensor::{Device, Tensor, gradients, ops};
///
/// let x = Tensor::from_vec(vec![3.0], &[1], &Device::cpu())?.tracked();
/// let loss = ops::sum_all(&ops::multiply(&x, &x)?)?;
/// assert_eq!(gradients(&loss)?.take(&x).map(|g| g.to_vec()).transpose()?, Some(vec![6.0]));
/// # Ok::<(), firesteel_core::Error>(())
/// ```
pub fn gradients(loss: &Tensor) -> Result<Gradients> {
    if loss.len() != 1 {
        return Err(err::shape("gradients", "the loss must be one number").got(loss));
    }
    let loss = ranked(loss.dispatch());
    if !loss.is_tracked() {
        return Err(err::invalid_argument("gradients", "loss")
            .expected("computed from a tracked tensor")
            .got("a constant"));
    }
    Ok(Gradients(loss.backward()))
}

impl Gradients {
    /// The derivative by a tracked tensor, of its shape; `None` when the scalar does not depend on it.
    pub fn take(&mut self, tensor: &Tensor) -> Option<Tensor> {
        let gradient = ranked(tensor.dispatch()).grad_remove(&mut self.0)?;
        Some(Tensor::wrap(gradient.into_dispatch()))
    }
}
