// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every target position gathers from the source positions that its taps see.
//!
//! For the forward pass the target is the output; for the input gradient it is the input, the
//! taps are reversed, and targets a multiple of the stride apart see the same taps. The rest is
//! one algorithm:
//!
//! ```text
//! pack the weights into panels as wide as a register tile
//! for each image and band of target rows, on any thread:
//!     copy the source rows that the band sees, with zeros left and right where taps stick out
//!     for each block of the sum over taps and channels:
//!         for each panel: for each row of the band: for each tile of pixels: run the tile
//!     apply the activation to the band
//! ```
//!
//! - Taps that fall on rows outside the source are left out rather than multiplied by zero, and so
//!   are those that fall beside it for every target: no dilation makes a row longer than what is
//!   seen of it.
//! - Neighbouring taps of a row are neighbours in the source, so `taps * channels` numbers form
//!   one stretch; three input channels cost no more than their share.
//! - A block's panel stays in the nearest cache while the band passes by, the band in the next.
//! - Each number is summed in the same order whatever the bands, so threads cannot change it.

use rayon::prelude::*;

use super::axis::{Phase, seen_by};
use super::pack::Kernel;
use super::segments::{Segment, Segments};
use super::tile::{Tile, heights};
use super::view::{Place, Side, View};
use super::{Axis, Conv};
use crate::activation::{Activation, with_curve};
use crate::epilogue::Plain;
use crate::shared::Shared;
use crate::vector::{self, Simd};
use crate::{Isa, pointwise, scratch};

/// Which source positions every target sees.
#[derive(Debug)]
pub(super) struct Gather {
    pub(super) batch: usize,
    pub(super) groups: usize,
    pub(super) source: Side,
    pub(super) target: Side,
    pub(super) phases: [Vec<Phase>; 3],
    kernel: [usize; 3],
    /// Whether the weights' rows run over the taps in reverse.
    reversed: bool,
}

/// Multiplications below which one thread does it all.
const PARALLEL_FROM: usize = 1 << 20;
/// Rows of a block of the weights, at most.
const BLOCK: usize = 1024;
/// Numbers of a band, source and target, that stay in the second cache.
const BAND: usize = 1 << 16;
/// Pixels that a panel should at least pass by before the next one.
const BAND_PIXELS: usize = 128;

impl Gather {
    /// Outputs gather from inputs.
    pub(super) fn forward(shape: &Conv<3>) -> Self {
        Self {
            batch: shape.batch,
            groups: shape.groups,
            source: Side { sizes: shape.axes.map(|a| a.input), channels: shape.in_channels },
            target: Side { sizes: shape.output(), channels: shape.out_channels },
            phases: shape.axes.map(|axis| axis.forward()),
            kernel: shape.axes.map(|axis| axis.kernel),
            reversed: false,
        }
    }

    /// Inputs gather from outputs.
    pub(super) fn backward(shape: &Conv<3>) -> Self {
        let forward = Self::forward(shape);
        Self {
            source: forward.target,
            target: forward.source,
            phases: shape.axes.map(|axis: Axis| axis.backward()),
            reversed: true,
            ..forward
        }
    }

    /// `target = act(gather(source, kernel) + bias)`.
    pub(super) fn run(
        &self,
        source: &[f32],
        kernel: &Kernel<'_>,
        bias: Option<&[f32]>,
        activation: Activation,
        target: &mut [f32],
    ) {
        if target.is_empty() {
            return;
        }
        let isa = Isa::active();
        let vectors = if kernel.columns() <= isa.lanes() { 1 } else { 2 };
        let width = vectors * isa.lanes();
        let bias_len = self.groups * kernel.n_panels(width) * width;
        scratch::with(kernel.packed_len(width) + bias_len, |packed| {
            let (padded_bias, panels) = packed.split_at_mut(bias_len);
            pad_bias(bias, kernel.columns(), width, padded_bias);
            kernel.pack(width, panels);
            let shared = Shared::new(target);
            let job = Job {
                gather: self,
                source,
                panels,
                bias: padded_bias,
                depth: kernel.depth(),
                columns: kernel.columns(),
                vectors,
                width,
                activation,
                target: &shared,
            };
            job.run(isa);
        });
    }

    /// Source positions on the last axis that any target sees: the first, and how many.
    pub(super) fn window(&self) -> (isize, usize) {
        let ends = self.phases[2].iter().filter(|phase| phase.count > 0).flat_map(|phase| {
            let reach = ((phase.count - 1) * phase.pace) as isize;
            phase.taps.iter().flat_map(move |tap| [tap.offset, tap.offset + reach])
        });
        let (low, high) =
            ends.fold((isize::MAX, isize::MIN), |(low, high), end| (low.min(end), high.max(end)));
        if low > high { (0, 0) } else { (low, (high - low) as usize + 1) }
    }

    /// The number of a tap in the kernel.
    pub(super) fn tap(&self, [z, y, x]: [usize; 3]) -> usize {
        (z * self.kernel[1] + y) * self.kernel[2] + x
    }

