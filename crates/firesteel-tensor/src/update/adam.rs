// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Adam`: the step by running means of the gradient and its square.

use firesteel_core::Result;

use super::Rule;
use crate::{Tensor, ops};

/// `m += (g - m)(1 - b1)`, `v += (g^2 - v)(1 - b2)`, `w -= step * m / (sqrt(v) + epsilon)`.
///
/// The bias correction is in the step size: `rate * sqrt(1 - b2^t) / (1 - b1^t)`. With `amsgrad` the root is
/// of the largest `v` so far, kept in a third slot.
#[derive(Clone, Copy, Debug)]
pub struct Adam {
    /// The step size with its correction for the first steps.
    pub step_size: f32,
    /// How slowly the mean of the gradient changes.
    pub beta_1: f32,
    /// How slowly the mean of its square changes.
    pub beta_2: f32,
    /// Keeps the division away from zero.
    pub epsilon: f32,
    /// Whether the divisor may only grow.
    pub amsgrad: bool,
}

impl Rule for Adam {
    fn slots(&self) -> usize {
        if self.amsgrad { 3 } else { 2 }
    }

    fn in_place(&self, weight: &mut [f32], gradient: &[f32], slots: &mut [&mut [f32]]) {
        let Self { step_size, epsilon, .. } = *self;
        let (rest_1, rest_2) = (1.0 - self.beta_1, 1.0 - self.beta_2);
        match slots {
            [m, v] => {
                for (((w, g), m), v) in
                    weight.iter_mut().zip(gradient).zip(m.iter_mut()).zip(v.iter_mut())
                {
                    *m += (g - *m) * rest_1;
                    *v += (g * g - *v) * rest_2;
                    *w -= step_size * *m / (v.sqrt() + epsilon);
                }
            }
            [m, v, largest] => {
                let moments = m.iter_mut().zip(v.iter_mut()).zip(largest.iter_mut());
                for ((w, g), ((m, v), largest)) in weight.iter_mut().zip(gradient).zip(moments) {
                    *m += (g - *m) * rest_1;
                    *v += (g * g - *v) * rest_2;
                    *largest = largest.max(*v);
                    *w -= step_size * *m / (largest.sqrt() + epsilon);
                }
            }
            _ => {}
        }
    }

    fn composed(
        &self,
        weight: &Tensor,
        gradient: &Tensor,
        slots: &[Tensor],
    ) -> Result<(Tensor, Vec<Tensor>)> {
        let m = toward(&slots[0], gradient, self.beta_1)?;
        let v = toward(&slots[1], &ops::square(gradient)?, self.beta_2)?;
        let mut next = vec![m.clone(), v.clone()];
        let divisor = match slots.get(2) {
            Some(largest) => {
                next.push(ops::maximum(largest, &v)?);
                next[2].clone()
            }
            None => v,
        };
        let divisor = ops::add_scalar(&ops::sqrt(&divisor)?, self.epsilon)?;
        let step = ops::multiply_scalar(&ops::divide(&m, &divisor)?, self.step_size)?;
        Ok((ops::subtract(weight, &step)?, next))
    }
}

/// `old * keep + new * (1 - keep)`.
pub(super) fn toward(old: &Tensor, new: &Tensor, keep: f32) -> Result<Tensor> {
    let change = ops::multiply_scalar(&ops::subtract(new, old)?, 1.0 - keep)?;
    ops::add(old, &change)
}
