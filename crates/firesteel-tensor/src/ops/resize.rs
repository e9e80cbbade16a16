// SPDX-License-Identifier: MIT OR Apache-2.0
//! `resize2d`: an image of another size, by interpolation.
//!
//! Each axis is a product with a fixed matrix: row `i` holds the weights with which the old pixels make
//! the new pixel `i`. The centre of that pixel lies at `(i + 1/2) * old / new - 1/2` of the old image; a
//! kernel says how much a pixel at some distance counts, and the weights of a row are divided by their sum,
//! so that at the border the pixels that are there share the weight of those that are not. An image that
//! shrinks gets a kernel as much wider, so that no pixel is skipped.

use firesteel_core::{Result, err};

use super::matmul::matmul;
use super::reshape::transpose;
use crate::{Device, Tensor};

/// How much a pixel counts by its distance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Interpolation {
    /// Falls linearly to zero at distance one.
    Bilinear,
    /// The cubic of Keys with parameter -1/2, zero from distance two.
    Bicubic,
    /// The windowed sinc with three lobes.
    Lanczos3,
    /// The windowed sinc with five lobes.
    Lanczos5,
}

impl Interpolation {
    fn kernel(self, distance: f64) -> f64 {
        let x = distance.abs();
        match self {
            Self::Bilinear => (1.0 - x).max(0.0),
            Self::Bicubic if x < 1.0 => (1.5 * x - 2.5) * x * x + 1.0,
            Self::Bicubic if x < 2.0 => ((2.5 - 0.5 * x) * x - 4.0) * x + 2.0,
            Self::Bicubic => 0.0,
            Self::Lanczos3 => lanczos(x, 3.0),
            Self::Lanczos5 => lanczos(x, 5.0),
        }
    }
}

fn lanczos(x: f64, radius: f64) -> f64 {
    let angle = std::f64::consts::PI * x;
    if x > radius {
        0.0
    } else if x < 1e-3 {
        1.0
    } else {
        radius * angle.sin() * (angle / radius).sin() / (angle * angle)
    }
}

/// Images of another height and width.
///
/// # Shapes
/// `(batch, height, width, channels)`, output `(batch, size[0], size[1], channels)`.
///
/// # Errors
/// `Shape` when there are not four axes, or an axis has no length.
pub fn resize2d(x: &Tensor, size: [usize; 2], interpolation: Interpolation) -> Result<Tensor> {
    let [_, height, width, _] = *x.shape() else {
        return Err(err::shape("resize2d", "the image needs four axes").got(x));
    };
    if [height, width].contains(&0) || size.contains(&0) {
        let got = format!("{x} to {size:?}");
        return Err(err::shape("resize2d", "an axis has no length").got(got));
    }
    let rows = matrix(height, size[0], interpolation)?.like(x);
    let columns = matrix(width, size[1], interpolation)?.like(x);
    // the axis that is resized stands last: a product from the right serves all others at once
    let tall = matmul(&transpose(x, &[0, 2, 3, 1])?, &rows)?;
    let wide = matmul(&transpose(&tall, &[0, 3, 2, 1])?, &columns)?;
    transpose(&wide, &[0, 1, 3, 2])
}

/// The weights of `old` pixels in `new` ones, of shape `(old, new)`.
fn matrix(old: usize, new: usize, interpolation: Interpolation) -> Result<Tensor> {
    let step = old as f64 / new as f64;
    let spread = step.max(1.0);
    let weight = |pixel: usize, target: usize| {
        let center = (target as f64 + 0.5) * step - 0.5;
        interpolation.kernel((center - pixel as f64) / spread)
    };
    let sums: Vec<f64> =
        (0..new).map(|target| (0..old).map(|pixel| weight(pixel, target)).sum()).collect();
    let share = |pixel: usize| {
        let sums = &sums;
        (0..new).map(move |target| (weight(pixel, target) / sums[target]) as f32)
    };
    Tensor::from_vec((0..old).flat_map(share).collect(), &[old, new], &Device::cpu())
}
