// SPDX-License-Identifier: MIT OR Apache-2.0
//! The mean of squared differences, a loss, and its gradient.

use crate::check;
use crate::columns::{self, Summed};
use crate::pointwise::{self, Pointwise};
use crate::rows::{Rows, Vectors};
use crate::vector::Simd;

/// Columns that long slices are folded into for their sum.
const FOLD: usize = 256;

/// The mean of `(a - b)^2`; NaN where there are no numbers.
///
/// Summed as [`reduce::sum`](crate::reduce::sum) sums.
///
/// # Panics
/// Where the slices differ in length.
pub fn mean_squared_difference(a: &[f32], b: &[f32]) -> f64 {
    check::len("squared differences", b.len(), a.len());
    let whole = a.len() - a.len() % FOLD;
    let rest = a[whole..].iter().zip(&b[whole..]);
    let mut total: f64 = rest.map(|(&a, &b)| f64::from((a - b) * (a - b))).sum();
    let rows = Rows::new([], [&a[..whole], &b[..whole]], [], FOLD);
    columns::sum(Square, rows, |_, [sum]| total += sum);
    total / a.len() as f64
}

/// `out = factor * (a - b)`: the gradient by `a`, with a factor of two over the length times what comes from behind.
///
/// # Panics
/// Where the slices differ in length.
pub fn scaled_difference(factor: f32, a: &[f32], b: &[f32], out: &mut [f32]) {
    pointwise::apply(Difference(factor), [out], [a, b]);
}

#[derive(Clone, Copy)]
struct Square;

impl Summed<0, 2, 0, 1> for Square {
    #[inline(always)]
    fn at<S: Simd>(
        self,
        simd: S,
        ([], [a, b], []): Vectors<S::F, 0, 2, 0>,
    ) -> ([S::F; 0], [S::F; 1]) {
        let difference = simd.sub(a, b);
        ([], [simd.mul(difference, difference)])
    }
}

#[derive(Clone, Copy)]
struct Difference(f32);

impl Pointwise<1, 2, 0> for Difference {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([_], [a, b], []): Vectors<S::F, 1, 2, 0>) -> [S::F; 1] {
        [simd.mul(simd.splat(self.0), simd.sub(a, b))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ODD, Within, close, numbers, on_every_isa, placed, room};
    use crate::vector::MAX_LANES;

    on_every_isa!(equals_naive, every_offset, odd_numbers);

    fn equals_naive() {
        for len in [1, 7, 255, 256, 1000, 100_003] {
            let (a, b) = (numbers(len, 1), numbers(len, 2));
            let squares = a.iter().zip(&b).map(|(&a, &b)| (f64::from(a) - f64::from(b)).powi(2));
            let mean = squares.sum::<f64>() / len as f64;
            let found = mean_squared_difference(&a, &b);
            assert!((found - mean).abs() <= 1e-6 * mean, "{len}: {found} and {mean}");
            let difference =
                |(&a, &b): (&f32, &f32)| f64::from(0.3_f32) * (f64::from(a) - f64::from(b));
            let expected: Vec<f64> = a.iter().zip(&b).map(difference).collect();
            let mut gradient = vec![f32::NAN; len];
            scaled_difference(0.3, &a, &b, &mut gradient);
            close("gradient", &gradient, &expected, Within { absolute: 1e-7, relative: 1e-6 });
        }
    }

    fn every_offset() {
        for offset in 1..=MAX_LANES {
            let (a, b) = (numbers(600, 1), numbers(600, 2));
            let (moved_a, moved_b) = (placed(offset, &a), placed(offset / 2, &b));
            let found = mean_squared_difference(&moved_a, &moved_b);
            assert_eq!(found.to_bits(), mean_squared_difference(&a, &b).to_bits());
            let (mut moved, mut gradient) = (room(offset / 3, 600), vec![0.0; 600]);
            scaled_difference(0.3, &moved_a, &moved_b, &mut moved);
            scaled_difference(0.3, &a, &b, &mut gradient);
            assert_eq!(*moved, *gradient, "offset {offset}");
        }
    }

    /// In the part that is folded and in the rest.
    fn odd_numbers() {
        for place in [5, 250, 300] {
            let (mut a, b) = (numbers(310, 1), numbers(310, 2));
            a[place] = f32::NAN;
            assert!(mean_squared_difference(&a, &b).is_nan(), "{place}");
            a[place] = f32::NEG_INFINITY;
            for mean in [mean_squared_difference(&a, &b), mean_squared_difference(&b, &a)] {
                assert!(mean.is_infinite() && mean > 0.0, "{place}: {mean}");
            }
        }
        let (a, b): (Vec<f32>, Vec<f32>) = ODD.iter().flat_map(|&a| ODD.map(|b| (a, b))).unzip();
        let mut gradient = vec![0.0; a.len()];
        scaled_difference(0.5, &a, &b, &mut gradient);
        let difference = |(&a, &b): (&f32, &f32)| f64::from(0.5 * (a - b));
        let expected: Vec<f64> = a.iter().zip(&b).map(difference).collect();
        close("gradient", &gradient, &expected, Within { absolute: 1.2e-38, relative: 3e-7 });
    }

    #[test]
    fn nothing_has_no_mean() {
        assert!(mean_squared_difference(&[], &[]).is_nan());
    }
}
