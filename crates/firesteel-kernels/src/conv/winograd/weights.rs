// SPDX-License-Identifier: MIT OR Apache-2.0
//! The weight gradient: for each of the 36 points a product over all tiles.
//!
//! ```text
//! cut the output channels into ranges, whose sums stay in the second cache
//! for each range, on any thread: for each part of the tiles, on any thread:
//!     for each few tiles, of one image or of several:
//!         v = B^T source B, w = A dz A^T    36 matrices each
//!         sums += v^T w                     36 matrix products
//!     add the parts up, in order
//!     dw = G^T sums G
//! ```
//!
//! Parts share the tiles of a few channels among threads; many channels have ranges enough for that. So a thread holds
//! the sums of [`PARTS`] times [`SUMS`] numbers at most, 32 MB, whatever the channels. How tiles and channels are cut
//! follows from the shape alone, so threads cannot change a sum.

use std::ops::Range;

use rayon::prelude::*;

use super::grid::{Grid, ReadSource, ReadTarget, load, put};
use super::transform::{ToKernel, both};
use super::{POINTS, REACH};
use crate::conv::Conv;
use crate::shared::Shared;
use crate::tiles::{Lines, Tiles};
use crate::vector::{Kernel, Simd};
use crate::{Isa, product, scratch};

/// Tiles that are multiplied at a time, at most.
const BLOCK: usize = 64;
/// Tiles that are multiplied at a time, at least.
const SMALL_BLOCK: usize = 8;
/// Parts of the tiles that are summed up by themselves, at most, in all ranges together.
const PARTS: usize = 8;
/// Numbers in the sums of a range, and in the matrices of a block, about.
const SUMS: usize = 1 << 20;

/// `dw`, the gradient of the kernel, from `dz`, the gradient before the activation.
pub(in crate::conv) fn gradient(shape: &Conv<3>, x: &[f32], dz: &[f32], dw: &mut [f32]) {
    let job = Job::new(Isa::active(), shape, x, dz);
    let to = &Shared::new(dw);
    (0..job.n_ranges()).into_par_iter().for_each(|range| job.range(range, to));
}

struct Job<'a> {
    isa: Isa,
    grid: Grid,
    /// Channels of a panel.
    width: usize,
    /// Output channels of a range, whole panels.
    columns_each: usize,
    /// Tiles of a block.
    block: usize,
    /// Parts of a range.
    n_parts: usize,
    x: &'a [f32],
    dz: &'a [f32],
}

impl<'a> Job<'a> {
    fn new(isa: Isa, shape: &Conv<3>, x: &'a [f32], dz: &'a [f32]) -> Self {
        let grid = Grid::forward(shape);
        let width = product::vectors(isa, shape.out_channels) * isa.lanes();
        let n_panels = shape.out_channels.div_ceil(width);
        let panels_each = (SUMS / (POINTS * shape.in_channels * width)).clamp(1, n_panels);
        // as even as can be
        let columns_each = n_panels.div_ceil(n_panels.div_ceil(panels_each)) * width;
        let of_a_tile = POINTS * (shape.in_channels + columns_each);
        let block = (SUMS / of_a_tile).clamp(SMALL_BLOCK, BLOCK);
        let job = Self { isa, grid, width, columns_each, block, n_parts: 1, x, dz };
        let n_parts = (PARTS / job.n_ranges()).min(job.n_blocks()).max(1);
        Self { n_parts, ..job }
    }

    fn n_ranges(&self) -> usize {
        self.grid.target.channels.div_ceil(self.columns_each)
    }

    /// Tiles of all images.
    fn n_tiles(&self) -> usize {
        self.grid.batch * self.grid.n_tiles()
    }

    fn n_blocks(&self) -> usize {
        self.n_tiles().div_ceil(self.block)
    }

    /// Some output channels, filled up to whole panels.
    fn padded(&self, columns: &Range<usize>) -> usize {
        columns.len().next_multiple_of(self.width)
    }

    /// Numbers of the sums of some output channels: 36 matrices (channels in, padded channels out).
    fn sums_len(&self, columns: &Range<usize>) -> usize {
        POINTS * self.grid.source.channels * self.padded(columns)
    }

    /// The gradient for the output channels of one range.
    fn range(&self, index: usize, to: &Shared<'_>) {
        let start = index * self.columns_each;
        let columns = start..self.grid.target.channels.min(start + self.columns_each);
        let (len, n_blocks) = (self.sums_len(&columns), self.n_blocks());
        scratch::with(self.n_parts * len, |sums| {
            sums.par_chunks_exact_mut(len).enumerate().for_each(|(part, sums)| {
                let blocks = part * n_blocks / self.n_parts..(part + 1) * n_blocks / self.n_parts;
                self.part(&columns, blocks, sums);
            });
            let (first, others) = sums.split_at_mut(len);
            for others in others.chunks_exact(len) {
                first.iter_mut().zip(others).for_each(|(sum, other)| *sum += other);
            }
            self.isa.run(Write { job: self, sums: first, columns, to });
        });
    }

