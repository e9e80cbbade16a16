// SPDX-License-Identifier: MIT OR Apache-2.0
//! The average over all positions of an image.

use rayon::prelude::*;

use crate::check;
use crate::columns::{self, Itself};
use crate::pointwise::PARALLEL_FROM;
use crate::rows::Rows;

/// The mean over all positions of each image: `x (batch, positions, channels)`,
/// `y (batch, channels)`.
///
/// # Panics
/// Where the slices do not fit together.
pub fn global_average(channels: usize, x: &[f32], y: &mut [f32]) {
    if y.is_empty() {
        return check::len("global average, input", x.len(), 0);
    }
    let batch = y.len() / channels;
    let image = x.len() / batch;
    check::len("global average, output", y.len(), batch * channels);
    check::len("global average, input", x.len(), batch * image);
    let factor = channels as f64 / image as f64;
    let one = |(index, y): (usize, &mut [f32])| {
        let rows = Rows::new([], [&x[index * image..][..image]], [], channels);
        columns::sum(Itself, rows, |channel, [sum]| y[channel] = (factor * sum) as f32);
    };
    if x.len() < PARALLEL_FROM {
        y.chunks_exact_mut(channels).enumerate().for_each(one);
    } else {
        y.par_chunks_exact_mut(channels).enumerate().for_each(one);
    }
}

/// The gradient of [`global_average`].
///
/// # Panics
/// Where the slices do not fit together.
pub fn global_average_backward(channels: usize, dy: &[f32], dx: &mut [f32]) {
    if dx.is_empty() {
        return;
    }
    let batch = dy.len() / channels;
    let image = dx.len() / batch;
    check::len("global average, output gradient", dy.len(), batch * channels);
    check::len("global average, input gradient", dx.len(), batch * image);
    let factor = channels as f32 / image as f32;
    let one = |(dy, dx): (&[f32], &mut [f32])| {
        for pixel in dx.chunks_exact_mut(channels) {
            pixel.iter_mut().zip(dy).for_each(|(to, dy)| *to = factor * dy);
        }
    };
    if dx.len() < PARALLEL_FROM {
        dy.chunks_exact(channels).zip(dx.chunks_exact_mut(image)).for_each(one);
    } else {
        dy.par_chunks_exact(channels).zip(dx.par_chunks_exact_mut(image)).for_each(one);
    }
}
