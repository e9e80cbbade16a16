// SPDX-License-Identifier: MIT OR Apache-2.0
//! Forward and input gradient.

use std::ops::Range;

use rayon::prelude::*;

use super::grid::{Grid, Plane, ReadSource, load, put};
use super::transform::{OfKernel, ToTarget, both};
use super::{POINTS, REACH, TILE};
use crate::activation::{Curve, with_curve};
use crate::conv::Conv;
use crate::matrix::Matrix;
use crate::panels::Panels;
use crate::shared::Shared;
use crate::tiles::Lines;
use crate::vector::{Kernel, Simd};
use crate::{Activation, Isa, MatMul, Scaled, scratch};

/// Numbers of a task's matrices that stay in the second cache.
const CACHED: usize = 1 << 17;
/// Output channels that are multiplied at a time.
const COLUMNS: usize = 32;
/// Numbers of a line of the cache.
const LINE: usize = 16;
/// Numbers of a tap that one task transforms at least.
const MANY: usize = 1 << 12;

/// `y = act(scale * conv(x, kernel) + bias)`
pub(in crate::conv) fn run(
    shape: &Conv<3>,
    x: &[f32],
    kernel: Scaled<'_>,
    bias: Option<&[f32]>,
    activation: Activation,
    y: &mut [f32],
) {
    let (inner, columns) = (shape.in_channels, shape.out_channels);
    with_kernel(inner * columns, kernel.values, false, |products| {
        let shape_of_product = MatMul::new(0, inner, columns);
        let job = Job { grid: Grid::forward(shape), scale: kernel.scale, bias, activation };
        job.run(products, shape_of_product, x, y);
    });
}

/// `dx`, the gradient of the input, from `dz`, the gradient before the activation.
pub(in crate::conv) fn input_gradient(shape: &Conv<3>, dz: &[f32], kernel: &[f32], dx: &mut [f32]) {
    let (inner, columns) = (shape.out_channels, shape.in_channels);
    with_kernel(inner * columns, kernel, true, |products| {
        let shape_of_product = MatMul::new(0, inner, columns).right_transposed();
        let grid = Grid::backward(shape);
        let job = Job { grid, scale: None, bias: None, activation: Activation::Linear };
        job.run(products, shape_of_product, dz, dx);
    });
}

/// Lends `G kernel G^T`: 36 matrices (channels in, channels out), of the kernel or of the one turned around.
fn with_kernel(len: usize, kernel: &[f32], turned: bool, work: impl FnOnce(&[f32])) {
    scratch::with(POINTS * len, |products| {
        let to = Shared::new(products);
        let each = len.div_ceil(4 * rayon::current_num_threads()).next_multiple_of(LINE).max(MANY);
        (0..len.div_ceil(each)).into_par_iter().for_each(|part| {
            let places = part * each..len.min((part + 1) * each);
            Isa::active().run(TransformKernel { len, places, kernel, turned, to: &to });
        });
        work(products);
    });
}

struct TransformKernel<'a> {
    /// Numbers of a tap.
    len: usize,
    /// Those to transform.
    places: Range<usize>,
    kernel: &'a [f32],
    turned: bool,
    to: &'a Shared<'a>,
}

impl Kernel for TransformKernel<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self { len, places, kernel, turned, to } = self;
        for place in places.clone().step_by(S::LANES) {
            let count = S::LANES.min(places.end - place);
            let mut taps = [[simd.splat(0.0); 3]; 3];
            for (tap, value) in taps.as_flattened_mut().iter_mut().enumerate() {
                let tap = if turned { 8 - tap } else { tap };
                *value = load(simd, &kernel[tap * len + place..], count);
            }
            let products = both(simd, OfKernel, taps);
            for (point, value) in products.as_flattened().iter().enumerate() {
                // SAFETY: these places belong to one task.
                let to = unsafe { to.slice(point * len + place, count) };
                put(simd, *value, to, count);
            }
        }
    }
}

/// What all tasks share.
struct Job<'a> {
    grid: Grid,
    /// What the output channels are multiplied by, while the kernel's matrices are packed; 1 without.
    scale: Option<&'a [f32]>,
    bias: Option<&'a [f32]>,
    activation: Activation,
}

/// Some columns of the 36 matrices of the kernel, packed.
struct Block<'a> {
    columns: Range<usize>,
    points: Vec<Panels<'a>>,
}

