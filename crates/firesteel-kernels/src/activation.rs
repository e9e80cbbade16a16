// SPDX-License-Identifier: MIT OR Apache-2.0
//! Activations that a product or convolution applies to its result while it is in cache.

use crate::math;
use crate::vector::Simd;

/// An activation whose derivative follows from its output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// `x`
    Linear,
    /// `max(x, 0)`; NaN stays NaN.
    Relu,
    /// `1 / (1 + e^-x)`
    Sigmoid,
    /// `tanh x`
    Tanh,
}

/// One activation as vector code.
pub(crate) trait Curve: Copy + Send + Sync {
    /// The value at `x`.
    fn value<S: Simd>(self, simd: S, x: S::F) -> S::F;
    /// The derivative where the value is `y`.
    fn slope<S: Simd>(self, simd: S, y: S::F) -> S::F;
}

/// `x`
#[derive(Clone, Copy)]
pub(crate) struct Linear;

impl Curve for Linear {
    #[inline(always)]
    fn value<S: Simd>(self, _: S, x: S::F) -> S::F {
        x
    }

    #[inline(always)]
    fn slope<S: Simd>(self, simd: S, _: S::F) -> S::F {
        simd.splat(1.0)
    }
}

/// `max(x, 0)`
#[derive(Clone, Copy)]
pub(crate) struct Relu;

impl Curve for Relu {
    #[inline(always)]
    fn value<S: Simd>(self, simd: S, x: S::F) -> S::F {
        simd.max(simd.splat(0.0), x)
    }

    #[inline(always)]
    fn slope<S: Simd>(self, simd: S, y: S::F) -> S::F {
        let zero = simd.splat(0.0);
        simd.select(simd.gt(y, zero), simd.splat(1.0), zero)
    }
}

/// `1 / (1 + e^-x)`
#[derive(Clone, Copy)]
pub(crate) struct Sigmoid;

impl Curve for Sigmoid {
    #[inline(always)]
    fn value<S: Simd>(self, simd: S, x: S::F) -> S::F {
        math::sigmoid(simd, x)
    }

    #[inline(always)]
    fn slope<S: Simd>(self, simd: S, y: S::F) -> S::F {
        simd.neg_mul_add(y, y, y)
    }
}

/// `tanh x`
#[derive(Clone, Copy)]
pub(crate) struct Tanh;

impl Curve for Tanh {
    #[inline(always)]
    fn value<S: Simd>(self, simd: S, x: S::F) -> S::F {
        math::tanh(simd, x)
    }

    #[inline(always)]
    fn slope<S: Simd>(self, simd: S, y: S::F) -> S::F {
        simd.neg_mul_add(y, y, simd.splat(1.0))
    }
}

/// Evaluates an expression with `$curve` standing for the vector code of `$activation`.
macro_rules! with_curve {
    ($activation:expr, $curve:ident => $body:expr) => {
        match $activation {
            $crate::Activation::Linear => {
                let $curve = $crate::activation::Linear;
                $body
            }
            $crate::Activation::Relu => {
                let $curve = $crate::activation::Relu;
                $body
            }
            $crate::Activation::Sigmoid => {
                let $curve = $crate::activation::Sigmoid;
                $body
            }
            $crate::Activation::Tanh => {
                let $curve = $crate::activation::Tanh;
                $body
            }
        }
    };
}
pub(crate) use with_curve;
