// SPDX-License-Identifier: MIT OR Apache-2.0
//! The gradient of the kernel: for each tap, a matrix product whose sum runs over all pixels.
//!
//! ```text
//! cut the bands of output rows into a few splits, as many as the shape says
//! for each split and each part of the panels, on any thread:
//!     for each band: copy the input rows it sees, and dz in panels
//!         for each tap and tile of input channels: for each panel:
//!             sums[channel][vector] = 0
//!             for each pixel: sums[channel][..] += x[pixel][channel] * dz[pixel][..]
//!             add the sums to the split's gradient
//! add the splits, in order
//! ```
//!
//! Taps that see padding alone are left out; their gradient stays zero.
//!
//! Splits share the work of long sums over threads. Their number follows from the shape alone, so
//! the order of additions does too.

use std::ops::Range;

use rayon::prelude::*;

use super::Conv;
use super::axis::seen_by;
use super::gather::Gather;
use super::segments::{Segment, Segments};
use super::tile::{heights, with_rows};
use super::view::{Place, View};
use crate::shared::Shared;
use crate::vector::{Kernel, Simd};
use crate::{Isa, scratch};

/// Multiplications below which one thread does it all.
const PARALLEL_FROM: usize = 1 << 20;
/// Splits at most.
const SPLITS: usize = 16;
/// Numbers in the gradients of all splits together, at most (where there is more than one).
const SPLIT_LEN: usize = 1 << 22;
/// Pixels of a band, about: their panel of dz stays in the first cache.
const BAND_PIXELS: usize = 256;

/// `dw`, the gradient of the kernel.
pub(super) fn gradient(shape: &Conv<3>, x: &[f32], dz: &[f32], dw: &mut [f32]) {
    let job = Job::new(Isa::active(), shape, x, dz);
    if job.n_bands == 0 {
        return dw.fill(0.0);
    }
    scratch::with_zeros(job.n_splits * job.split_len(), |splits| {
        job.fill(&Shared::new(splits));
        job.add_up(splits, dw);
    });
}

/// All that the tasks of one call share.
struct Job<'a> {
    isa: Isa,
    gather: Gather,
    x: &'a [f32],
    dz: &'a [f32],
    /// Rows of a group's gradient.
    depth: usize,
    /// Output channels of a group.
    columns: usize,
    vectors: usize,
    width: usize,
    n_panels: usize,
    band_rows: usize,
    bands_per_plane: usize,
    n_bands: usize,
    n_splits: usize,
    parallel: bool,
}

impl<'a> Job<'a> {
    fn new(isa: Isa, shape: &Conv<3>, x: &'a [f32], dz: &'a [f32]) -> Self {
        let gather = Gather::forward(shape);
        let [planes, rows, row_pixels] = gather.target.sizes;
        let depth = shape.n_taps() * (shape.in_channels / shape.groups);
        let columns = shape.out_channels / shape.groups;
        let band_rows = BAND_PIXELS.div_ceil(row_pixels.max(1)).min(rows.max(1));
        let bands_per_plane = rows.div_ceil(band_rows);
        let pixels = shape.batch * planes * rows * row_pixels;
        let n_bands = if pixels == 0 { 0 } else { shape.batch * planes * bands_per_plane };
        let parallel = pixels * depth * shape.out_channels >= PARALLEL_FROM;
        let by_memory = SPLIT_LEN / (depth * shape.out_channels).max(1);
        let n_splits = if parallel { SPLITS.min(n_bands).min(by_memory).max(1) } else { 1 };
        let vectors = if columns <= isa.lanes() { 1 } else { 2 };
        let width = vectors * isa.lanes();
        let n_panels = shape.groups * columns.div_ceil(width);
        Self {
            isa,
            gather,
            x,
            dz,
            depth,
            columns,
            vectors,
            width,
            n_panels,
            band_rows,
            bands_per_plane,
            n_bands,
            n_splits,
            parallel,
        }
    }

    fn split_len(&self) -> usize {
        self.n_panels * self.panel_len()
    }

    fn panel_len(&self) -> usize {
        self.depth * self.width
    }

