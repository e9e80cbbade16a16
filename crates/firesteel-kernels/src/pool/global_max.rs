// SPDX-License-Identifier: MIT OR Apache-2.0
//! The maximum over all positions of an image, which equal positions share.

use rayon::prelude::*;

use crate::pointwise::PARALLEL_FROM;
use crate::vector::{Kernel, Simd};
use crate::{Isa, check};

/// The largest number over all positions of each image, NaN where one is: `x (batch, positions, channels)`,
/// `y (batch, channels)`.
///
/// `ties` receives how many positions hold it, zero for NaN, as [`global_max_backward`] wants it.
///
/// # Panics
/// Where the slices do not fit together, or an image has no position.
pub fn global_max(channels: usize, x: &[f32], y: &mut [f32], ties: &mut [f32]) {
    check::len("global maximum, ties", ties.len(), y.len());
    if y.is_empty() {
        return check::len("global maximum, input", x.len(), 0);
    }
    let batch = y.len() / channels;
    let image = x.len() / batch;
    check::len("global maximum, output", y.len(), batch * channels);
    check::len("global maximum, input", x.len(), batch * image);
    let isa = Isa::active();
    let one = |(x, (y, ties)): (&[f32], (&mut [f32], &mut [f32]))| isa.run(Image { x, y, ties });
    if x.len() < PARALLEL_FROM {
        let largest = y.chunks_exact_mut(channels).zip(ties.chunks_exact_mut(channels));
        x.chunks_exact(image).zip(largest).for_each(one);
    } else {
        let largest = y.par_chunks_exact_mut(channels).zip(ties.par_chunks_exact_mut(channels));
        x.par_chunks_exact(image).zip(largest).for_each(one);
    }
}

/// The gradient of [`global_max`]: all positions that hold the largest number share that of the output.
///
/// Where the largest number is NaN, the gradient of all positions is.
///
/// # Panics
/// Where the slices do not fit together.
pub fn global_max_backward(
    channels: usize,
    x: &[f32],
    y: &[f32],
    ties: &[f32],
    dy: &[f32],
    dx: &mut [f32],
) {
    check::len("global maximum, input gradient", dx.len(), x.len());
    check::len("global maximum, ties", ties.len(), y.len());
    check::len("global maximum, output gradient", dy.len(), y.len());
    if x.is_empty() {
        return;
    }
    let batch = y.len() / channels;
    let image = x.len() / batch;
    check::len("global maximum, output", y.len(), batch * channels);
    check::len("global maximum, input", x.len(), batch * image);
    let isa = Isa::active();
    let one = |(index, (x, dx)): (usize, (&[f32], &mut [f32]))| {
        let here = index * channels..(index + 1) * channels;
        let (y, ties, dy) = (&y[here.clone()], &ties[here.clone()], &dy[here]);
        isa.run(BackImage { x, y, ties, dy, dx });
    };
    if x.len() < PARALLEL_FROM {
        x.chunks_exact(image).zip(dx.chunks_exact_mut(image)).enumerate().for_each(one);
    } else {
        x.par_chunks_exact(image).zip(dx.par_chunks_exact_mut(image)).enumerate().for_each(one);
    }
}

/// One image: the largest number of each channel so far, and how often it was seen.
struct Image<'a> {
    x: &'a [f32],
    y: &'a mut [f32],
    ties: &'a mut [f32],
}

impl Kernel for Image<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let Self { x, y, ties } = self;
        y.fill(f32::NEG_INFINITY);
        ties.fill(0.0);
        for pixel in x.chunks_exact(y.len()) {
            for ((&x, y), ties) in pixel.iter().zip(y.iter_mut()).zip(ties.iter_mut()) {
                // once it is NaN, nothing is larger or as large
                let one_more = *ties + if x >= *y { 1.0 } else { 0.0 };
                let count = if x > *y { 1.0 } else { one_more };
                *ties = if x.is_nan() { 0.0 } else { count };
                *y = if (x > *y) | x.is_nan() { x } else { *y };
            }
        }
    }
}

/// The gradient of one image.
struct BackImage<'a> {
    x: &'a [f32],
    y: &'a [f32],
    ties: &'a [f32],
    dy: &'a [f32],
    dx: &'a mut [f32],
}

impl Kernel for BackImage<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let channels = self.y.len();
        for (x, dx) in self.x.chunks_exact(channels).zip(self.dx.chunks_exact_mut(channels)) {
            let largest = self.y.iter().zip(self.ties).zip(self.dy);
            for ((&x, dx), ((&y, &ties), &dy)) in x.iter().zip(dx).zip(largest) {
                // nothing is as large as NaN, whose share is dy / 0: zero times that is NaN too
                let mark = if x >= y { 1.0 } else { 0.0 };
                *dx = mark * (dy / ties);
            }
        }
    }
}
