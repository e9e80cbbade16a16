// SPDX-License-Identifier: MIT OR Apache-2.0
//! What follows a product or a convolution: bias and activation, and their gradients.

use crate::activation::{Activation, Curve, with_curve};
use crate::columns::{self, Summed};
use crate::pointwise::{self, Pointwise};
use crate::rows::{Rows, Vectors};
use crate::vector::Simd;

/// `y = act(y + b)` in place for row-major `y` with `b` in each row.
pub(crate) fn forward(activation: Activation, bias: Option<&[f32]>, y: &mut [f32]) {
    match bias {
        Some(bias) => {
            with_curve!(activation, curve => pointwise::apply_rows(Biased(curve), [y], [], [bias]));
        }
        None if activation == Activation::Linear => {}
        None => with_curve!(activation, curve => pointwise::apply(Plain(curve), [y], [])),
    }
}

/// The gradient before the activation, `dz = dy * act'(y)`, and its column sums `db`, in one pass.
///
/// `y` is the activated output, row-major with `n_columns` columns; without `db` no sums are made.
///
/// # Panics
/// Where the slices do not fit together.
pub fn backward(
    activation: Activation,
    n_columns: usize,
    y: &[f32],
    dy: &[f32],
    dz: &mut [f32],
    db: Option<&mut [f32]>,
) {
    match db {
        Some(db) => {
            assert_eq!(db.len(), n_columns, "bias gradient");
            let rows = Rows::new([dz], [y, dy], [], n_columns);
            let take = |column: usize, [sum]: [f64; 1]| db[column] = sum as f32;
            with_curve!(activation, curve => columns::sum(Slope(curve), rows, take));
        }
        None => with_curve!(activation, curve => pointwise::apply(Slope(curve), [dz], [y, dy])),
    }
}

/// `y = act(y)`
#[derive(Clone, Copy)]
pub(crate) struct Plain<C>(pub(crate) C);

impl<C: Curve> Pointwise<1, 0, 0> for Plain<C> {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([x], [], []): Vectors<S::F, 1, 0, 0>) -> [S::F; 1] {
        [self.0.value(simd, x)]
    }
}

#[derive(Clone, Copy)]
struct Biased<C>(C);

impl<C: Curve> Pointwise<1, 0, 1> for Biased<C> {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([x], [], [bias]): Vectors<S::F, 1, 0, 1>) -> [S::F; 1] {
        [self.0.value(simd, simd.add(x, bias))]
    }
}

#[derive(Clone, Copy)]
struct Slope<C>(C);

impl<C: Curve> Slope<C> {
    #[inline(always)]
    fn gradient<S: Simd>(self, simd: S, y: S::F, dy: S::F) -> S::F {
        self.0.gradient(simd, y, dy)
    }
}

impl<C: Curve> Pointwise<1, 2, 0> for Slope<C> {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([_], [y, dy], []): Vectors<S::F, 1, 2, 0>) -> [S::F; 1] {
        [self.gradient(simd, y, dy)]
    }
}

impl<C: Curve> Summed<1, 2, 0, 1> for Slope<C> {
    #[inline(always)]
    fn at<S: Simd>(
        self,
        simd: S,
        ([_], [y, dy], []): Vectors<S::F, 1, 2, 0>,
    ) -> ([S::F; 1], [S::F; 1]) {
        let dz = self.gradient(simd, y, dy);
        ([dz], [dz])
    }
}
