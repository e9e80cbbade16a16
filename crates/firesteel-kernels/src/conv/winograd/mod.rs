// SPDX-License-Identifier: MIT OR Apache-2.0
//! 3x3 convolutions of stride 1 by Winograd's short products: 36 multiplications where there were 144.
//!
//! ```text
//! the output is cut into tiles of 4x4 pixels, each of which sees 6x6 pixels of the source
//! u = G kernel G^T               once, 6x6 matrices (channels in, channels out)
//! for each few tiles, on any thread:
//!     v = B^T source B           6x6 matrices (tiles, channels in)
//!     m = v u                    36 matrix products
//!     y = act(A^T m A + bias)
//! ```
//!
//! Factors of the output channels are multiplied into `u` while it is packed.
//! The input gradient is the same with the kernel turned around. For the weight gradient the roles change:
//! `u = sum over tiles of v^T (A dz A^T)`, then `dw = G^T u G`.
//!
//! # Error
//! Sums are formed from larger terms that cancel. On random data the error is up to five times that of the direct
//! convolution, some `5e-6` of the root of the sum of squares; the property suite holds it to that. A number that is not
//! finite spoils the whole tile that sees it, and in the kernel's gradient all taps of its channel. Hence [`fits`] takes
//! only shapes where the gain is large.

mod forward;
mod grid;
mod transform;
mod weights;

use super::Conv;

pub(super) use forward::{input_gradient, run};
pub(super) use weights::gradient;

/// Pixels of a tile, each way.
const TILE: usize = 4;
/// Pixels that a tile sees, each way.
const REACH: usize = 6;
/// Products of a tile.
const POINTS: usize = REACH * REACH;
/// Channels below which the transforms cost more than they save.
const CHANNELS: usize = 24;
/// Multiplications a pair of channels must save, so that it pays to transform the kernel.
const SAVED: usize = 6000;

/// Whether a convolution has the form, and the size where it wins.
pub(super) fn fits(shape: &Conv<3>) -> bool {
    let [depth, rows, columns] = &shape.axes;
    let plain = |axis: &super::Axis| {
        axis.kernel == 3
            && axis.stride == 1
            && axis.dilation == 1
            && axis.before <= 2
            && axis.after <= 2
    };
    depth.is_identity()
        && depth.input == 1
        && plain(rows)
        && plain(columns)
        && shape.groups == 1
        && shape.in_channels.min(shape.out_channels) >= CHANNELS
        && saved(shape.batch, rows.output(), columns.output()) >= SAVED
}

/// Multiplications that a pair of channels saves, over all images.
fn saved(batch: usize, rows: usize, columns: usize) -> usize {
    let tiles = rows.div_ceil(TILE) * columns.div_ceil(TILE);
    batch * (rows * columns * 9).saturating_sub(tiles * POINTS)
}

#[cfg(test)]
mod tests;