    /// Computes the gradient of every split, in panels.
    fn fill(&self, splits: &Shared<'_>) {
        let wanted = if self.parallel { 4 * rayon::current_num_threads() } else { 1 };
        let parts = wanted.div_ceil(self.n_splits).clamp(1, self.n_panels);
        let panels_each = self.n_panels.div_ceil(parts);
        let n_parts = self.n_panels.div_ceil(panels_each);
        let task = |index: usize| {
            let (split, part) = (index / n_parts, index % n_parts);
            let panels = part * panels_each..self.n_panels.min((part + 1) * panels_each);
            let start = split * self.split_len() + panels.start * self.panel_len();
            // SAFETY: no other task has this split and these panels.
            let sums = unsafe { splits.slice(start, panels.len() * self.panel_len()) };
            let bands =
                self.n_bands * split / self.n_splits..self.n_bands * (split + 1) / self.n_splits;
            bands.for_each(|band| self.add_band(band, panels.clone(), sums));
        };
        if self.parallel {
            (0..self.n_splits * n_parts).into_par_iter().for_each(task);
        } else {
            (0..self.n_splits * n_parts).for_each(task);
        }
    }

    /// Adds what one band contributes to some panels.
    fn add_band(&self, band: usize, panels: Range<usize>, sums: &mut [f32]) {
        let (plane, band) = (band / self.bands_per_plane, band % self.bands_per_plane);
        let [planes, rows, row_pixels] = self.gather.target.sizes;
        let place = Place {
            image: plane / planes,
            plane: plane % planes,
            rows: band * self.band_rows..rows.min((band + 1) * self.band_rows),
        };
        let pixels = place.rows.len() * row_pixels;
        scratch::with(panels.len() * pixels * self.width, |dz| {
            self.pack(&place, panels.clone(), dz);
            View::with(&self.gather, self.x, &place, |view| {
                let taps = self.taps(view, &place);
                self.isa.run(Add {
                    job: self,
                    x: view.values,
                    dz,
                    pixels,
                    taps: &taps,
                    panels,
                    sums,
                });
            });
        });
    }

    /// Writes the band's dz in panels, filled up with zeros.
    fn pack(&self, place: &Place, panels: Range<usize>, packed: &mut [f32]) {
        let side = self.gather.target;
        let start = side.row_start(place.image, place.plane, place.rows.start);
        let dz = &self.dz[start..][..place.rows.len() * side.row_len()];
        let pixels = dz.len() / side.channels;
        for (panel, to) in panels.zip(packed.chunks_exact_mut(pixels * self.width)) {
            let (group, first) = self.place_of(panel);
            let count = self.width.min(self.columns - first);
            let pixels = dz.chunks_exact(side.channels);
            for (to, pixel) in to.chunks_exact_mut(self.width).zip(pixels) {
                to[..count].copy_from_slice(&pixel[group * self.columns + first..][..count]);
                to[count..].fill(0.0);
            }
        }
    }

    /// A panel's group, and its first output channel there.
    fn place_of(&self, panel: usize) -> (usize, usize) {
        let per_group = self.columns.div_ceil(self.width);
        (panel / per_group, panel % per_group * self.width)
    }

    /// For each tap outside the last axis, the rows that it joins, and its stretches in a row.
    fn taps(&self, view: &View<'_>, place: &Place) -> Vec<TapRows> {
        let gather = &self.gather;
        let [depth, rows, _] = gather.source.sizes;
        let row_pixels = gather.target.sizes[2];
        let mut taps = Vec::new();
        for (z_tap, z) in seen_by(&gather.phases[0], place.plane, depth) {
            for y_tap in gather.phases[1][0].taps.iter().map(|tap| tap.index) {
                let joined = place.rows.clone().enumerate().filter_map(|(index, y)| {
                    let (_, y) =
                        seen_by(&gather.phases[1], y, rows).find(|&(tap, _)| tap == y_tap)?;
                    Some(Joined { x: view.row(z, y), pixel: index * row_pixels })
                });
                taps.push(TapRows {
                    rows: joined.collect(),
                    segments: self.segments(view, [z_tap, y_tap]),
                });
            }
        }
        taps
    }

    fn segments(&self, view: &View<'_>, [z_tap, y_tap]: [usize; 2]) -> Vec<Segment> {
        let gather = &self.gather;
        let mut segments = Segments::cut_every(usize::MAX);
        for tap in &gather.phases[2][0].taps {
            segments.push(Segment {
                source: view.column(tap.offset),
                weights: gather.weights_row([z_tap, y_tap, tap.index]),
                len: gather.source.channels / gather.groups,
            });
        }
        segments.list
    }

    /// Adds the splits up and takes the panels apart.
    fn add_up(&self, splits: &[f32], dw: &mut [f32]) {
        let row_of = |(row, out): (usize, &mut [f32])| {
            out.fill(0.0);
            for split in splits.chunks_exact(self.split_len()) {
                for (panel, values) in split.chunks_exact(self.panel_len()).enumerate() {
                    let (group, first) = self.place_of(panel);
                    let count = self.width.min(self.columns - first);
                    let to = &mut out[group * self.columns + first..][..count];
                    to.iter_mut().zip(&values[row * self.width..]).for_each(|(to, v)| *to += v);
                }
            }
        };
        let out_channels = self.gather.target.channels;
        if self.parallel {
            dw.par_chunks_exact_mut(out_channels).enumerate().for_each(row_of);
        } else {
            dw.chunks_exact_mut(out_channels).enumerate().for_each(row_of);
        }
    }
}

