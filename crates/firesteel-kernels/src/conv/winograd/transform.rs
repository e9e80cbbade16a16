// SPDX-License-Identifier: MIT OR Apache-2.0
//! The transforms between pixels and products.
//!
//! They evaluate polynomials at the points 0, `1/sqrt(2)`, `sqrt(2)`, the same below zero, and infinity. Points that are
//! each other's reciprocals keep sums and factors small; whole numbers would make the error five times larger.

use std::f32::consts::{FRAC_1_SQRT_2, SQRT_2};

use crate::vector::Simd;

/// The point next to zero.
const NEAR: f32 = FRAC_1_SQRT_2;
/// The other one.
const FAR: f32 = SQRT_2;
const NEAR_CUBED: f32 = FRAC_1_SQRT_2 / 2.0;
const FAR_CUBED: f32 = SQRT_2 * 2.0;

/// A linear map of short columns of vectors.
pub(super) trait Map<const N: usize, const M: usize>: Copy {
    /// Maps one column; implementations are `#[inline(always)]`.
    fn apply<S: Simd>(self, simd: S, column: [S::F; N]) -> [S::F; M];
}

/// The map on both sides: `map x map^T`.
#[inline(always)]
pub(super) fn both<S: Simd, const N: usize, const M: usize>(
    simd: S,
    map: impl Map<N, M>,
    x: [[S::F; N]; N],
) -> [[S::F; M]; M] {
    // plain loops: what a closure holds would be called, not inlined
    let zero = simd.splat(0.0);
    let mut half = [[zero; N]; M];
    for column in 0..N {
        let mut from = [zero; N];
        for row in 0..N {
            from[row] = x[row][column];
        }
        let mapped = map.apply(simd, from);
        for row in 0..M {
            half[row][column] = mapped[row];
        }
    }
    let mut whole = [[zero; M]; M];
    for row in 0..M {
        whole[row] = map.apply(simd, half[row]);
    }
    whole
}

/// `a x + b y`
#[inline(always)]
fn mixed<S: Simd>(simd: S, (a, x): (f32, S::F), (b, y): (f32, S::F)) -> S::F {
    simd.mul_add(simd.splat(a), x, simd.mul(simd.splat(b), y))
}

/// `B^T`: pixels of the source to what is multiplied.
#[derive(Clone, Copy)]
pub(super) struct OfSource;

impl Map<6, 6> for OfSource {
    #[inline(always)]
    fn apply<S: Simd>(self, simd: S, [a, b, c, d, e, f]: [S::F; 6]) -> [S::F; 6] {
        let (near, far) = (simd.splat(NEAR), simd.splat(FAR));
        let (half, middle) = (simd.splat(0.5), simd.splat(2.5));
        let near_even = simd.sub(e, simd.add(c, c));
        let near_odd = simd.neg_mul_add(far, b, simd.mul(near, d));
        let far_even = simd.neg_mul_add(half, c, e);
        let far_odd = simd.neg_mul_add(near, b, simd.mul(far, d));
        [
            simd.add(a, simd.neg_mul_add(middle, c, e)),
            simd.add(near_even, near_odd),
            simd.sub(near_even, near_odd),
            simd.add(far_even, far_odd),
            simd.sub(far_even, far_odd),
            simd.add(b, simd.neg_mul_add(middle, d, f)),
        ]
    }
}

/// `A^T`: products to pixels of the target.
#[derive(Clone, Copy)]
pub(super) struct ToTarget;

impl Map<6, 4> for ToTarget {
    #[inline(always)]
    fn apply<S: Simd>(self, simd: S, [a, b, c, d, e, f]: [S::F; 6]) -> [S::F; 4] {
        let (near, far) = (simd.add(b, c), simd.add(d, e));
        let (near_odd, far_odd) = (simd.sub(b, c), simd.sub(d, e));
        [
            simd.add(a, simd.add(near, far)),
            mixed(simd, (NEAR, near_odd), (FAR, far_odd)),
            mixed(simd, (0.5, near), (2.0, far)),
            simd.add(f, mixed(simd, (NEAR_CUBED, near_odd), (FAR_CUBED, far_odd))),
        ]
    }
}

/// `A`: gradients of the target to gradients of the products.
#[derive(Clone, Copy)]
pub(super) struct OfTarget;

impl Map<4, 6> for OfTarget {
    #[inline(always)]
    fn apply<S: Simd>(self, simd: S, [a, b, c, d]: [S::F; 4]) -> [S::F; 6] {
        let near = simd.mul_add(simd.splat(0.5), c, a);
        let near_odd = mixed(simd, (NEAR, b), (NEAR_CUBED, d));
        let far = simd.add(a, simd.add(c, c));
        let far_odd = mixed(simd, (FAR, b), (FAR_CUBED, d));
        [
            a,
            simd.add(near, near_odd),
            simd.sub(near, near_odd),
            simd.add(far, far_odd),
            simd.sub(far, far_odd),
            d,
        ]
    }
}

/// `G`: taps of the kernel to what is multiplied.
#[derive(Clone, Copy)]
pub(super) struct OfKernel;

impl Map<3, 6> for OfKernel {
    #[inline(always)]
    fn apply<S: Simd>(self, simd: S, [a, b, c]: [S::F; 3]) -> [S::F; 6] {
        let near = mixed(simd, (-2.0 / 3.0, a), (-1.0 / 3.0, c));
        let near_odd = simd.mul(simd.splat(-FAR / 3.0), b);
        let far = mixed(simd, (1.0 / 6.0, a), (1.0 / 3.0, c));
        let far_odd = simd.mul(simd.splat(FAR / 6.0), b);
        [
            a,
            simd.add(near, near_odd),
            simd.sub(near, near_odd),
            simd.add(far, far_odd),
            simd.sub(far, far_odd),
            c,
        ]
    }
}

/// `G^T`: gradients of the products to gradients of the taps.
#[derive(Clone, Copy)]
pub(super) struct ToKernel;

impl Map<6, 3> for ToKernel {
    #[inline(always)]
    fn apply<S: Simd>(self, simd: S, [a, b, c, d, e, f]: [S::F; 6]) -> [S::F; 3] {
        let (near, near_odd) = (simd.add(b, c), simd.sub(b, c));
        let (far, far_odd) = (simd.add(d, e), simd.sub(d, e));
        let third = simd.splat(1.0 / 3.0);
        let first = simd.mul_add(simd.splat(1.0 / 6.0), far, a);
        [
            simd.neg_mul_add(simd.splat(2.0 / 3.0), near, first),
            simd.neg_mul_add(
                simd.splat(FAR / 3.0),
                near_odd,
                simd.mul(simd.splat(FAR / 6.0), far_odd),
            ),
            simd.mul_add(third, simd.sub(far, near), f),
        ]
    }
}
