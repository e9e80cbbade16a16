// SPDX-License-Identifier: MIT OR Apache-2.0
//! The register tile: a few pixels times two vectors of output channels.
//!
//! ```text
//! sums[pixel][vector] = start
//! for each segment, for each k in it:
//!     w[vector] = weights[k]                       two loads, contiguous
//!     for each pixel: sums[pixel][..] += source[pixel * stride + k * step] * w[..]
//! ```
//!
//! Every product of the tile is one fused multiply-add on registers; a pixel's number is loaded
//! into all lanes of a register and used for two of them.

use super::segments::Segment;
use crate::vector::Simd;

/// What a tile works on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tile<'a> {
    /// The first pixel's place in the source, to which segments are relative.
    pub(crate) source: *const f32,
    /// Numbers from one pixel to the next in the source.
    pub(crate) source_stride: usize,
    /// Numbers from one row of the weights to the next in the source.
    pub(crate) source_step: usize,
    pub(crate) segments: &'a [Segment],
    /// The panel: for each row of the weights, its numbers for the tile's channels.
    pub(crate) weights: *const f32,
    /// The first pixel's place in the target.
    pub(crate) target: *mut f32,
    /// Numbers from one pixel to the next in the target.
    pub(crate) target_stride: usize,
    /// Channels in the tile; those of the panel beyond are padding.
    pub(crate) channels: usize,
    /// What the sums start from: the panel's bias, or what the target holds.
    pub(crate) bias: Option<*const f32>,
}

/// Calls `$body` with `$rows` as a constant, for every tile height that the set has registers for.
macro_rules! with_rows {
    ($simd:ty, $rows:expr, $constant:ident => $body:expr) => {
        $crate::conv::tile::with_rows!(
            @ $simd, $rows, $constant => $body; 1 2 3 4 5 6 7 8 9 10 11 12 13 14
        )
    };
    (@ $simd:ty, $rows:expr, $constant:ident => $body:expr; $($height:literal)+) => {
        match $rows {
            $($height if $height <= <$simd>::TILE_ROWS => {
                const $constant: usize = $height;
                $body
            })+
            _ => unreachable!("no tile is higher than `TILE_ROWS`"),
        }
    };
}
pub(crate) use with_rows;

/// Cuts `count` rows into tiles of nearly equal height: the start and height of each.
pub(crate) fn heights<S: Simd>(count: usize) -> impl Iterator<Item = (usize, usize)> {
    let n_tiles = count.div_ceil(S::TILE_ROWS);
    (0..n_tiles).map(move |tile| {
        let (start, end) = (count * tile / n_tiles, count * (tile + 1) / n_tiles);
        (start, end - start)
    })
}

impl Tile<'_> {
    /// Computes `rows` pixels of a panel of `NR` vectors.
    ///
    /// # Safety
    /// Source, weights, bias and target have all that the fields say; `rows` is not above
    /// `TILE_ROWS`; nothing else touches the target's part.
    #[inline(always)]
    pub(crate) unsafe fn run<S: Simd, const NR: usize>(&self, simd: S, rows: usize) {
        // SAFETY: passed on.
        with_rows!(S, rows, MR => unsafe { self.compute::<S, MR, NR>(simd) });
    }

    /// # Safety
    /// As [`Tile::run`], with `MR` pixels.
    #[inline(always)]
    unsafe fn compute<S: Simd, const MR: usize, const NR: usize>(&self, simd: S) {
        // SAFETY: the caller promises bias or target.
        let mut sums = unsafe { self.start::<S, MR, NR>(simd) };
        for segment in self.segments {
            let mut weights = self.weights.wrapping_add(segment.weights * NR * S::LANES);
            let mut source = self.source.wrapping_add(segment.source);
            for _ in 0..segment.len {
                let mut row = [simd.splat(0.0); NR];
                for (vector, value) in row.iter_mut().enumerate() {
                    // SAFETY: the panel has `NR` vectors in each row.
                    *value = unsafe { simd.load(weights.wrapping_add(vector * S::LANES)) };
                }
                for (pixel, sums) in sums.iter_mut().enumerate() {
                    // SAFETY: the source has `MR` pixels with this segment.
                    let value = unsafe { *source.wrapping_add(pixel * self.source_stride) };
                    let value = simd.splat(value);
                    for (sum, &weight) in sums.iter_mut().zip(&row) {
                        *sum = simd.mul_add(value, weight, *sum);
                    }
                }
                weights = weights.wrapping_add(NR * S::LANES);
                source = source.wrapping_add(self.source_step);
            }
        }
        // SAFETY: the caller promises the target.
        unsafe { self.finish::<S, MR, NR>(simd, sums) };
    }

    /// # Safety
    /// As [`Tile::compute`].
    #[inline(always)]
    unsafe fn start<S: Simd, const MR: usize, const NR: usize>(&self, simd: S) -> [[S::F; NR]; MR] {
        let mut sums = [[simd.splat(0.0); NR]; MR];
        for (pixel, sums) in sums.iter_mut().enumerate() {
            for (vector, sum) in sums.iter_mut().enumerate() {
                let at = vector * S::LANES;
                *sum = match self.bias {
                    // SAFETY: the bias is padded to whole panels.
                    Some(bias) => unsafe { simd.load(bias.wrapping_add(at)) },
                    None => {
                        let from = self.target.wrapping_add(pixel * self.target_stride + at);
                        let count = self.channels.saturating_sub(at).min(S::LANES);
                        // SAFETY: the target's pixel has `channels` numbers.
                        unsafe { load_up_to(simd, from, count) }
                    }
                };
            }
        }
        sums
    }

    /// # Safety
    /// As [`Tile::compute`].
    #[inline(always)]
    unsafe fn finish<S: Simd, const MR: usize, const NR: usize>(
        &self,
        simd: S,
        sums: [[S::F; NR]; MR],
    ) {
        for (pixel, sums) in sums.into_iter().enumerate() {
            for (vector, sum) in sums.into_iter().enumerate() {
                let at = vector * S::LANES;
                let to = self.target.wrapping_add(pixel * self.target_stride + at);
                let count = self.channels.saturating_sub(at).min(S::LANES);
                // SAFETY: the target's pixel has `channels` numbers.
                unsafe { store_up_to(simd, to, count, sum) };
            }
        }
    }
}

/// Loads a vector, or fewer lanes.
///
/// # Safety
/// `count` numbers lie at `from`, and a vector has no fewer.
#[inline(always)]
pub(super) unsafe fn load_up_to<S: Simd>(simd: S, from: *const f32, count: usize) -> S::F {
    if count == S::LANES {
        // SAFETY: a whole vector lies there.
        unsafe { simd.load(from) }
    } else {
        // SAFETY: `count` numbers lie there.
        unsafe { simd.load_head(from, count) }
    }
}

/// Stores a vector, or fewer lanes.
///
/// # Safety
/// `count` numbers lie at `to`, and a vector has no fewer.
#[inline(always)]
pub(super) unsafe fn store_up_to<S: Simd>(simd: S, to: *mut f32, count: usize, value: S::F) {
    if count == S::LANES {
        // SAFETY: a whole vector lies there.
        unsafe { simd.store(to, value) };
    } else {
        // SAFETY: `count` numbers lie there.
        unsafe { simd.store_head(to, count, value) };
    }
}
