// SPDX-License-Identifier: MIT OR Apache-2.0
//! Matrix products on the register tile of the convolution, bias and activation included.
//!
//! ```text
//! for each block of the inner length:
//!     pack its rows of the right matrix into panels as wide as a register tile
//!     for each chunk of rows and part of the panels, on any thread:
//!         a left matrix stored transposed is copied, so that the chunk's columns are contiguous
//!         for each panel: for each tile of rows: run the tile
//!         after the last block: apply the activation to the chunk
//! ```
//!
//! The scratch is the thread's own: unlike with a general library nothing is allocated per call,
//! and no pages are mapped anew for large matrices. Blocks follow from the inner length alone, so
//! threads cannot change a sum.

use std::ops::Range;

use rayon::prelude::*;

use crate::activation::{Activation, Curve, with_curve};
use crate::epilogue::Plain;
use crate::matrix::{Matrix, MatrixMut, extent};
use crate::rows_to_panels::{PARALLEL_FROM as PACK_PARALLEL_FROM, rows_to_panels};
use crate::shared::Shared;
use crate::tiles::{Lines, Tiles};
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

/// One block of a product, and what follows the last one.
struct Product<'a> {
    shape: MatMul,
    left: Matrix<'a>,
    activation: Activation,
    vectors: usize,
    width: usize,
    /// The block of the inner length.
    depth: Range<usize>,
    /// The bias, filled up with zeros to whole panels.
    bias: &'a [f32],
    /// The block's rows of the right matrix.
    panels: &'a [f32],
    out: &'a Shared<'a>,
    out_stride: usize,
}

/// Vectors in a row of a panel: as many as a register tile is wide, or one for a narrow matrix.
pub(crate) fn vectors(isa: Isa, columns: usize) -> usize {
    if columns <= isa.lanes() { 1 } else { 2 }
}

/// `out = act(left * right + bias)`; no matrix is empty.
pub(crate) fn run(
    shape: MatMul,
    left: Matrix<'_>,
    right: Matrix<'_>,
    bias: Option<&[f32]>,
    activation: Activation,
    out: MatrixMut<'_>,
) {
    let isa = Isa::active();
    let MatrixMut { numbers, stride: out_stride } = out;
    assert!(extent(shape.rows, shape.columns, out_stride) <= numbers.len(), "result too short");
    let vectors = vectors(isa, shape.columns);
    let width = vectors * isa.lanes();
    let padded_len = shape.columns.next_multiple_of(width);
    let block = shape.inner.div_ceil(shape.inner.div_ceil(BLOCK));
    let out = &Shared::new(numbers);
    scratch::with(padded_len * (block + 1), |packed| {
        let (padded, panels) = packed.split_at_mut(padded_len);
        padded.fill(0.0);
        if let Some(bias) = bias {
            padded[..shape.columns].copy_from_slice(bias);
        }
        for start in (0..shape.inner).step_by(block) {
            let depth = start..shape.inner.min(start + block);
            let panels = &mut panels[..padded_len * depth.len()];
            pack(shape, right, depth.clone(), width, panels);
            let (bias, panels) = (&*padded, &*panels);
            Product {
                shape,
                left,
                activation,
                vectors,
                width,
                depth,
                bias,
                panels,
                out,
                out_stride,
            }
            .run(isa);
        }
    });
}

/// Writes some rows of the right matrix in panels, its columns times their factors; zeros fill the last panel up.
pub(crate) fn pack(
    shape: MatMul,
    right: Matrix<'_>,
    depth: Range<usize>,
    width: usize,
    panels: &mut [f32],
) {
    if !shape.transpose_right {
        return rows_to_panels(right, depth, 0..shape.columns, width, panels);
    }
    let one = |(index, panel): (usize, &mut [f32])| {
        let columns = index * width..shape.columns.min((index + 1) * width);
        pack_transposed(right, depth.clone(), columns, width, panel);
    };
    let size = depth.len() * width;
    if panels.len() < PACK_PARALLEL_FROM {
        panels.chunks_exact_mut(size).enumerate().for_each(one);
    } else {
        panels.par_chunks_exact_mut(size).enumerate().for_each(one);
    }
}

/// A panel of a matrix whose columns are stored as rows.
fn pack_transposed(
    right: Matrix<'_>,
    depth: Range<usize>,
    columns: Range<usize>,
    width: usize,
    panel: &mut [f32],
) {
    let count = columns.len();
    for (column, stored) in columns.enumerate() {
        let factor = right.scale.map_or(1.0, |scale| scale[stored]);
        let row = &right.numbers[stored * right.stride..][depth.clone()];
        for (to, &value) in panel.chunks_exact_mut(width).zip(row) {
            to[column] = factor * value;
        }
    }
    panel.chunks_exact_mut(width).for_each(|row| row[count..].fill(0.0));
}