    /// The weights' row of a tap.
    pub(super) fn weights_row(&self, tap: [usize; 3]) -> usize {
        let index = self.tap(tap);
        let last = self.kernel.iter().product::<usize>() - 1;
        (if self.reversed { last - index } else { index }) * (self.source.channels / self.groups)
    }
}

/// The bias of each group, filled up with zeros to whole panels.
fn pad_bias(bias: Option<&[f32]>, columns: usize, width: usize, padded: &mut [f32]) {
    padded.fill(0.0);
    let Some(bias) = bias else { return };
    let group_len = columns.div_ceil(width) * width;
    for (to, from) in padded.chunks_exact_mut(group_len).zip(bias.chunks_exact(columns)) {
        to[..columns].copy_from_slice(from);
    }
}

/// All that the tasks of one call share.
struct Job<'a> {
    gather: &'a Gather,
    source: &'a [f32],
    panels: &'a [f32],
    bias: &'a [f32],
    depth: usize,
    columns: usize,
    vectors: usize,
    width: usize,
    activation: Activation,
    target: &'a Shared<'a>,
}

/// How a call is cut into tasks; no result depends on it.
#[derive(Clone, Copy)]
struct Cut {
    band_rows: usize,
    n_bands: usize,
    panels_each: usize,
    n_parts: usize,
}

impl Job<'_> {
    fn run(&self, isa: Isa) {
        let [depth, _, columns] = self.gather.target.sizes;
        let pixels = self.gather.batch * self.gather.target.sizes.iter().product::<usize>();
        let parallel = pixels * self.columns * self.depth >= PARALLEL_FROM;
        let n_threads = if parallel { rayon::current_num_threads() } else { 1 };
        let cut = self.cut(n_threads, columns);
        let planes = self.gather.batch * depth;
        let n_tasks = planes * cut.n_bands * cut.n_parts;
        if n_threads == 1 {
            (0..n_tasks).for_each(|index| self.task(isa, cut, index));
        } else {
            (0..n_tasks).into_par_iter().for_each(|index| self.task(isa, cut, index));
        }
    }

    /// Bands that fit in the cache; more and smaller ones, or parts of the panels, where there
    /// would be too few tasks for the threads.
    fn cut(&self, n_threads: usize, columns: usize) -> Cut {
        let Side { sizes: [depth, rows, _], .. } = self.gather.target;
        let planes = self.gather.batch * depth;
        let wanted = if n_threads == 1 { 1 } else { 4 * n_threads };
        let row_len = self.gather.target.row_len() + self.gather.source.row_len();
        let by_cache = (BAND / row_len.max(1)).max(1);
        let least = BAND_PIXELS.div_ceil(columns).max(1);
        let for_all = (planes * rows).div_ceil(wanted);
        let band_rows = by_cache.max(least).min(for_all.max(least)).min(rows);
        let n_bands = rows.div_ceil(band_rows);
        let n_panels = self.gather.groups * self.columns.div_ceil(self.width);
        let parts = wanted.div_ceil(planes * n_bands).clamp(1, n_panels);
        let panels_each = n_panels.div_ceil(parts);
        Cut { band_rows, n_bands, panels_each, n_parts: n_panels.div_ceil(panels_each) }
    }

    fn task(&self, isa: Isa, cut: Cut, index: usize) {
        let (part, index) = (index % cut.n_parts, index / cut.n_parts);
        let (band, plane) = (index % cut.n_bands, index / cut.n_bands);
        let Side { sizes: [depth, rows, _], .. } = self.gather.target;
        let n_panels = self.panels.len() / (self.depth * self.width).max(1);
        let n_panels = n_panels.max(self.bias.len() / self.width);
        let band = Band {
            image: plane / depth,
            plane: plane % depth,
            rows: band * cut.band_rows..rows.min((band + 1) * cut.band_rows),
            panels: part * cut.panels_each..n_panels.min((part + 1) * cut.panels_each),
        };
        band.run(isa, self);
    }
}

/// Some target rows of one plane, and some panels: the work of one task.
struct Band {
    image: usize,
    plane: usize,
    rows: std::ops::Range<usize>,
    panels: std::ops::Range<usize>,
}

/// One phase of one target row: pixels `step` apart, and what they sum over.
struct Run {
    target: usize,
    step: usize,
    count: usize,
    pace: usize,
    segments: Vec<Segment>,
}

impl Band {
    fn run(&self, isa: Isa, job: &Job<'_>) {
        let at = Place { image: self.image, plane: self.plane, rows: self.rows.clone() };
        View::with(job.gather, job.source, &at, |view| {
            isa.run(Compute { band: self, job, source: view.values, runs: &self.runs(job, view) });
        });
    }

    /// What every row sums over.
    fn runs(&self, job: &Job<'_>, view: &View<'_>) -> Vec<Run> {
        let Gather { phases, target, .. } = job.gather;
        let rows = self.rows.clone().flat_map(|y| phases[2].iter().map(move |phase| (y, phase)));
        let run = |(y, phase): (usize, &Phase)| Run {
            target: target.row_start(self.image, self.plane, y) + phase.first * target.channels,
            step: phase.step,
            count: phase.count,
            pace: phase.pace,
            segments: self.segments(job, view, y, phase),
        };
        rows.map(run).collect()
    }