/// The rows that a tap joins, and its stretches in each.
struct TapRows {
    rows: Vec<Joined>,
    segments: Vec<Segment>,
}

/// A row of x and the row of dz that a tap joins it with.
#[derive(Clone, Copy)]
struct Joined {
    x: usize,
    /// The first pixel of dz.
    pixel: usize,
}

/// The arithmetic of one band.
struct Add<'a> {
    job: &'a Job<'a>,
    x: &'a [f32],
    dz: &'a [f32],
    pixels: usize,
    taps: &'a [TapRows],
    panels: Range<usize>,
    sums: &'a mut [f32],
}

impl Kernel for Add<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        for tap in self.taps {
            for segment in &tap.segments {
                for (start, rows) in heights::<S>(segment.len) {
                    if self.job.vectors == 1 {
                        self.panels::<S, 1>(simd, tap, segment, start, rows);
                    } else {
                        self.panels::<S, 2>(simd, tap, segment, start, rows);
                    }
                }
            }
        }
    }
}

impl Add<'_> {
    /// One tile of input channels with every panel.
    #[inline(always)]
    fn panels<S: Simd, const NR: usize>(
        &mut self,
        simd: S,
        tap: &TapRows,
        segment: &Segment,
        start: usize,
        rows: usize,
    ) {
        let job = self.job;
        let inputs = job.gather.source.channels / job.gather.groups;
        for (index, panel) in self.panels.clone().enumerate() {
            let (group, _) = job.place_of(panel);
            let sums = index * job.panel_len() + (segment.weights + start) * job.width;
            let tile = Tile {
                x: self.x.as_ptr().wrapping_add(group * inputs + segment.source + start),
                x_stride: job.gather.phases[2][0].pace * job.gather.source.channels,
                dz: self.dz[index * self.pixels * job.width..].as_ptr(),
                row_pixels: job.gather.target.sizes[2],
                rows: &tap.rows,
                sums: self.sums[sums..][..rows * job.width].as_mut_ptr(),
            };
            // SAFETY: the tap's rows lie in x and dz with all their pixels, and `sums` was cut to
            // `rows` rows of the panel.
            with_rows!(S, rows, MR => unsafe { tile.add::<S, MR, NR>(simd) });
        }
    }
}

/// A few input channels times two vectors of output channels, summed over pixels.
struct Tile<'a> {
    x: *const f32,
    x_stride: usize,
    dz: *const f32,
    row_pixels: usize,
    rows: &'a [Joined],
    sums: *mut f32,
}

impl Tile<'_> {
    /// # Safety
    /// Every row has `row_pixels` pixels with `MR` numbers at `x` and `NR` vectors at `dz`; `sums`
    /// has `MR` rows of `NR` vectors.
    #[inline(always)]
    unsafe fn add<S: Simd, const MR: usize, const NR: usize>(&self, simd: S) {
        let mut sums = [[simd.splat(0.0); NR]; MR];
        for joined in self.rows {
            let mut x = self.x.wrapping_add(joined.x);
            let mut dz = self.dz.wrapping_add(joined.pixel * NR * S::LANES);
            for _ in 0..self.row_pixels {
                let mut row = [simd.splat(0.0); NR];
                for (vector, value) in row.iter_mut().enumerate() {
                    // SAFETY: the pixel has `NR` vectors.
                    *value = unsafe { simd.load(dz.wrapping_add(vector * S::LANES)) };
                }
                for (channel, sums) in sums.iter_mut().enumerate() {
                    // SAFETY: the pixel has `MR` numbers.
                    let value = simd.splat(unsafe { *x.wrapping_add(channel) });
                    for (sum, &factor) in sums.iter_mut().zip(&row) {
                        *sum = simd.mul_add(value, factor, *sum);
                    }
                }
                x = x.wrapping_add(self.x_stride);
                dz = dz.wrapping_add(NR * S::LANES);
            }
        }
        for (channel, sums) in sums.into_iter().enumerate() {
            for (vector, sum) in sums.into_iter().enumerate() {
                let to = self.sums.wrapping_add((channel * NR + vector) * S::LANES);
                // SAFETY: `sums` has this vector.
                let before = unsafe { simd.load(to) };
                // SAFETY: as above.
                unsafe { simd.store(to, simd.add(before, sum)) };
            }
        }
    }
}
