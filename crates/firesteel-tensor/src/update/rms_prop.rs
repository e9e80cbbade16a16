// SPDX-License-Identifier: MIT OR Apache-2.0
//! `RmsProp`: the step divided by the running size of the gradient.

use firesteel_core::Result;
use firesteel_kernels::optimizer;

use super::Rule;
use super::adam::toward;
use crate::{Tensor, ops};

/// `v += (g^2 - v)(1 - rho)`, step `rate * g / sqrt(v + epsilon)`, with momentum `m = momentum * m + step`.
///
/// With `centered` the root is of `v - mean(g)^2 + epsilon`. Slots: `v`, then the momentum, then the mean.
#[derive(Clone, Copy, Debug)]
pub struct RmsProp {
    /// The step size.
    pub learning_rate: f32,
    /// How slowly the size of the gradient changes.
    pub rho: f32,
    /// How much of the last step is kept.
    pub momentum: f32,
    /// Keeps the root away from zero.
    pub epsilon: f32,
    /// Whether the variance takes the place of the mean square.
    pub centered: bool,
}

impl RmsProp {
    fn has_momentum(&self) -> bool {
        self.momentum > 0.0
    }
}

impl Rule for RmsProp {
    fn slots(&self) -> usize {
        1 + usize::from(self.has_momentum()) + usize::from(self.centered)
    }

    fn in_place(&self, keep: f64, weight: &mut [f32], gradient: &[f32], slots: &mut [&mut [f32]]) {
        let Some((velocity, rest)) = slots.split_first_mut() else { return };
        let (momentum, average_gradient) = match rest {
            [mean] if self.centered => (None, Some(&mut **mean)),
            [momentum] => (Some(&mut **momentum), None),
            [momentum, mean] => (Some(&mut **momentum), Some(&mut **mean)),
            _ => (None, None),
        };
        let state = optimizer::RmsPropState { velocity, average_gradient, momentum };
        let kernel = optimizer::RmsProp {
            learning_rate: self.learning_rate.into(),
            rho: self.rho.into(),
            momentum: self.momentum.into(),
            epsilon: self.epsilon.into(),
            keep,
        };
        kernel.update(weight, gradient, state);
    }

    fn composed(
        &self,
        weight: &Tensor,
        gradient: &Tensor,
        slots: &[Tensor],
    ) -> Result<(Tensor, Vec<Tensor>)> {
        let velocity = toward(&slots[0], &ops::square(gradient)?, self.rho)?;
        let mut next = vec![velocity.clone()];
        let mut size = ops::add_scalar(&velocity, self.epsilon)?;
        let mean = if self.centered { slots.last() } else { None };
        let mean = mean.map(|mean| toward(mean, gradient, self.rho)).transpose()?;
        if let Some(mean) = &mean {
            size = ops::subtract(&size, &ops::square(mean)?)?;
        }
        let scaled = ops::multiply_scalar(gradient, self.learning_rate)?;
        let mut step = ops::divide(&scaled, &ops::sqrt(&size)?)?;
        if self.has_momentum() {
            step = ops::add(&ops::multiply_scalar(&slots[1], self.momentum)?, &step)?;
            next.push(step.clone());
        }
        next.extend(mean);
        Ok((ops::subtract(weight, &step)?, next))
    }
}
