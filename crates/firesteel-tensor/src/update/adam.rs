// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Adam`: the step by running means of the gradient and its square.

use firesteel_core::Result;
use firesteel_kernels::optimizer;

use super::Rule;
use crate::{Tensor, ops};

/// `m += (g - m)(1 - b1)`, `v += (g^2 - v)(1 - b2)`, `w -= step * m / (sqrt(v) + epsilon)`.
///
/// The step size is `rate * sqrt(1 - b2^t) / (1 - b1^t)`. With `amsgrad` the root is of the largest `v` so far,
/// kept in a third slot.
#[derive(Clone, Copy, Debug)]
pub struct Adam {
    /// The learning rate.
    pub learning_rate: f64,
    /// How slowly the mean of the gradient changes.
    pub beta_1: f64,
    /// How slowly the mean of its square changes.
    pub beta_2: f64,
    /// Keeps the division away from zero.
    pub epsilon: f64,
    /// Whether the divisor may only grow.
    pub amsgrad: bool,
    /// The number `t` of the step, from 1.
    pub step: u64,
}

impl Adam {
    /// The learning rate with the correction for means that started at zero.
    fn step_size(&self) -> f32 {
        let t = self.step as f64;
        let correction = (1.0 - self.beta_2.powf(t)).sqrt() / (1.0 - self.beta_1.powf(t));
        (self.learning_rate * correction) as f32
    }
}

impl Rule for Adam {
    fn slots(&self) -> usize {
        if self.amsgrad { 3 } else { 2 }
    }

    fn in_place(&self, keep: f64, weight: &mut [f32], gradient: &[f32], slots: &mut [&mut [f32]]) {
        let (momentum, velocity, largest_velocity) = match slots {
            [momentum, velocity] => (momentum, velocity, None),
            [momentum, velocity, largest] => (momentum, velocity, Some(&mut **largest)),
            _ => return,
        };
        let state = optimizer::AdamState { momentum, velocity, largest_velocity };
        let kernel = optimizer::Adam {
            learning_rate: self.learning_rate,
            beta_1: self.beta_1,
            beta_2: self.beta_2,
            epsilon: self.epsilon,
            keep,
        };
        kernel.update(self.step, weight, gradient, state);
    }

    fn composed(
        &self,
        weight: &Tensor,
        gradient: &Tensor,
        slots: &[Tensor],
    ) -> Result<(Tensor, Vec<Tensor>)> {
        let m = toward(&slots[0], gradient, self.beta_1 as f32)?;
        let v = toward(&slots[1], &ops::square(gradient)?, self.beta_2 as f32)?;
        let mut next = vec![m.clone(), v.clone()];
        let divisor = match slots.get(2) {
            Some(largest) => {
                next.push(ops::maximum(largest, &v)?);
                next[2].clone()
            }
            None => v,
        };
        let divisor = ops::add_scalar(&ops::sqrt(&divisor)?, self.epsilon as f32)?;
        let step = ops::multiply_scalar(&ops::divide(&m, &divisor)?, self.step_size())?;
        Ok((ops::subtract(weight, &step)?, next))
    }
}

/// `old * keep + new * (1 - keep)`.
pub(super) fn toward(old: &Tensor, new: &Tensor, keep: f32) -> Result<Tensor> {
    let change = ops::multiply_scalar(&ops::subtract(new, old)?, 1.0 - keep)?;
    ops::add(old, &change)
}