    fn segments(&self, job: &Job<'_>, view: &View<'_>, row: usize, phase: &Phase) -> Vec<Segment> {
        let gather = job.gather;
        let [depth, rows, _] = gather.source.sizes;
        let mut segments = Segments::cut_every(job.block());
        for (z_tap, z) in seen_by(&gather.phases[0], self.plane, depth) {
            for (y_tap, y) in seen_by(&gather.phases[1], row, rows) {
                for tap in &phase.taps {
                    segments.push(Segment {
                        source: view.row(z, y) + view.column(tap.offset),
                        weights: gather.weights_row([z_tap, y_tap, tap.index]),
                        len: gather.source.channels / gather.groups,
                    });
                }
            }
        }
        segments.list
    }
}

impl Job<'_> {
    /// Rows of a block of the weights: as few blocks as possible, of about equal size.
    fn block(&self) -> usize {
        self.depth.div_ceil(self.depth.div_ceil(BLOCK).max(1)).max(1)
    }
}

/// The arithmetic of one band.
struct Compute<'a> {
    band: &'a Band,
    job: &'a Job<'a>,
    source: &'a [f32],
    runs: &'a [Run],
}

impl vector::Kernel for Compute<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        if self.job.vectors == 1 {
            self.blocks::<S, 1>(simd);
        } else {
            self.blocks::<S, 2>(simd);
        }
        with_curve!(self.job.activation, curve => self.activate(simd, curve));
    }
}

impl Compute<'_> {
    #[inline(always)]
    fn blocks<S: Simd, const NR: usize>(&self, simd: S) {
        let block = self.job.block();
        let mut start = 0;
        loop {
            for panel in self.band.panels.clone() {
                for run in self.runs {
                    self.run_of_tiles::<S, NR>(simd, panel, run, start..start + block);
                }
            }
            start += block;
            if start >= self.job.depth {
                return;
            }
        }
    }

    /// One run's pixels for one panel and one block of the weights.
    #[inline(always)]
    fn run_of_tiles<S: Simd, const NR: usize>(
        &self,
        simd: S,
        panel: usize,
        run: &Run,
        block: std::ops::Range<usize>,
    ) {
        let job = self.job;
        let low = run.segments.partition_point(|segment| segment.weights < block.start);
        let high = run.segments.partition_point(|segment| segment.weights < block.end);
        let segments = &run.segments[low..high];
        let per_group = job.columns.div_ceil(job.width);
        let (group, first) = (panel / per_group, panel % per_group * job.width);
        let channels = job.width.min(job.columns - first);
        let inputs = job.gather.source.channels;
        let source_stride = run.pace * inputs;
        let target_stride = run.step * job.gather.target.channels;
        let source = self.source.as_ptr().wrapping_add(group * (inputs / job.gather.groups));
        for (start, rows) in heights::<S>(run.count) {
            let target = run.target + start * target_stride + group * job.columns + first;
            let tile = Tile {
                source: source.wrapping_add(start * source_stride),
                source_stride,
                source_step: 1,
                segments,
                weights: job.panels.as_ptr().wrapping_add(panel * job.depth * job.width),
                target: job.target.at(target, (rows - 1) * target_stride + channels),
                target_stride,
                channels,
                bias: (block.start == 0).then(|| job.bias.as_ptr().wrapping_add(panel * job.width)),
            };
            // SAFETY: segments come from taps inside the source, whose rows hold every pixel of
            // the run; panels and bias are whole; the target's part is this task's alone.
            unsafe { tile.run::<S, NR>(simd, rows) };
        }
    }

    /// Applies the activation to the channels of the band's panels.
    #[inline(always)]
    fn activate<S: Simd>(&self, simd: S, curve: impl crate::activation::Curve) {
        if self.job.activation == Activation::Linear {
            return;
        }
        let Job { gather, columns, width, .. } = self.job;
        let per_group = columns.div_ceil(*width);
        let channel =
            |panel: usize| panel / per_group * columns + (panel % per_group * width).min(*columns);
        let channels = channel(self.band.panels.start)..channel(self.band.panels.end);
        let target = gather.target;
        for y in self.band.rows.clone() {
            let row = target.row_start(self.band.image, self.band.plane, y);
            if channels.len() == target.channels {
                self.activate_part(simd, curve, row, target.row_len());
                continue;
            }
            for x in 0..target.sizes[2] {
                let start = row + x * target.channels + channels.start;
                self.activate_part(simd, curve, start, channels.len());
            }
        }
    }

    #[inline(always)]
    fn activate_part<S: Simd>(
        &self,
        simd: S,
        curve: impl crate::activation::Curve,
        start: usize,
        len: usize,
    ) {
        // SAFETY: these numbers of the target belong to this task's band and panels.
        let part = unsafe { self.job.target.slice(start, len) };
        pointwise::pass(simd, Plain(curve), [part], []);
    }
}
