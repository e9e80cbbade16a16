// SPDX-License-Identifier: MIT OR Apache-2.0
//! Functions of one number.

use crate::activation::{Curve, Relu, Sigmoid, Tanh};
use crate::math;
use crate::pointwise::{self, Pointwise};
use crate::rows::Vectors;
use crate::vector::Simd;

/// A function of one number. The accuracy of exponentials is that of [`math`](crate::math).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Function {
    /// `max(x, 0)`
    Relu,
    /// `x` from zero on, `slope * x` below.
    LeakyRelu {
        /// The slope below zero.
        slope: f32,
    },
    /// `x` above zero, `alpha * (e^x - 1)` below.
    Elu {
        /// The limit far below zero, negated.
        alpha: f32,
    },
    /// `1 / (1 + e^-x)`
    Sigmoid,
    /// `tanh x`
    Tanh,
    /// `e^x`
    Exp,
    /// `x / (1 + e^-x)`, also called swish.
    Silu,
    /// `x * P(z <= x)` for a standard normal `z`.
    Gelu,
    /// The approximation of [`Function::Gelu`] by `tanh`.
    GeluTanh,
}

impl Function {
    /// Whether [`backward`] looks at `y` and not at `x`.
    pub fn slope_follows_from_value(self) -> bool {
        matches!(self, Self::Relu | Self::Sigmoid | Self::Tanh | Self::Exp)
    }

    /// Whether [`backward`] looks at `x` and not at `y`.
    pub fn slope_follows_from_argument(self) -> bool {
        matches!(self, Self::LeakyRelu { .. } | Self::Gelu | Self::GeluTanh)
    }
}

/// Evaluates an expression with `$rule` standing for the vector code of `$function`.
macro_rules! with_rule {
    ($function:expr, $rule:ident => $body:expr) => {
        match $function {
            Function::Relu => {
                let $rule = FromOutput(Relu);
                $body
            }
            Function::LeakyRelu { slope } => {
                let $rule = LeakyRelu(slope);
                $body
            }
            Function::Elu { alpha } => {
                let $rule = Elu(alpha);
                $body
            }
            Function::Sigmoid => {
                let $rule = FromOutput(Sigmoid);
                $body
            }
            Function::Tanh => {
                let $rule = FromOutput(Tanh);
                $body
            }
            Function::Exp => {
                let $rule = Exp;
                $body
            }
            Function::Silu => {
                let $rule = Silu;
                $body
            }
            Function::Gelu => {
                let $rule = Gelu;
                $body
            }
            Function::GeluTanh => {
                let $rule = GeluTanh;
                $body
            }
        }
    };
}

/// `y = f(x)`.
///
/// # Panics
/// Where the slices have different lengths.
pub fn forward(function: Function, x: &[f32], y: &mut [f32]) {
    with_rule!(function, rule => pointwise::apply(Value(rule), [y], [x]));
}

/// `dx = dy * f'(x)`, where `y = f(x)`.
///
/// # Panics
/// Where the slices have different lengths.
pub fn backward(function: Function, x: &[f32], y: &[f32], dy: &[f32], dx: &mut [f32]) {
    with_rule!(function, rule => pointwise::apply(Slope(rule), [dx], [x, y, dy]));
}

/// A function as vector code.
trait Rule: Copy + Send + Sync {
    fn value<S: Simd>(self, simd: S, x: S::F) -> S::F;
    /// The derivative at `x`, where the value is `y`.
    fn slope<S: Simd>(self, simd: S, x: S::F, y: S::F) -> S::F;
    /// `dy` times that.
    #[inline(always)]
    fn gradient<S: Simd>(self, simd: S, x: S::F, y: S::F, dy: S::F) -> S::F {
        simd.mul(dy, self.slope(simd, x, y))
    }
}

#[derive(Clone, Copy)]
struct Value<R>(R);

impl<R: Rule> Pointwise<1, 1, 0> for Value<R> {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([_], [x], []): Vectors<S::F, 1, 1, 0>) -> [S::F; 1] {
        [self.0.value(simd, x)]
    }
}

#[derive(Clone, Copy)]
struct Slope<R>(R);

impl<R: Rule> Pointwise<1, 3, 0> for Slope<R> {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([_], [x, y, dy], []): Vectors<S::F, 1, 3, 0>) -> [S::F; 1] {
        [self.0.gradient(simd, x, y, dy)]
    }
}

#[derive(Clone, Copy)]
struct FromOutput<C>(C);

impl<C: Curve> Rule for FromOutput<C> {
    #[inline(always)]
    fn value<S: Simd>(self, simd: S, x: S::F) -> S::F {
        self.0.value(simd, x)
    }

    #[inline(always)]
    fn slope<S: Simd>(self, simd: S, _: S::F, y: S::F) -> S::F {
        self.0.slope(simd, y)
    }

    #[inline(always)]
    fn gradient<S: Simd>(self, simd: S, _: S::F, y: S::F, dy: S::F) -> S::F {
        self.0.gradient(simd, y, dy)
    }
}

