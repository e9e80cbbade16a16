// SPDX-License-Identifier: MIT OR Apache-2.0
//! Adam and its AMSGrad variant, with AdamW's decay in the same pass.

use crate::pointwise::{self, Pointwise};
use crate::rows::Vectors;
use crate::vector::Simd;

/// With `alpha = learning_rate * sqrt(1 - beta_2^step) / (1 - beta_1^step)`:
///
/// ```text
/// w *= keep
/// m += (g - m) * (1 - beta_1)
/// v += (g^2 - v) * (1 - beta_2)
/// w -= alpha * m / (sqrt(v) + epsilon)      AMSGrad: with the largest v so far
/// ```
///
/// # Source
/// Keras 3.15.1, `keras/src/optimizers/adam.py`, `update_step`, and `_apply_weight_decay` of
/// `base_optimizer.py`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam {
    /// Step size.
    pub learning_rate: f64,
    /// Decay of the mean of gradients.
    pub beta_1: f64,
    /// Decay of the mean of their squares.
    pub beta_2: f64,
    /// Added to the root.
    pub epsilon: f64,
    /// What is left of a weight before the step, `1 - weight_decay * learning_rate`; 1 where nothing decays.
    pub keep: f64,
}

/// What Adam remembers of one weight; all zero before the first step.
#[derive(Debug)]
pub struct AdamState<'a> {
    /// `m`, the mean of gradients.
    pub momentum: &'a mut [f32],
    /// `v`, the mean of their squares.
    pub velocity: &'a mut [f32],
    /// The largest `v` so far, for AMSGrad.
    pub largest_velocity: Option<&'a mut [f32]>,
}

impl Adam {
    /// Step number `step`, counted from 1.
    ///
    /// # Panics
    /// Where the slices have different lengths.
    pub fn update(&self, step: u64, weights: &mut [f32], gradient: &[f32], state: AdamState<'_>) {
        let AdamState { momentum, velocity, largest_velocity } = state;
        let numbers = self.numbers(step);
        match largest_velocity {
            None => pointwise::apply(Plain(numbers), [weights, momentum, velocity], [gradient]),
            Some(largest) => {
                let state = [weights, momentum, velocity, largest];
                pointwise::apply(AmsGrad(numbers), state, [gradient]);
            }
        }
    }

    fn numbers(&self, step: u64) -> Numbers {
        // a power with an `f64` exponent: exact enough, and no step count overflows it
        let steps = step as f64;
        let rise = (1.0 - self.beta_2.powf(steps)).sqrt() / (1.0 - self.beta_1.powf(steps));
        Numbers {
            alpha: (self.learning_rate * rise) as f32,
            new_1: (1.0 - self.beta_1) as f32,
            new_2: (1.0 - self.beta_2) as f32,
            epsilon: self.epsilon as f32,
            keep: self.keep as f32,
        }
    }
}

#[derive(Clone, Copy)]
struct Numbers {
    alpha: f32,
    new_1: f32,
    new_2: f32,
    epsilon: f32,
    keep: f32,
}

impl Numbers {
    #[inline(always)]
    fn means<S: Simd>(self, simd: S, m: S::F, v: S::F, g: S::F) -> (S::F, S::F) {
        let m = simd.mul_add(simd.sub(g, m), simd.splat(self.new_1), m);
        let v = simd.mul_add(simd.sub(simd.mul(g, g), v), simd.splat(self.new_2), v);
        (m, v)
    }

    #[inline(always)]
    fn step<S: Simd>(self, simd: S, w: S::F, m: S::F, v: S::F) -> S::F {
        let w = simd.mul(w, simd.splat(self.keep));
        let spread = simd.add(simd.sqrt(v), simd.splat(self.epsilon));
        simd.sub(w, simd.div(simd.mul(m, simd.splat(self.alpha)), spread))
    }
}

#[derive(Clone, Copy)]
struct Plain(Numbers);

impl Pointwise<3, 1, 0> for Plain {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([w, m, v], [g], []): Vectors<S::F, 3, 1, 0>) -> [S::F; 3] {
        let (m, v) = self.0.means(simd, m, v, g);
        [self.0.step(simd, w, m, v), m, v]
    }
}

#[derive(Clone, Copy)]
struct AmsGrad(Numbers);

impl Pointwise<4, 1, 0> for AmsGrad {
    #[inline(always)]
    fn at<S: Simd>(
        self,
        simd: S,
        ([w, m, v, largest], [g], []): Vectors<S::F, 4, 1, 0>,
    ) -> [S::F; 4] {
        let (m, v) = self.0.means(simd, m, v, g);
        let largest = simd.max(largest, v);
        [self.0.step(simd, w, m, largest), m, v, largest]
    }
}
