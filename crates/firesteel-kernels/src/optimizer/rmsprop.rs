// SPDX-License-Identifier: MIT OR Apache-2.0
//! RMSprop, plain, centered, and with momentum.

use crate::pointwise::{self, Pointwise};
use crate::rows::Vectors;
use crate::vector::Simd;

/// ```text
/// w *= keep
/// v = rho * v + (1 - rho) * g^2
/// a = rho * a + (1 - rho) * g                              centered; else a = 0
/// step = learning_rate * g / sqrt(v - a^2 + epsilon)
/// m = momentum * m + step                                  with momentum; else m = step
/// w -= m
/// ```
///
/// # Source
/// Keras 3.15.1, `keras/src/optimizers/rmsprop.py`, `update_step`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RmsProp {
    /// Step size.
    pub learning_rate: f64,
    /// Decay of the means.
    pub rho: f64,
    /// Share of the last step that is kept.
    pub momentum: f64,
    /// Added under the root.
    pub epsilon: f64,
    /// What is left of a weight before the step, `1 - weight_decay * learning_rate`; 1 where nothing decays.
    pub keep: f64,
}

/// What RMSprop remembers of one weight; all zero before the first step.
#[derive(Debug)]
pub struct RmsPropState<'a> {
    /// `v`, the mean of squared gradients.
    pub velocity: &'a mut [f32],
    /// `a`, the mean of gradients, for the centered form.
    pub average_gradient: Option<&'a mut [f32]>,
    /// `m`, the last step, with momentum.
    pub momentum: Option<&'a mut [f32]>,
}

impl RmsProp {
    /// One step.
    ///
    /// # Panics
    /// Where the slices have different lengths.
    pub fn update(&self, weights: &mut [f32], gradient: &[f32], state: RmsPropState<'_>) {
        let RmsPropState { velocity, average_gradient, momentum } = state;
        let (n, g) = (self.numbers(), [gradient]);
        match (average_gradient, momentum) {
            (None, None) => pointwise::apply(Plain(n), [weights, velocity], g),
            (Some(a), None) => pointwise::apply(Centered(n), [weights, velocity, a], g),
            (None, Some(m)) => pointwise::apply(Momentum(n), [weights, velocity, m], g),
            (Some(a), Some(m)) => pointwise::apply(Both(n), [weights, velocity, a, m], g),
        }
    }

    fn numbers(&self) -> Numbers {
        Numbers {
            rate: self.learning_rate as f32,
            old: self.rho as f32,
            new: (1.0 - self.rho) as f32,
            momentum: self.momentum as f32,
            epsilon: self.epsilon as f32,
            keep: self.keep as f32,
        }
    }
}

#[derive(Clone, Copy)]
struct Numbers {
    rate: f32,
    old: f32,
    new: f32,
    momentum: f32,
    epsilon: f32,
    keep: f32,
}

impl Numbers {
    #[inline(always)]
    fn mean<S: Simd>(self, simd: S, old: S::F, new: S::F) -> S::F {
        simd.mul_add(old, simd.splat(self.old), simd.mul(new, simd.splat(self.new)))
    }

    #[inline(always)]
    fn step<S: Simd>(self, simd: S, g: S::F, variance: S::F) -> S::F {
        let spread = simd.sqrt(simd.add(variance, simd.splat(self.epsilon)));
        simd.div(simd.mul(g, simd.splat(self.rate)), spread)
    }

    #[inline(always)]
    fn momentum<S: Simd>(self, simd: S, m: S::F, step: S::F) -> S::F {
        simd.mul_add(m, simd.splat(self.momentum), step)
    }

    #[inline(always)]
    fn moved<S: Simd>(self, simd: S, w: S::F, step: S::F) -> S::F {
        simd.sub(simd.mul(w, simd.splat(self.keep)), step)
    }
}

#[derive(Clone, Copy)]
struct Plain(Numbers);

impl Pointwise<2, 1, 0> for Plain {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([w, v], [g], []): Vectors<S::F, 2, 1, 0>) -> [S::F; 2] {
        let v = self.0.mean(simd, v, simd.mul(g, g));
        [self.0.moved(simd, w, self.0.step(simd, g, v)), v]
    }
}

#[derive(Clone, Copy)]
struct Centered(Numbers);

impl Pointwise<3, 1, 0> for Centered {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([w, v, a], [g], []): Vectors<S::F, 3, 1, 0>) -> [S::F; 3] {
        let v = self.0.mean(simd, v, simd.mul(g, g));
        let a = self.0.mean(simd, a, g);
        let step = self.0.step(simd, g, simd.neg_mul_add(a, a, v));
        [self.0.moved(simd, w, step), v, a]
    }
}

#[derive(Clone, Copy)]
struct Momentum(Numbers);

impl Pointwise<3, 1, 0> for Momentum {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([w, v, m], [g], []): Vectors<S::F, 3, 1, 0>) -> [S::F; 3] {
        let v = self.0.mean(simd, v, simd.mul(g, g));
        let m = self.0.momentum(simd, m, self.0.step(simd, g, v));
        [self.0.moved(simd, w, m), v, m]
    }
}

#[derive(Clone, Copy)]
struct Both(Numbers);

impl Pointwise<4, 1, 0> for Both {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([w, v, a, m], [g], []): Vectors<S::F, 4, 1, 0>) -> [S::F; 4] {
        let v = self.0.mean(simd, v, simd.mul(g, g));
        let a = self.0.mean(simd, a, g);
        let step = self.0.step(simd, g, simd.neg_mul_add(a, a, v));
        let m = self.0.momentum(simd, m, step);
        [self.0.moved(simd, w, m), v, a, m]
    }
}
