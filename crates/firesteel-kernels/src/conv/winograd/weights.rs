// SPDX-License-Identifier: MIT OR Apache-2.0
//! The weight gradient: for each of the 36 points a product over all tiles.

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

/// Tiles that are multiplied at a time.
const BLOCK: usize = 64;
/// Parts of the batch, each with sums of its own; fixed, so that the number of threads cannot change a sum.
const PARTS: usize = 8;

/// `dw`, the gradient of the kernel, from `dz`, the gradient before the activation.
pub(in crate::conv) fn gradient(shape: &Conv<3>, x: &[f32], dz: &[f32], dw: &mut [f32]) {
    let isa = Isa::active();
    let width = product::vectors(isa, shape.out_channels) * isa.lanes();
    let job = Job { isa, grid: Grid::forward(shape), width, x, dz };
    let (len, n_blocks) = (job.sums_len(), job.n_blocks());
    let n_parts = PARTS.min(n_blocks).max(1);
    scratch::with(n_parts * len, |sums| {
        sums.par_chunks_exact_mut(len).enumerate().for_each(|(part, sums)| {
            let blocks = part * n_blocks / n_parts..(part + 1) * n_blocks / n_parts;
            job.part(blocks, sums);
        });
        let (first, others) = sums.split_at_mut(len);
        for others in others.chunks_exact(len) {
            first.iter_mut().zip(others).for_each(|(sum, other)| *sum += other);
        }
        isa.run(Write { job: &job, sums: first, to: dw });
    });
}

struct Job<'a> {
    isa: Isa,
    grid: Grid,
    /// Channels of a panel.
    width: usize,
    x: &'a [f32],
    dz: &'a [f32],
}

impl Job<'_> {
    /// Output channels, filled up to whole panels.
    fn padded(&self) -> usize {
        self.grid.target.channels.next_multiple_of(self.width)
    }

    /// Numbers of the sums: 36 matrices (channels in, padded channels out).
    fn sums_len(&self) -> usize {
        POINTS * self.grid.source.channels * self.padded()
    }

    fn blocks_of_image(&self) -> usize {
        self.grid.n_tiles().div_ceil(BLOCK)
    }

    fn n_blocks(&self) -> usize {
        self.grid.batch * self.blocks_of_image()
    }

    /// The sums over some blocks of tiles.
    fn part(&self, blocks: Range<usize>, sums: &mut [f32]) {
        sums.fill(0.0);
        let (inputs, outputs) = (self.grid.source.channels, self.padded());
        scratch::with(POINTS * BLOCK * (inputs + outputs), |room| {
            let (v, w) = room.split_at_mut(POINTS * BLOCK * inputs);
            for block in blocks {
                let (image, block) =
                    (block / self.blocks_of_image(), block % self.blocks_of_image());
                let tiles = block * BLOCK..self.grid.n_tiles().min((block + 1) * BLOCK);
                self.block(image, tiles, v, w, sums);
            }
        });
    }

    fn block(
        &self,
        image: usize,
        tiles: Range<usize>,
        v: &mut [f32],
        w: &mut [f32],
        sums: &mut [f32],
    ) {
        let Grid { source, target, .. } = self.grid;
        let (n_tiles, inputs, outputs) = (tiles.len(), source.channels, self.padded());
        let v = &mut v[..POINTS * n_tiles * inputs];
        let w = &mut w[..POINTS * n_tiles * outputs];
        let x = &self.x[image * source.len()..][..source.len()];
        let dz = &self.dz[image * target.len()..][..target.len()];
        self.isa.run(ReadSource { grid: &self.grid, image: x, tiles: tiles.clone(), to: v });
        let width = self.width;
        self.isa.run(ReadTarget { grid: &self.grid, image: dz, tiles, width, to: w });
        let points = v.chunks_exact(n_tiles * inputs).zip(w.chunks_exact(n_tiles * outputs));
        for ((v, w), sums) in points.zip(sums.chunks_exact_mut(inputs * outputs)) {
            self.isa.run(Tiles {
                lines: Lines::one_group(inputs, 1, outputs),
                left: v,
                step: inputs,
                depth: n_tiles,
                vectors: width / self.isa.lanes(),
                columns: outputs,
                panels: w,
                panel_stride: n_tiles * width,
                bias: None,
                out: &Shared::new(sums),
                start: 0,
            });
        }
    }
}

/// `G^T sums G`, into the gradient of the kernel.
struct Write<'a> {
    job: &'a Job<'a>,
    sums: &'a [f32],
    to: &'a mut [f32],
}

impl Kernel for Write<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self { job, sums, to } = self;
        let (inputs, outputs, padded) =
            (job.grid.source.channels, job.grid.target.channels, job.padded());
        for input in 0..inputs {
            for output in (0..outputs).step_by(S::LANES) {
                let count = S::LANES.min(outputs - output);
                let mut products = [[simd.splat(0.0); REACH]; REACH];
                for (point, value) in products.as_flattened_mut().iter_mut().enumerate() {
                    *value = load(simd, &sums[(point * inputs + input) * padded + output..], count);
                }
                let taps = both(simd, ToKernel, products);
                for (tap, value) in taps.as_flattened().iter().enumerate() {
                    let to = &mut to[(tap * inputs + input) * outputs + output..];
                    put(simd, *value, to, count);
                }
            }
        }
    }
}
