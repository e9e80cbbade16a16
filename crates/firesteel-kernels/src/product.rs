// SPDX-License-Identifier: MIT OR Apache-2.0
//! Matrix products on the register tile of the convolution, bias and activation included.
//!
//! ```text
//! pack the right matrix into panels as wide as a register tile
//! for each chunk of rows and part of the panels, on any thread:
//!     for each block of the inner length:
//!         a left matrix stored transposed is copied, so that the chunk's columns are contiguous
//!         for each panel: for each tile of rows: run the tile
//!     apply the activation to the chunk
//! ```
//!
//! The scratch is the thread's own: unlike with a general library nothing is allocated per call,
//! and no pages are mapped anew for large matrices. Blocks follow from the inner length alone, so
//! threads cannot change a sum.

use std::ops::Range;

use rayon::prelude::*;

use crate::activation::{Activation, Curve, with_curve};
use crate::conv::segments::Segment;
use crate::conv::tile::{Tile, heights};
use crate::epilogue::Plain;
use crate::shared::Shared;
use crate::vector::{Kernel, Simd};
use crate::{Isa, MatMul, pointwise, scratch};

/// Multiplications below which one thread does the product.
const PARALLEL_FROM: usize = 1 << 20;
/// The longest block of the inner length.
const BLOCK: usize = 768;
/// Numbers of a chunk, left and result, that stay in the second cache.
const CHUNK: usize = 1 << 16;
/// Rows that a panel should at least pass by before the next one.
const CHUNK_ROWS: usize = 96;

/// A product with what follows it.
pub(crate) struct Product<'a> {
    shape: MatMul,
    left: &'a [f32],
    activation: Activation,
    vectors: usize,
    width: usize,
    n_panels: usize,
    /// The padded bias, then the panels.
    packed: &'a [f32],
    out: &'a Shared<'a>,
}

/// `out = act(left * right + bias)`; no matrix is empty.
pub(crate) fn run(
    shape: MatMul,
    left: &[f32],
    right: &[f32],
    bias: Option<&[f32]>,
    activation: Activation,
    out: &mut [f32],
) {
    let isa = Isa::active();
    let vectors = if shape.columns <= isa.lanes() { 1 } else { 2 };
    let width = vectors * isa.lanes();
    let n_panels = shape.columns.div_ceil(width);
    scratch::with(n_panels * width * (shape.inner + 1), |packed| {
        let (padded, panels) = packed.split_at_mut(n_panels * width);
        padded.fill(0.0);
        if let Some(bias) = bias {
            padded[..shape.columns].copy_from_slice(bias);
        }
        pack(shape, right, width, panels);
        let out = &Shared::new(out);
        Product { shape, left, activation, vectors, width, n_panels, packed, out }.run(isa);
    });
}

/// Writes the right matrix in panels, the last one filled up with zeros.
fn pack(shape: MatMul, right: &[f32], width: usize, panels: &mut [f32]) {
    let one = |(index, panel): (usize, &mut [f32])| {
        let first = index * width;
        let count = width.min(shape.columns - first);
        if !shape.transpose_right {
            for (to, row) in panel.chunks_exact_mut(width).zip(right.chunks_exact(shape.columns)) {
                to[..count].copy_from_slice(&row[first..first + count]);
                to[count..].fill(0.0);
            }
            return;
        }
        for (column, row) in right.chunks_exact(shape.inner).skip(first).take(count).enumerate() {
            for (to, &value) in panel.chunks_exact_mut(width).zip(row) {
                to[column] = value;
            }
        }
        panel.chunks_exact_mut(width).for_each(|row| row[count..].fill(0.0));
    };
    let size = shape.inner * width;
    if panels.len() < 1 << 17 {
        panels.chunks_exact_mut(size).enumerate().for_each(one);
    } else {
        panels.par_chunks_exact_mut(size).enumerate().for_each(one);
    }
}

