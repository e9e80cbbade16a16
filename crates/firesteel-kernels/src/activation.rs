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
    /// `min(max(x + 3, 0), 6) / 6`; NaN stays NaN.
    HardSigmoid,
}

/// One activation as vector code.
pub(crate) trait Curve: Copy + Send + Sync {
    /// The value at `x`.
    fn value<S: Simd>(self, simd: S, x: S::F) -> S::F;
    /// The derivative where the value is `y`.
    fn slope<S: Simd>(self, simd: S, y: S::F) -> S::F;
    /// The gradient of what the activation takes, from `dy`, that of its value `y`.
    #[inline(always)]
    fn gradient<S: Simd>(self, simd: S, y: S::F, dy: S::F) -> S::F {
        simd.mul(dy, self.slope(simd, y))
    }
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

    /// Zero where the unit is off, also where `dy` is not finite.
    #[inline(always)]
    fn gradient<S: Simd>(self, simd: S, y: S::F, dy: S::F) -> S::F {
        let zero = simd.splat(0.0);
        simd.select(simd.gt(y, zero), dy, zero)
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

/// `min(max(x + 3, 0), 6) / 6`
#[derive(Clone, Copy)]
pub(crate) struct HardSigmoid;

impl Curve for HardSigmoid {
    #[inline(always)]
    fn value<S: Simd>(self, simd: S, x: S::F) -> S::F {
        let six = simd.splat(6.0);
        let raised = simd.max(simd.splat(0.0), simd.add(x, simd.splat(3.0)));
        simd.div(simd.min(six, raised), six)
    }

    #[inline(always)]
    fn slope<S: Simd>(self, simd: S, y: S::F) -> S::F {
        let zero = simd.splat(0.0);
        let below_one = simd.select(simd.gt(simd.splat(1.0), y), simd.splat(1.0 / 6.0), zero);
        simd.select(simd.gt(y, zero), below_one, zero)
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
            $crate::Activation::HardSigmoid => {
                let $curve = $crate::activation::HardSigmoid;
                $body
            }
        }
    };
}
pub(crate) use with_curve;

/// An activation that is looked up for each vector, where code for each would be too much.
#[derive(Clone, Copy)]
pub(crate) struct Any(pub(crate) Activation);

impl Curve for Any {
    #[inline(always)]
    fn value<S: Simd>(self, simd: S, x: S::F) -> S::F {
        with_curve!(self.0, curve => curve.value(simd, x))
    }

    #[inline(always)]
    fn slope<S: Simd>(self, simd: S, y: S::F) -> S::F {
        with_curve!(self.0, curve => curve.slope(simd, y))
    }

    #[inline(always)]
    fn gradient<S: Simd>(self, simd: S, y: S::F, dy: S::F) -> S::F {
        with_curve!(self.0, curve => curve.gradient(simd, y, dy))
    }
}
