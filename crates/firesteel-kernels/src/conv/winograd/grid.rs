// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Grid`: where the tiles lie, and how their pixels are read.

use crate::conv::Conv;
use crate::vector::{Kernel, Simd};

use super::transform::{OfSource, OfTarget, both};
use super::{REACH, TILE};

/// Images of `rows` times `columns` pixels.
#[derive(Clone, Copy)]
pub(super) struct Plane {
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) channels: usize,
}

impl Plane {
    /// Numbers in an image.
    pub(super) fn len(self) -> usize {
        self.rows * self.columns * self.channels
    }
}

/// Tiles over the target, and where each looks at the source.
#[derive(Clone, Copy)]
pub(super) struct Grid {
    pub(super) batch: usize,
    pub(super) source: Plane,
    pub(super) target: Plane,
    /// Zeros above and left of the source.
    before: [usize; 2],
}

impl Grid {
    /// From input to output.
    pub(super) fn forward(shape: &Conv<3>) -> Self {
        let [_, rows, columns] = shape.axes;
        let plane = |rows, columns, channels| Plane { rows, columns, channels };
        Self {
            batch: shape.batch,
            source: plane(rows.input, columns.input, shape.in_channels),
            target: plane(rows.output(), columns.output(), shape.out_channels),
            before: [rows.before, columns.before],
        }
    }

    /// From output to input.
    pub(super) fn backward(shape: &Conv<3>) -> Self {
        let Self { batch, source, target, before } = Self::forward(shape);
        Self { batch, source: target, target: source, before: before.map(|before| 2 - before) }
    }

    fn tiles_across(&self) -> usize {
        self.target.columns.div_ceil(TILE)
    }

    /// Tiles of an image.
    pub(super) fn n_tiles(&self) -> usize {
        self.tiles_across() * self.target.rows.div_ceil(TILE)
    }

    /// The first target pixel of a tile.
    pub(super) fn corner(&self, tile: usize) -> [usize; 2] {
        [tile / self.tiles_across() * TILE, tile % self.tiles_across() * TILE]
    }
}

/// The part of a plane that a tile covers: zeros stand where it sticks out.
#[derive(Clone, Copy)]
struct Patch {
    /// The first pixel; it may lie outside.
    first: [isize; 2],
}

impl Patch {
    /// Reads `N` times `N` pixels of some channels.
    #[inline(always)]
    fn read<S: Simd, const N: usize>(
        self,
        simd: S,
        plane: Plane,
        image: &[f32],
        channel: usize,
        count: usize,
    ) -> [[S::F; N]; N] {
        let zero = simd.splat(0.0);
        let mut pixels = [[zero; N]; N];
        for (row, pixels) in (self.first[0]..).zip(&mut pixels) {
            if row < 0 || row >= plane.rows as isize {
                continue;
            }
            for (column, pixel) in (self.first[1]..).zip(pixels) {
                if column < 0 || column >= plane.columns as isize {
                    continue;
                }
                let place = row as usize * plane.columns + column as usize;
                *pixel = load(simd, &image[place * plane.channels + channel..], count);
            }
        }
        pixels
    }
}

/// Reads `count` numbers, at most a vector.
#[inline(always)]
pub(super) fn load<S: Simd>(simd: S, from: &[f32], count: usize) -> S::F {
    let from = &from[..count];
    if count == S::LANES {
        // SAFETY: a whole vector lies there.
        return unsafe { simd.load(from.as_ptr()) };
    }
    // SAFETY: `count` numbers lie there, which are no more than lanes.
    unsafe { simd.load_head(from.as_ptr(), count) }
}

/// Writes the first `count` numbers, at most a vector.
#[inline(always)]
pub(super) fn put<S: Simd>(simd: S, value: S::F, to: &mut [f32], count: usize) {
    let to = &mut to[..count];
    if count == S::LANES {
        // SAFETY: there is room for a whole vector.
        return unsafe { simd.store(to.as_mut_ptr(), value) };
    }
    // SAFETY: there is room for `count` numbers, which are no more than lanes.
    unsafe { simd.store_head(to.as_mut_ptr(), count, value) };
}

/// Writes some numbers of each of the 36 matrices.
#[inline(always)]
fn store<S: Simd>(
    simd: S,
    values: [[S::F; REACH]; REACH],
    count: usize,
    to: &mut [f32],
    stride: usize,
) {
    for (point, value) in values.as_flattened().iter().enumerate() {
        put(simd, *value, &mut to[point * stride..], count);
    }
}

/// `B^T source B` of some tiles of an image: 36 matrices (tiles, channels).
pub(super) struct ReadSource<'a> {
    pub(super) grid: &'a Grid,
    pub(super) image: &'a [f32],
    pub(super) tiles: std::ops::Range<usize>,
    /// Numbers from one matrix to the next.
    pub(super) stride: usize,
    /// The first matrix, from the row of the first tile on, and the others.
    pub(super) to: &'a mut [f32],
}

impl Kernel for ReadSource<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self { grid, image, tiles, stride, to } = self;
        let channels = grid.source.channels;
        for (index, tile) in tiles.enumerate() {
            let [row, column] = grid.corner(tile);
            let [above, left] = grid.before;
            let first = [row as isize - above as isize, column as isize - left as isize];
            for channel in (0..channels).step_by(S::LANES) {
                let count = S::LANES.min(channels - channel);
                let pixels =
                    Patch { first }.read::<S, REACH>(simd, grid.source, image, channel, count);
                let values = both(simd, OfSource, pixels);
                store(simd, values, count, &mut to[index * channels + channel..], stride);
            }
        }
    }
}

/// `A target A^T` of some tiles and channels of an image: 36 matrices (tiles, channels) in panels of `width`
/// channels, the last one filled up with zeros.
pub(super) struct ReadTarget<'a> {
    pub(super) grid: &'a Grid,
    pub(super) image: &'a [f32],
    pub(super) tiles: std::ops::Range<usize>,
    /// The channels.
    pub(super) columns: std::ops::Range<usize>,
    /// Channels of a panel, a multiple of the lanes.
    pub(super) width: usize,
    /// The row of the first tile.
    pub(super) at: usize,
    /// Rows of a matrix.
    pub(super) n_tiles: usize,
    pub(super) to: &'a mut [f32],
}

impl Kernel for ReadTarget<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self { grid, image, tiles, columns, width, at, n_tiles, to } = self;
        let plane = grid.target;
        let padded = columns.len().next_multiple_of(width);
        for (index, tile) in (at..).zip(tiles) {
            let [row, column] = grid.corner(tile);
            let first = [row as isize, column as isize];
            for channel in (0..padded).step_by(S::LANES) {
                let count = S::LANES.min(columns.len().saturating_sub(channel));
                let pixels = if count == 0 {
                    [[simd.splat(0.0); TILE]; TILE]
                } else {
                    let channel = columns.start + channel;
                    Patch { first }.read::<S, TILE>(simd, plane, image, channel, count)
                };
                let values = both(simd, OfTarget, pixels);
                let place = channel / width * width * n_tiles + index * width + channel % width;
                store(simd, values, S::LANES, &mut to[place..], n_tiles * padded);
            }
        }
    }
}