impl Job<'_> {
    fn run(&self, products: &[f32], shape: MatMul, source: &[f32], target: &mut [f32]) {
        let isa = Isa::active();
        let columns: Vec<Range<usize>> = (0..shape.columns)
            .step_by(COLUMNS)
            .map(|start| start..shape.columns.min(start + COLUMNS))
            .collect();
        let packed = |columns: &Range<usize>| POINTS * Panels::len(isa, shape.inner, columns.len());
        scratch::with(columns.iter().map(packed).sum(), |mut room| {
            let blocks: Vec<Block<'_>> = columns
                .iter()
                .map(|columns| {
                    let len = Panels::len(isa, shape.inner, columns.len());
                    let own = room.split_off_mut(..POINTS * len).unwrap_or_default();
                    let points = products.par_chunks_exact(shape.inner * shape.columns);
                    let points = points.zip(own.par_chunks_exact_mut(len));
                    let scale = self.scale.map(|scale| &scale[columns.clone()]);
                    let points =
                        points.map(|(point, room)| pack(isa, shape, (point, scale), columns, room));
                    Block { columns: columns.clone(), points: points.collect() }
                })
                .collect();
            self.share(isa, &blocks, source, target);
        });
    }

    /// Cuts the images into tasks of a few tiles.
    fn share(&self, isa: Isa, blocks: &[Block<'_>], source: &[f32], target: &mut [f32]) {
        let Grid { batch, source: from, target: to, .. } = self.grid;
        let each = CACHED / (POINTS * (from.channels + COLUMNS));
        let n_tiles = self.grid.n_tiles();
        // as even as can be, and no fewer than a register tile has rows
        let n_parts = n_tiles.div_ceil(each.max(12));
        let size = n_tiles.div_ceil(n_parts);
        let target = &Shared::new(target);
        let task = |index: usize| {
            let (image, part) = (index / n_parts, index % n_parts);
            let tiles = part * size..n_tiles.min((part + 1) * size);
            let source = &source[image * from.len()..][..from.len()];
            self.task(isa, blocks, source, tiles, (target, image * to.len()));
        };
        (0..batch * n_parts).into_par_iter().for_each(task);
    }

    fn task(
        &self,
        isa: Isa,
        blocks: &[Block<'_>],
        image: &[f32],
        tiles: Range<usize>,
        (target, start): (&Shared<'_>, usize),
    ) {
        let (n_tiles, channels) = (tiles.len(), self.grid.source.channels);
        if n_tiles == 0 {
            return;
        }
        let len = POINTS * n_tiles * channels;
        scratch::with(len + POINTS * n_tiles * COLUMNS, |room| {
            let (v, room) = room.split_at_mut(len);
            isa.run(ReadSource {
                grid: &self.grid,
                image,
                tiles: tiles.clone(),
                stride: n_tiles * channels,
                to: v,
            });
            for block in blocks {
                let width = block.columns.len();
                let m = &mut room[..POINTS * n_tiles * width];
                let matrices =
                    v.chunks_exact(n_tiles * channels).zip(m.chunks_exact_mut(n_tiles * width));
                for ((v, m), panels) in matrices.zip(&block.points) {
                    panels.multiply(Lines::one_group(n_tiles, channels, width), v, m);
                }
                let bias = self.bias.map(|bias| &bias[block.columns.clone()]);
                let write = Write {
                    grid: &self.grid,
                    tiles: tiles.clone(),
                    m,
                    bias,
                    columns: block.columns.clone(),
                    target,
                    start,
                };
                with_curve!(self.activation, curve => isa.run(WithCurve { write, curve }));
            }
        });
    }
}

/// Packs some columns of one of the kernel's matrices, times their factors.
fn pack<'a>(
    isa: Isa,
    shape: MatMul,
    (point, scale): (&[f32], Option<&[f32]>),
    columns: &Range<usize>,
    mut room: &'a mut [f32],
) -> Panels<'a> {
    let part = MatMul { columns: columns.len(), ..shape };
    let right = if shape.transpose_right {
        Matrix::new(&point[columns.start * shape.inner..], shape.inner)
    } else {
        Matrix::new(point, shape.columns).skip_columns(columns.start)
    };
    Panels::pack(isa, part, right.scaled(scale), &mut room)
}

/// `act(A^T m A + bias)` of some tiles and channels, into the target.
struct Write<'a> {
    grid: &'a Grid,
    tiles: Range<usize>,
    m: &'a [f32],
    bias: Option<&'a [f32]>,
    columns: Range<usize>,
    target: &'a Shared<'a>,
    /// Where the image starts.
    start: usize,
}

struct WithCurve<'a, C> {
    write: Write<'a>,
    curve: C,
}

impl<C: Curve> Kernel for WithCurve<'_, C> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Write { grid, tiles, m, bias, columns, target, start } = self.write;
        let Plane { rows, columns: across, channels } = grid.target;
        let width = columns.len();
        let stride = tiles.len() * width;
        for (index, tile) in tiles.enumerate() {
            let [row, column] = grid.corner(tile);
            for channel in (0..width).step_by(S::LANES) {
                let count = S::LANES.min(width - channel);
                let mut products = [[simd.splat(0.0); REACH]; REACH];
                for (point, value) in products.as_flattened_mut().iter_mut().enumerate() {
                    *value = load(simd, &m[point * stride + index * width + channel..], count);
                }
                let shift = match bias {
                    Some(bias) => load(simd, &bias[channel..], count),
                    None => simd.splat(0.0),
                };
                let pixels = both(simd, ToTarget, products);
                for (row, pixels) in (row..rows.min(row + TILE)).zip(pixels) {
                    for (column, value) in (column..across.min(column + TILE)).zip(pixels) {
                        let place = (row * across + column) * channels + columns.start + channel;
                        let value = self.curve.value(simd, simd.add(value, shift));
                        // SAFETY: each tile belongs to one task.
                        let to = unsafe { target.slice(start + place, count) };
                        put(simd, value, to, count);
                    }
                }
            }
        }
    }
}
