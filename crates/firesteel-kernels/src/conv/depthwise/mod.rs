// SPDX-License-Identifier: MIT OR Apache-2.0
//! Convolutions of each channel by itself: vectors lie across the channels.
//!
//! ```text
//! for each target row, on any thread:
//!     find its runs: pixels that lie evenly and see the same taps
//!     for each run: for each four pixels: for each two vectors of channels:
//!         sums[pixel][vector] = bias
//!         for each tap: sums[pixel][..] += source[pixel] * weights[tap]
//!         target[pixel] = act(sums[pixel])
//! ```
//!
//! Most pixels of a row see all taps and form one run; those at the border, which see fewer, are runs of their own, so
//! that no zeros are multiplied and nothing is copied. Weights are read as they are stored. Such a convolution does few
//! multiplications for each number that it reads, so speed comes from passing over memory once. Factors of the channels
//! are multiplied into the weights beforehand, of which there are few.
//!
//! Forward pass and input gradient are one algorithm, as in [`gather`](super::gather); [`weights`] has the gradient of
//! the kernel. Several results for each channel go the general way.

mod row;
mod runs;
mod weights;

use rayon::prelude::*;

use super::Conv;
use super::gather::Gather;
use crate::activation::with_curve;
use crate::elementwise::{self, Arithmetic};
use crate::{Activation, Isa, Scaled, scratch};
use row::Row;
use runs::runs;
pub(super) use weights::gradient;

/// Multiplications below which one thread does it all.
const PARALLEL_FROM: usize = 1 << 20;

/// Whether each channel is convolved by itself, with one result.
pub(super) fn fits(shape: &Conv<3>) -> bool {
    let Conv { in_channels, out_channels, groups, .. } = *shape;
    groups > 1 && groups == in_channels && groups == out_channels
}

/// `y = act(scale * conv(x, kernel) + bias)`.
pub(super) fn forward(
    shape: &Conv<3>,
    x: &[f32],
    kernel: Scaled<'_>,
    bias: Option<&[f32]>,
    activation: Activation,
    y: &mut [f32],
) {
    let gather = Gather::forward(shape);
    let Some(scale) = kernel.scale else {
        return run(&gather, x, kernel.values, bias, activation, y);
    };
    scratch::with(kernel.values.len(), |scaled| {
        elementwise::arithmetic_with_row(Arithmetic::Multiply, kernel.values, scale, scaled);
        run(&gather, x, scaled, bias, activation, y);
    });
}

/// `target = act(gather(source, kernel) + bias)`.
pub(super) fn run(
    gather: &Gather,
    source: &[f32],
    kernel: &[f32],
    bias: Option<&[f32]>,
    activation: Activation,
    target: &mut [f32],
) {
    if target.is_empty() {
        return;
    }
    let isa = Isa::active();
    let (channels, row_len) = (gather.target.channels, gather.target.row_len());
    let multiplications = target.len() * (kernel.len() / channels);
    let one = |(row, target): (usize, &mut [f32])| {
        let runs = runs(gather, row);
        with_curve!(activation, curve => {
            isa.run(Row { runs: &runs, channels, source, weights: kernel, bias, curve, target });
        });
    };
    if multiplications < PARALLEL_FROM {
        target.chunks_exact_mut(row_len).enumerate().for_each(one);
    } else {
        target.par_chunks_exact_mut(row_len).enumerate().for_each(one);
    }
}

#[cfg(test)]
mod tests;