impl Product<'_> {
    fn run(&self, isa: Isa) {
        let MatMul { rows, inner, columns, .. } = self.shape;
        let parallel = rows * inner * columns >= PARALLEL_FROM;
        let n_threads = if parallel { rayon::current_num_threads() } else { 1 };
        let wanted = if n_threads == 1 { 1 } else { 4 * n_threads };
        let by_cache = CHUNK / (inner.min(BLOCK) + columns);
        let chunk_rows = by_cache.min(rows.div_ceil(wanted)).max(CHUNK_ROWS).min(rows);
        let n_chunks = rows.div_ceil(chunk_rows);
        let parts = wanted.div_ceil(n_chunks).clamp(1, self.n_panels);
        let panels_each = self.n_panels.div_ceil(parts);
        let n_parts = self.n_panels.div_ceil(panels_each);
        let task = |index: usize| {
            let (chunk, part) = (index / n_parts, index % n_parts);
            let rows = chunk * chunk_rows..rows.min((chunk + 1) * chunk_rows);
            let panels = part * panels_each..self.n_panels.min((part + 1) * panels_each);
            self.chunk(isa, rows, panels);
        };
        if n_threads == 1 {
            (0..n_chunks * n_parts).for_each(task);
        } else {
            (0..n_chunks * n_parts).into_par_iter().for_each(task);
        }
    }

    /// Some rows of some panels.
    fn chunk(&self, isa: Isa, rows: Range<usize>, panels: Range<usize>) {
        let inner = self.shape.inner;
        let block = inner.div_ceil(inner.div_ceil(BLOCK));
        let mut start = 0;
        while start < inner {
            let depth = start..inner.min(start + block);
            start = depth.end;
            let last = start == inner;
            let part =
                Part { product: self, rows: rows.clone(), panels: panels.clone(), depth, last };
            if self.shape.transpose_left {
                self.with_copy(&part, |left| isa.run(Compute { part: &part, left, stride: 1 }));
            } else {
                let left = &self.left[rows.start * inner + part.depth.start..];
                isa.run(Compute { part: &part, left, stride: inner });
            }
        }
    }

    /// Calls `work` with the part's piece of a left matrix that is stored transposed.
    fn with_copy(&self, part: &Part<'_>, work: impl FnOnce(&[f32])) {
        let count = part.rows.len();
        scratch::with(count * part.depth.len(), |copy| {
            for (to, k) in copy.chunks_exact_mut(count).zip(part.depth.clone()) {
                to.copy_from_slice(&self.left[k * self.shape.rows..][part.rows.clone()]);
            }
            work(copy);
        });
    }
}

/// Some rows and panels of the result, and a block of the inner length.
struct Part<'a> {
    product: &'a Product<'a>,
    rows: Range<usize>,
    panels: Range<usize>,
    depth: Range<usize>,
    last: bool,
}

/// The arithmetic of one part.
struct Compute<'a> {
    part: &'a Part<'a>,
    left: &'a [f32],
    /// Numbers from one row to the next; 1 where the piece is stored transposed.
    stride: usize,
}

impl Kernel for Compute<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        if self.part.product.vectors == 1 {
            self.tiles::<S, 1>(simd);
        } else {
            self.tiles::<S, 2>(simd);
        }
        let activation = self.part.product.activation;
        if self.part.last && activation != Activation::Linear {
            with_curve!(activation, curve => self.activate(simd, curve));
        }
    }
}

impl Compute<'_> {
    #[inline(always)]
    fn tiles<S: Simd, const NR: usize>(&self, simd: S) {
        let Part { product, rows, panels, depth, .. } = self.part;
        let MatMul { inner, columns, .. } = product.shape;
        let width = product.width;
        let (bias, matrix) = product.packed.split_at(product.n_panels * width);
        let segments = [Segment { source: 0, weights: 0, len: depth.len() }];
        let step = if product.shape.transpose_left { rows.len() } else { 1 };
        for panel in panels.clone() {
            let channels = width.min(columns - panel * width);
            for (start, height) in heights::<S>(rows.len()) {
                let target = (rows.start + start) * columns + panel * width;
                let tile = Tile {
                    source: self.left[start * self.stride..].as_ptr(),
                    source_stride: self.stride,
                    source_step: step,
                    segments: &segments,
                    weights: matrix[(panel * inner + depth.start) * width..].as_ptr(),
                    target: product.out.at(target, (height - 1) * columns + channels),
                    target_stride: columns,
                    channels,
                    bias: (depth.start == 0).then(|| bias[panel * width..].as_ptr()),
                };
                // SAFETY: the left piece has the block's numbers for every row of the part, panels
                // and bias are whole, and the target's part is this task's alone.
                unsafe { tile.run::<S, NR>(simd, height) };
            }
        }
    }

    /// Applies the activation to the part of the result.
    #[inline(always)]
    fn activate<S: Simd>(&self, simd: S, curve: impl Curve) {
        let Part { product, rows, panels, .. } = self.part;
        let columns = product.shape.columns;
        let first = panels.start * product.width;
        let count = columns.min(panels.end * product.width) - first;
        let (lines, len) =
            if count == columns { (1, rows.len() * columns) } else { (rows.len(), count) };
        for line in 0..lines {
            let start = (rows.start + line) * columns + first;
            // SAFETY: these numbers of the result belong to this task alone.
            let line = unsafe { product.out.slice(start, len) };
            pointwise::pass(simd, Plain(curve), line);
        }
    }
}
