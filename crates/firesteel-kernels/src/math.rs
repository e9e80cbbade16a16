// SPDX-License-Identifier: MIT OR Apache-2.0
//! Exponential functions on vectors.
//!
//! Polynomials fitted by `scripts/fit.py`. Largest errors seen against double precision over a
//! dense grid (the tests hold them): `exp` and `sigmoid` 2 units in the last place, `tanh` 3,
//! `erfc` 2e-6 relative. NaN and infinities go through as in the mathematical limit.

use crate::vector::Simd;

/// `c[0] + c[1] x + c[2] x^2 + ..` by Horner's rule.
#[inline(always)]
fn polynomial<S: Simd, const K: usize>(simd: S, x: S::F, coefficients: [f32; K]) -> S::F {
    let mut value = simd.splat(coefficients[K - 1]);
    for &coefficient in coefficients[..K - 1].iter().rev() {
        value = simd.mul_add(value, x, simd.splat(coefficient));
    }
    value
}

/// `(e^x - 1 - x) / x^2` for `|x| <= ln 2 / 2`.
const EXP_REST: [f32; 5] =
    [0.499_999_94, 0.166_665_2, 0.041_668_393, 0.008_368_781, 0.001_381_446_7];

/// `e^x`: with `n` the whole number nearest `x / ln 2`, `2^n e^(x - n ln 2)`.
///
/// `ln 2` is subtracted in two parts, the first exact; `2^n` is multiplied in two halves, so that
/// subnormal results come out right.
#[inline(always)]
pub(crate) fn exp<S: Simd>(simd: S, x: S::F) -> S::F {
    // beyond these the result is infinite or zero; `min` and `max` keep a NaN in `x`
    let x = simd.max(simd.splat(-104.0), simd.min(simd.splat(89.0), x));
    let (n, value) = exp_reduced(simd, x);
    let half = simd.round(simd.mul(n, simd.splat(0.5)));
    let value = simd.mul(value, simd.exp2_whole(half));
    simd.mul(value, simd.exp2_whole(simd.sub(n, half)))
}

/// `n`, the whole number nearest `x / ln 2`, and `e^(x - n ln 2)`.
#[inline(always)]
fn exp_reduced<S: Simd>(simd: S, x: S::F) -> (S::F, S::F) {
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let n = simd.round(simd.mul(x, simd.splat(std::f32::consts::LOG2_E)));
    let r = simd.neg_mul_add(n, simd.splat(LN_2_HIGH), x);
    let r = simd.neg_mul_add(n, simd.splat(LN_2_LOW), r);
    let rest = polynomial(simd, r, EXP_REST);
    let value = simd.mul_add(simd.mul(r, r), rest, r);
    (n, simd.add(value, simd.splat(1.0)))
}

/// `e^x` for results that are neither subnormal nor, but for infinity, above `2^127`: as [`exp`],
/// with `2^n` in one piece.
///
/// Below -87 it stays what it is there.
#[inline(always)]
fn exp_of_moderate<S: Simd>(simd: S, x: S::F) -> S::F {
    let x = simd.max(simd.splat(-87.0), simd.min(simd.splat(89.0), x));
    let (n, value) = exp_reduced(simd, x);
    simd.mul(value, simd.exp2_whole(n))
}

/// `e^x - 1`, precise near zero.
#[inline(always)]
pub(crate) fn exp_minus_one<S: Simd>(simd: S, x: S::F) -> S::F {
    const NEAR: f32 = 0.34;
    let near = simd.mul_add(simd.mul(x, x), polynomial(simd, x, EXP_REST), x);
    let far = simd.sub(exp(simd, x), simd.splat(1.0));
    simd.select(simd.gt(simd.abs(x), simd.splat(NEAR)), far, near)
}

/// `1 / (1 + e^-x)`.
#[inline(always)]
pub(crate) fn sigmoid<S: Simd>(simd: S, x: S::F) -> S::F {
    let one = simd.splat(1.0);
    simd.div(one, simd.add(one, exp_of_moderate(simd, simd.sub(simd.splat(0.0), x))))
}

/// The hyperbolic tangent: a polynomial near zero, `1 - 2 / (e^2x + 1)` elsewhere.
#[inline(always)]
pub(crate) fn tanh<S: Simd>(simd: S, x: S::F) -> S::F {
    const NEAR: f32 = 0.625;
    const REST: [f32; 5] =
        [-0.333_332_8, 0.133_313_83, -0.053_734_005, 0.020_618_131, -0.005_679_312_6];
    let square = simd.mul(x, x);
    let near = simd.mul_add(simd.mul(x, square), polynomial(simd, square, REST), x);
    let magnitude = simd.abs(x);
    let one = simd.splat(1.0);
    let growth = exp_of_moderate(simd, simd.add(magnitude, magnitude));
    let far = simd.sub(one, simd.div(simd.splat(2.0), simd.add(growth, one)));
    simd.select(simd.gt(magnitude, simd.splat(NEAR)), simd.copy_sign(far, x), near)
}

/// The complementary error function `1 - erf(x)`, precise far out where it is tiny.
#[inline(always)]
pub(crate) fn erfc<S: Simd>(simd: S, x: S::F) -> S::F {
    const SCALED: [f32; 10] = [
        0.282_067_8,
        0.282_787_1,
        0.239_269_1,
        0.222_442_88,
        -0.088_867_24,
        0.402_857_96,
        -0.647_014_6,
        0.411_102_27,
        -0.115_458_79,
        0.010_813_497,
    ];
    let (one, half) = (simd.splat(1.0), simd.splat(0.5));
    let magnitude = simd.min(simd.splat(10.5), simd.abs(x));
    let t = simd.div(one, simd.mul_add(magnitude, half, one));
    let scaled = simd.mul(t, polynomial(simd, t, SCALED));
    let tail = simd.mul(scaled, exp_minus_square(simd, magnitude));
    let negative = simd.gt(simd.splat(0.0), x);
    simd.select(negative, simd.sub(simd.splat(2.0), tail), tail)
}

/// `e^(-x^2)`, the rounding error of the square put back.
#[inline(always)]
fn exp_minus_square<S: Simd>(simd: S, x: S::F) -> S::F {
    let zero = simd.splat(0.0);
    let square = simd.mul(x, x);
    let lost = simd.sub(zero, simd.neg_mul_add(x, x, square));
    let value = exp(simd, simd.sub(zero, square));
    simd.neg_mul_add(value, lost, value)
}

#[cfg(test)]
mod tests;
