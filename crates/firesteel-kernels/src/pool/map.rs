// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which source positions each position of the result sees, and rows shared out over threads.

use rayon::prelude::*;

use crate::conv::Axis;
use crate::conv::axis::seen_by;
use crate::pointwise::PARALLEL_FROM;

/// Outputs that collect from inputs, or inputs from outputs.
#[derive(Clone, Copy)]
pub(super) enum Direction {
    Forward,
    Backward,
}

/// Which source positions each target position sees.
pub(super) struct Map {
    axes: [AxisMap; 3],
    pub(super) target: [usize; 3],
    pub(super) channels: usize,
}

/// The same along one axis.
struct AxisMap {
    /// In the order of targets, and of taps for each target.
    seen: Vec<Seen>,
    /// Where each target's part of `seen` starts; one more for the end.
    starts: Vec<usize>,
    source: usize,
    n_taps: usize,
}

/// A target position, the source position that it sees, and through which tap.
#[derive(Clone, Copy)]
struct Seen {
    target: usize,
    source: usize,
    tap: usize,
    /// Whether the target sees nothing before this.
    first: bool,
}

impl AxisMap {
    fn new(axis: &Axis, direction: Direction) -> Self {
        let (phases, source, target) = match direction {
            Direction::Forward => (axis.forward(), axis.input, axis.output()),
            Direction::Backward => (axis.backward(), axis.output(), axis.input),
        };
        let (mut seen, mut starts) = (Vec::new(), vec![0]);
        for target in 0..target {
            let pairs = seen_by(&phases, target, source);
            let pairs = pairs.enumerate();
            seen.extend(pairs.map(|(index, (tap, source))| {
                let first = index == 0;
                Seen { target, source, tap, first }
            }));
            starts.push(seen.len());
        }
        Self { seen, starts, source, n_taps: axis.kernel }
    }

    fn of(&self, target: usize) -> &[Seen] {
        &self.seen[self.starts[target]..self.starts[target + 1]]
    }
}

/// A pixel of a target row, the pixel of the source that it sees, and through which tap.
pub(super) struct Meeting {
    pub(super) target: usize,
    pub(super) source: usize,
    pub(super) tap: u32,
    /// Whether the target sees nothing before this.
    pub(super) first: bool,
}

impl Map {
    pub(super) fn new(axes: [Axis; 3], channels: usize, direction: Direction) -> Self {
        let target = axes.map(|axis| match direction {
            Direction::Forward => axis.output(),
            Direction::Backward => axis.input,
        });
        Self { axes: axes.map(|axis| AxisMap::new(&axis, direction)), target, channels }
    }

    pub(super) fn row_len(&self) -> usize {
        self.target[2] * self.channels
    }

    /// All that row number `row` of the target sees, taps in order for each pixel.
    pub(super) fn meetings(&self, row: usize) -> impl Iterator<Item = Meeting> {
        let [planes, rows, _] = self.target;
        let [z_axis, y_axis, x_axis] = &self.axes;
        let image = row / rows / planes;
        let (z, y) = (z_axis.of(row / rows % planes), y_axis.of(row % rows));
        let pairs = z.iter().flat_map(move |z| y.iter().map(move |y| (z, y)));
        pairs.flat_map(move |(z, y)| {
            let plane = image * z_axis.source + z.source;
            let first = (plane * y_axis.source + y.source) * x_axis.source;
            let tap = (z.tap * y_axis.n_taps + y.tap) * x_axis.n_taps;
            let earliest = z.first && y.first;
            x_axis.seen.iter().map(move |x| Meeting {
                target: x.target,
                source: first + x.source,
                tap: (tap + x.tap) as u32,
                first: earliest && x.first,
            })
        })
    }

    /// How many source positions the target pixel numbered `pixel` sees.
    pub(super) fn count(&self, pixel: usize) -> usize {
        let [planes, rows, pixels] = self.target;
        let at = [pixel / pixels / rows % planes, pixel / pixels % rows, pixel % pixels];
        at.iter().zip(&self.axes).map(|(&at, axis)| axis.of(at).len()).product()
    }
}

/// Calls `work` with the number and slice of every row of the target.
pub(super) fn each_row(map: &Map, target: &mut [f32], work: impl Fn(usize, &mut [f32]) + Sync) {
    if target.is_empty() {
    } else if target.len() < PARALLEL_FROM {
        let rows = target.chunks_exact_mut(map.row_len());
        rows.enumerate().for_each(|(row, target)| work(row, target));
    } else {
        let rows = target.par_chunks_exact_mut(map.row_len());
        rows.enumerate().for_each(|(row, target)| work(row, target));
    }
}

/// The channels of one pixel.
#[inline(always)]
pub(super) fn pixel<T>(values: &[T], index: usize, channels: usize) -> &[T] {
    &values[index * channels..][..channels]
}

/// As [`pixel`], to be written.
#[inline(always)]
pub(super) fn pixel_mut<T>(values: &mut [T], index: usize, channels: usize) -> &mut [T] {
    &mut values[index * channels..][..channels]
}
