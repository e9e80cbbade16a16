// SPDX-License-Identifier: MIT OR Apache-2.0
//! Stochastic gradient descent, plain, with momentum, and Nesterov's.

use crate::pointwise::{self, Pointwise};
use crate::rows::Vectors;
use crate::vector::Simd;

/// `w -= learning_rate * g`, or with momentum `m = momentum * m - learning_rate * g; w += m`.
///
/// # Source
/// Keras 3.15.1, `keras/src/optimizers/sgd.py`, `update_step`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sgd {
    /// Step size.
    pub learning_rate: f64,
    /// Share of the last step that is kept.
    pub momentum: f64,
    /// Whether the step looks ahead: `w += momentum * m - learning_rate * g` after `m`.
    pub nesterov: bool,
    /// What is left of a weight before the step, `1 - weight_decay * learning_rate`; 1 where nothing decays.
    pub keep: f64,
}

impl Sgd {
    /// One step without momentum.
    ///
    /// # Panics
    /// Where the slices have different lengths.
    pub fn update(&self, weights: &mut [f32], gradient: &[f32]) {
        pointwise::apply(Plain(self.numbers()), [weights], [gradient]);
    }

    /// One step with momentum; `velocity` is zero before the first.
    ///
    /// # Panics
    /// Where the slices have different lengths.
    pub fn update_with_momentum(
        &self,
        weights: &mut [f32],
        gradient: &[f32],
        velocity: &mut [f32],
    ) {
        let numbers = self.numbers();
        if self.nesterov {
            pointwise::apply(Nesterov(numbers), [weights, velocity], [gradient]);
        } else {
            pointwise::apply(Momentum(numbers), [weights, velocity], [gradient]);
        }
    }

    fn numbers(&self) -> Numbers {
        Numbers {
            rate: self.learning_rate as f32,
            momentum: self.momentum as f32,
            keep: self.keep as f32,
        }
    }
}

#[derive(Clone, Copy)]
struct Numbers {
    rate: f32,
    momentum: f32,
    keep: f32,
}

impl Numbers {
    #[inline(always)]
    fn velocity<S: Simd>(self, simd: S, m: S::F, g: S::F) -> S::F {
        simd.neg_mul_add(g, simd.splat(self.rate), simd.mul(m, simd.splat(self.momentum)))
    }

    #[inline(always)]
    fn decayed<S: Simd>(self, simd: S, w: S::F) -> S::F {
        simd.mul(w, simd.splat(self.keep))
    }
}

#[derive(Clone, Copy)]
struct Plain(Numbers);

impl Pointwise<1, 1, 0> for Plain {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([w], [g], []): Vectors<S::F, 1, 1, 0>) -> [S::F; 1] {
        [simd.neg_mul_add(g, simd.splat(self.0.rate), self.0.decayed(simd, w))]
    }
}

#[derive(Clone, Copy)]
struct Momentum(Numbers);

impl Pointwise<2, 1, 0> for Momentum {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([w, m], [g], []): Vectors<S::F, 2, 1, 0>) -> [S::F; 2] {
        let m = self.0.velocity(simd, m, g);
        [simd.add(self.0.decayed(simd, w), m), m]
    }
}

#[derive(Clone, Copy)]
struct Nesterov(Numbers);

impl Pointwise<2, 1, 0> for Nesterov {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([w, m], [g], []): Vectors<S::F, 2, 1, 0>) -> [S::F; 2] {
        let m = self.0.velocity(simd, m, g);
        let ahead = self.0.velocity(simd, m, g);
        [simd.add(self.0.decayed(simd, w), ahead), m]
    }
}