#[derive(Clone, Copy)]
struct LeakyRelu(f32);

impl Rule for LeakyRelu {
    #[inline(always)]
    fn value<S: Simd>(self, simd: S, x: S::F) -> S::F {
        simd.select(simd.gt(simd.splat(0.0), x), simd.mul(x, simd.splat(self.0)), x)
    }

    #[inline(always)]
    fn slope<S: Simd>(self, simd: S, x: S::F, _: S::F) -> S::F {
        simd.select(simd.gt(simd.splat(0.0), x), simd.splat(self.0), simd.splat(1.0))
    }
}

#[derive(Clone, Copy)]
struct Elu(f32);

impl Rule for Elu {
    #[inline(always)]
    fn value<S: Simd>(self, simd: S, x: S::F) -> S::F {
        let below = simd.mul(math::exp_minus_one(simd, x), simd.splat(self.0));
        simd.select(simd.gt(x, simd.splat(0.0)), x, below)
    }

    #[inline(always)]
    fn slope<S: Simd>(self, simd: S, x: S::F, y: S::F) -> S::F {
        let below = simd.add(y, simd.splat(self.0));
        simd.select(simd.gt(x, simd.splat(0.0)), simd.splat(1.0), below)
    }
}

#[derive(Clone, Copy)]
struct Exp;

impl Rule for Exp {
    #[inline(always)]
    fn value<S: Simd>(self, simd: S, x: S::F) -> S::F {
        math::exp(simd, x)
    }

    #[inline(always)]
    fn slope<S: Simd>(self, _: S, _: S::F, y: S::F) -> S::F {
        y
    }
}

#[derive(Clone, Copy)]
struct Silu;

impl Rule for Silu {
    #[inline(always)]
    fn value<S: Simd>(self, simd: S, x: S::F) -> S::F {
        simd.mul(x, math::sigmoid(simd, x))
    }

    // s + x s (1 - s) = s + y (1 - s)
    #[inline(always)]
    fn slope<S: Simd>(self, simd: S, x: S::F, y: S::F) -> S::F {
        let sigmoid = math::sigmoid(simd, x);
        simd.add(sigmoid, simd.neg_mul_add(y, sigmoid, y))
    }
}

#[derive(Clone, Copy)]
struct Gelu;

impl Gelu {
    /// `P(z <= x) = erfc(-x / sqrt 2) / 2`
    #[inline(always)]
    fn share<S: Simd>(simd: S, x: S::F) -> S::F {
        let scaled = simd.mul(x, simd.splat(-std::f32::consts::FRAC_1_SQRT_2));
        simd.mul(simd.splat(0.5), math::erfc(simd, scaled))
    }
}

impl Rule for Gelu {
    #[inline(always)]
    fn value<S: Simd>(self, simd: S, x: S::F) -> S::F {
        simd.mul(x, Self::share(simd, x))
    }

    // share + x * density
    #[inline(always)]
    fn slope<S: Simd>(self, simd: S, x: S::F, _: S::F) -> S::F {
        const DENSITY_AT_ZERO: f32 = 0.398_942_3;
        let square = simd.mul(x, simd.mul(x, simd.splat(-0.5)));
        let density = simd.mul(simd.splat(DENSITY_AT_ZERO), math::exp(simd, square));
        simd.mul_add(x, density, Self::share(simd, x))
    }
}

#[derive(Clone, Copy)]
struct GeluTanh;

impl GeluTanh {
    const SCALE: f32 = 0.797_884_6;
    const CUBIC: f32 = 0.044_715;

    /// `tanh(scale * (x + cubic * x^3))`
    #[inline(always)]
    fn tanh<S: Simd>(simd: S, x: S::F) -> S::F {
        let cubic = simd.mul(simd.splat(Self::CUBIC), simd.mul(x, x));
        let inner = simd.mul_add(x, cubic, x);
        math::tanh(simd, simd.mul(simd.splat(Self::SCALE), inner))
    }
}

impl Rule for GeluTanh {
    #[inline(always)]
    fn value<S: Simd>(self, simd: S, x: S::F) -> S::F {
        let half = simd.mul(x, simd.splat(0.5));
        simd.mul_add(half, Self::tanh(simd, x), half)
    }

    #[inline(always)]
    fn slope<S: Simd>(self, simd: S, x: S::F, _: S::F) -> S::F {
        let (one, half) = (simd.splat(1.0), simd.splat(0.5));
        let tanh = Self::tanh(simd, x);
        let cubic = simd.mul(simd.splat(3.0 * Self::CUBIC), simd.mul(x, x));
        let inner = simd.mul(simd.splat(Self::SCALE), simd.add(one, cubic));
        let steep = simd.mul(simd.neg_mul_add(tanh, tanh, one), inner);
        simd.mul(half, simd.add(simd.add(one, tanh), simd.mul(x, steep)))
    }
}
