// SPDX-License-Identifier: MIT OR Apache-2.0
//! Runs: pixels of a target row that lie evenly and see the same taps.

use std::iter::once;
use std::ops::Range;

use crate::conv::axis::{Phase, seen_by};
use crate::conv::gather::Gather;

/// Pixels of a target row that lie evenly and see the same taps.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// Where the first pixel starts in the row.
    pub(super) target: usize,
    /// Numbers from one pixel to the next in the target.
    pub(super) step: usize,
    /// Numbers from one pixel to the next in the source.
    pub(super) pace: usize,
    /// Pixels.
    pub(super) count: usize,
    pub(super) taps: Vec<Seen>,
}

/// What the first pixel of a run sees through a tap; the others see what lies behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    /// Where the source pixel starts.
    pub(super) source: usize,
    /// Where the tap's weights start.
    pub(super) weights: usize,
}

/// A source row that the target row sees, and the first tap that leads there.
struct Line {
    start: usize,
    tap: usize,
}

/// The runs of target row `row`, counted over all planes and images.
pub(super) fn runs(gather: &Gather, row: usize) -> Vec<Run> {
    let [planes, rows, _] = gather.target.sizes;
    let (image, plane, row) = (row / rows / planes, row / rows % planes, row % rows);
    let [depth, height, _] = gather.source.sizes;
    let mut lines = Vec::new();
    for (z_tap, z) in seen_by(&gather.phases[0], plane, depth) {
        for (y_tap, y) in seen_by(&gather.phases[1], row, height) {
            let (start, tap) =
                (gather.source.row_start(image, z, y), gather.tap([z_tap, y_tap, 0]));
            lines.push(Line { start, tap });
        }
    }
    let mut runs = Vec::new();
    for phase in &gather.phases[2] {
        runs.extend(cut(phase, gather.source.sizes[2]).map(|at| run(gather, phase, &lines, at)));
    }
    runs
}

/// The targets of a phase that see all of its taps, together, and each of the others.
fn cut(phase: &Phase, len: usize) -> impl Iterator<Item = Range<usize>> {
    let Range { start, end } = inside(phase, len);
    let each = |targets: Range<usize>| targets.map(|target| target..target + 1);
    let all = each(0..start).chain(once(start..end)).chain(each(end..phase.count));
    all.filter(|targets| !targets.is_empty())
}

/// The targets of a phase that see all of its taps; the source has `len` positions.
fn inside(phase: &Phase, len: usize) -> Range<usize> {
    let first = |offset: isize| offset.min(0).unsigned_abs().div_ceil(phase.pace);
    let room = |offset: isize| usize::try_from(len as isize - offset).unwrap_or_default();
    let end = |offset: isize| room(offset).div_ceil(phase.pace);
    let offsets = || phase.taps.iter().map(|tap| tap.offset);
    let start = offsets().map(first).max().unwrap_or_default();
    let end = offsets().map(end).min().unwrap_or(phase.count).min(phase.count);
    start.min(end)..end
}

/// Some targets of a phase as a run.
fn run(gather: &Gather, phase: &Phase, lines: &[Line], targets: Range<usize>) -> Run {
    let channels = gather.target.channels;
    let width = gather.source.sizes[2];
    let mut taps = Vec::with_capacity(lines.len() * phase.taps.len());
    for line in lines {
        for tap in &phase.taps {
            let Some(x) = tap.source(targets.start, phase.pace, width) else { continue };
            let (source, weights) = (line.start + x * channels, (line.tap + tap.index) * channels);
            taps.push(Seen { source, weights });
        }
    }
    Run {
        target: (phase.first + targets.start * phase.step) * channels,
        step: phase.step * channels,
        pace: phase.pace * channels,
        count: targets.len(),
        taps,
    }
}
