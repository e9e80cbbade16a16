// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Sgd`: the step along the gradient, with momentum.

use firesteel_core::Result;
use firesteel_kernels::optimizer;

use super::Rule;
use crate::{Tensor, ops};

/// `v = momentum * v - rate * g`, then `w += v`, or `w += momentum * v - rate * g` with Nesterov.
#[derive(Clone, Copy, Debug)]
pub struct Sgd {
    /// The step size.
    pub learning_rate: f32,
    /// How much of the last step is kept.
    pub momentum: f32,
    /// Whether the gradient is that of the point ahead.
    pub nesterov: bool,
}

impl Rule for Sgd {
    fn slots(&self) -> usize {
        usize::from(self.momentum != 0.0)
    }

    fn in_place(&self, keep: f64, weight: &mut [f32], gradient: &[f32], slots: &mut [&mut [f32]]) {
        let kernel = optimizer::Sgd {
            learning_rate: self.learning_rate.into(),
            momentum: self.momentum.into(),
            nesterov: self.nesterov,
            keep,
        };
        match slots {
            [velocity] => kernel.update_with_momentum(weight, gradient, velocity),
            _ => kernel.update(weight, gradient),
        }
    }

    fn composed(
        &self,
        weight: &Tensor,
        gradient: &Tensor,
        slots: &[Tensor],
    ) -> Result<(Tensor, Vec<Tensor>)> {
        let step = ops::multiply_scalar(gradient, -self.learning_rate)?;
        let Some(velocity) = slots.first() else {
            return Ok((ops::add(weight, &step)?, Vec::new()));
        };
        let velocity = ops::add(&ops::multiply_scalar(velocity, self.momentum)?, &step)?;
        let change = if self.nesterov {
            ops::add(&ops::multiply_scalar(&velocity, self.momentum)?, &step)?
        } else {
            velocity.clone()
        };
        Ok((ops::add(weight, &change)?, vec![velocity]))
    }
}