    /// The sums over some blocks of tiles.
    fn part(&self, columns: &Range<usize>, blocks: Range<usize>, sums: &mut [f32]) {
        sums.fill(0.0);
        let (inputs, outputs) = (self.grid.source.channels, self.padded(columns));
        scratch::with(POINTS * self.block * (inputs + outputs), |room| {
            let (v, w) = room.split_at_mut(POINTS * self.block * inputs);
            for block in blocks {
                let tiles = block * self.block..self.n_tiles().min((block + 1) * self.block);
                let v = &mut v[..POINTS * tiles.len() * inputs];
                let w = &mut w[..POINTS * tiles.len() * outputs];
                self.read(columns, tiles.clone(), v, w);
                self.add(tiles.len(), outputs, [v, w], sums);
            }
        });
    }

    /// Transforms some tiles, which are counted over all images.
    fn read(&self, columns: &Range<usize>, tiles: Range<usize>, v: &mut [f32], w: &mut [f32]) {
        let Grid { source, target, .. } = self.grid;
        let (n_tiles, of_image) = (tiles.len(), self.grid.n_tiles());
        let mut tile = tiles.start;
        while tile < tiles.end {
            let (image, first, at) = (tile / of_image, tile % of_image, tile - tiles.start);
            let count = (of_image - first).min(tiles.end - tile);
            self.isa.run(ReadSource {
                grid: &self.grid,
                image: &self.x[image * source.len()..][..source.len()],
                tiles: first..first + count,
                stride: n_tiles * source.channels,
                to: &mut v[at * source.channels..],
            });
            self.isa.run(ReadTarget {
                grid: &self.grid,
                image: &self.dz[image * target.len()..][..target.len()],
                tiles: first..first + count,
                columns: columns.clone(),
                width: self.width,
                at,
                n_tiles,
                to: w,
            });
            tile += count;
        }
    }

    /// Adds the products of a block's matrices to the sums.
    fn add(&self, n_tiles: usize, outputs: usize, [v, w]: [&[f32]; 2], sums: &mut [f32]) {
        let inputs = self.grid.source.channels;
        let points = v.chunks_exact(n_tiles * inputs).zip(w.chunks_exact(n_tiles * outputs));
        for ((v, w), sums) in points.zip(sums.chunks_exact_mut(inputs * outputs)) {
            self.isa.run(Tiles {
                lines: Lines::one_group(inputs, 1, outputs),
                left: v,
                step: inputs,
                depth: n_tiles,
                vectors: self.width / self.isa.lanes(),
                columns: outputs,
                panels: w,
                panel_stride: n_tiles * self.width,
                bias: None,
                out: &Shared::new(sums),
                start: 0,
            });
        }
    }
}

/// `G^T sums G`, into some output channels of the gradient of the kernel.
struct Write<'a> {
    job: &'a Job<'a>,
    sums: &'a [f32],
    columns: Range<usize>,
    to: &'a Shared<'a>,
}

impl Kernel for Write<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self { job, sums, columns, to } = self;
        let (inputs, padded) = (job.grid.source.channels, job.padded(&columns));
        for input in 0..inputs {
            for output in (0..columns.len()).step_by(S::LANES) {
                let count = S::LANES.min(columns.len() - output);
                let mut products = [[simd.splat(0.0); REACH]; REACH];
                for (point, value) in products.as_flattened_mut().iter_mut().enumerate() {
                    *value = load(simd, &sums[(point * inputs + input) * padded + output..], count);
                }
                let taps = both(simd, ToKernel, products);
                for (tap, value) in taps.as_flattened().iter().enumerate() {
                    let row = (tap * inputs + input) * job.grid.target.channels;
                    // SAFETY: the output channels of a range belong to one task.
                    let to = unsafe { to.slice(row + columns.start + output, count) };
                    put(simd, *value, to, count);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conv::Axis;

    #[test]
    fn sums_are_bounded_whatever_the_channels() {
        for isa in Isa::available() {
            for channels in [24, 64, 100, 128, 200, 256, 400, 512, 1_024, 4_096] {
                let side = Axis::new(28, 3).padding(1, 1);
                let axes = [Axis::new(1, 1), side, side];
                let (in_channels, out_channels) = (channels, channels);
                let shape = Conv { batch: 32, axes, in_channels, out_channels, groups: 1 };
                let job = Job::new(isa, &shape, &[], &[]);
                let all = 0..job.columns_each;
                // a thread that has no parts to share holds the sums of one range
                let at_once = if job.n_parts == 1 { 1 } else { job.n_ranges() * job.n_parts };
                let matrices = POINTS * job.block * (channels + job.columns_each);
                let numbers = at_once * job.sums_len(&all) + matrices;
                assert!(numbers <= (PARTS + 1) * SUMS, "{numbers} for {channels} channels");
                let tasks = job.n_ranges() * job.n_parts;
                assert!(tasks >= PARTS / 2, "{tasks} tasks for {channels} channels");
            }
        }
    }
}