impl Product<'_> {
    fn run(&self, isa: Isa) {
        let MatMul { rows, inner, columns, .. } = self.shape;
        let n_panels = columns.div_ceil(self.width);
        let parallel = rows * inner * columns >= PARALLEL_FROM;
        let n_threads = if parallel { rayon::current_num_threads() } else { 1 };
        let wanted = if n_threads == 1 { 1 } else { 4 * n_threads };
        let by_cache = CHUNK / (self.depth.len() + columns);
        let chunk_rows = by_cache.min(rows.div_ceil(wanted)).max(CHUNK_ROWS).min(rows);
        let n_chunks = rows.div_ceil(chunk_rows);
        let chunk_rows = rows.div_ceil(n_chunks);
        let parts = wanted.div_ceil(n_chunks).clamp(1, n_panels);
        let panels_each = n_panels.div_ceil(parts);
        let n_parts = n_panels.div_ceil(panels_each);
        let task = |index: usize| {
            let (chunk, part) = (index / n_parts, index % n_parts);
            let rows = chunk * chunk_rows..rows.min((chunk + 1) * chunk_rows);
            let panels = part * panels_each..n_panels.min((part + 1) * panels_each);
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
        let part = Part { product: self, rows, panels };
        let stride = self.left.stride;
        if self.shape.transpose_left {
            self.with_copy(&part, |left| isa.run(part.tiles(left, 1, part.rows.len())));
        } else {
            let left = &self.left.numbers[part.rows.start * stride + self.depth.start..];
            isa.run(part.tiles(left, stride, 1));
        }
        if self.depth.end == self.shape.inner && self.activation != Activation::Linear {
            with_curve!(self.activation, curve => isa.run(Activate { part, curve }));
        }
    }

    /// Calls `work` with the part's piece of a left matrix that is stored transposed.
    fn with_copy(&self, part: &Part<'_>, work: impl FnOnce(&[f32])) {
        let count = part.rows.len();
        scratch::with(count * self.depth.len(), |copy| {
            for (to, k) in copy.chunks_exact_mut(count).zip(self.depth.clone()) {
                to.copy_from_slice(&self.left.numbers[k * self.left.stride..][part.rows.clone()]);
            }
            work(copy);
        });
    }
}

/// Some rows and panels of the result.
struct Part<'a> {
    product: &'a Product<'a>,
    rows: Range<usize>,
    panels: Range<usize>,
}

impl Part<'_> {
    /// The columns that the part's panels are for.
    fn columns(&self) -> Range<usize> {
        let Product { width, shape, .. } = self.product;
        self.panels.start * width..shape.columns.min(self.panels.end * width)
    }

    /// The part's arithmetic, with its piece of the left matrix: from row to row `stride` numbers,
    /// `step` from one term of a sum to the next.
    fn tiles<'t>(&'t self, left: &'t [f32], stride: usize, step: usize) -> Tiles<'t> {
        let Product { depth, width, bias, panels, out, out_stride, .. } = self.product;
        let (columns, panel_stride) = (self.columns(), depth.len() * width);
        Tiles {
            lines: Lines::one_group(self.rows.len(), stride, *out_stride),
            left,
            step,
            depth: depth.len(),
            vectors: self.product.vectors,
            columns: columns.len(),
            panels: &panels[self.panels.start * panel_stride..],
            panel_stride,
            bias: (depth.start == 0).then(|| &bias[columns.start..]),
            out,
            start: self.rows.start * out_stride + columns.start,
        }
    }
}

/// The activation over a part of the result.
struct Activate<'a, C> {
    part: Part<'a>,
    curve: C,
}

impl<C: Curve> Kernel for Activate<'_, C> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Part { product, rows, .. } = &self.part;
        let (columns, stride) = (self.part.columns(), product.out_stride);
        let whole = columns.len() == stride;
        let (lines, len) =
            if whole { (1, rows.len() * stride) } else { (rows.len(), columns.len()) };
        for line in 0..lines {
            let start = (rows.start + line) * stride + columns.start;
            // SAFETY: these numbers of the result belong to this task alone.
            let line = unsafe { product.out.slice(start, len) };
            pointwise::pass(simd, Plain(self.curve), [line], []);
        }
    }
}
