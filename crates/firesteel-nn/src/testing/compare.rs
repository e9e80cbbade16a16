// SPDX-License-Identifier: MIT OR Apache-2.0
//! Comparing arrays that should be equal but for rounding.

use firesteel_core::{Result, Shape};
use ndarray::ArrayD;

use super::failed;

/// How many elements are further apart than allowed, and the worst of them as text; `None` when none is.
///
/// Two numbers are close when they differ by at most `tolerance * max(1, |expected|)`, or are both not a
/// number, or the same infinity.
pub fn differences(got: &ArrayD<f32>, expected: &ArrayD<f32>, tolerance: f64) -> Option<String> {
    if got.shape() != expected.shape() {
        let (got, expected) = (Shape::from(got.shape()), Shape::from(expected.shape()));
        return Some(format!("shape {got} instead of {expected}"));
    }
    let distance = |(&got, &expected): (&f32, &f32)| {
        if got.to_bits() == expected.to_bits() || (got.is_nan() && expected.is_nan()) {
            return 0.0;
        }
        let apart = f64::from(got) - f64::from(expected);
        let distance = apart.abs() / f64::from(expected).abs().max(1.0);
        if distance.is_nan() { f64::INFINITY } else { distance }
    };
    let pairs = || got.iter().zip(expected.iter());
    let far = pairs().filter(|pair| distance(*pair) > tolerance).count();
    let worst = pairs().enumerate().max_by(|(_, a), (_, b)| distance(*a).total_cmp(&distance(*b)));
    let (index, (got, expected)) = worst.filter(|_| far > 0)?;
    let count = pairs().len();
    Some(format!("{far} of {count} elements differ, element {index}: {got} instead of {expected}"))
}

/// Refuses arrays that are further apart than [`differences`] allows.
///
/// # Errors
/// `InvalidArgument` that says which element is worst.
pub fn assert_close(
    what: &str,
    got: &ArrayD<f32>,
    expected: &ArrayD<f32>,
    tolerance: f64,
) -> Result<()> {
    match differences(got, expected, tolerance) {
        Some(text) => Err(failed(format!("{what}: {text}"))),
        None => Ok(()),
    }
}
