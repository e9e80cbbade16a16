// SPDX-License-Identifier: MIT OR Apache-2.0
//! Register tiles over some rows and some packed panels: the inside of every matrix product.

use crate::conv::segments::Segment;
use crate::conv::tile::{Tile, heights};
use crate::shared::Shared;
use crate::vector::{Kernel, Simd};

/// Where rows lie: `groups` times `rows` of them, on the left and in the result.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lines {
    pub(crate) groups: usize,
    pub(crate) rows: usize,
    /// Numbers from group to group and from row to row on the left.
    pub(crate) left: [usize; 2],
    /// The same in the result.
    pub(crate) out: [usize; 2],
}

impl Lines {
    /// One group, with the distances of its rows.
    pub(crate) fn one_group(rows: usize, left: usize, out: usize) -> Self {
        Self { groups: 1, rows, left: [0, left], out: [0, out] }
    }
}

/// Products of rows with panels, on one thread.
pub(crate) struct Tiles<'a> {
    pub(crate) lines: Lines,
    pub(crate) left: &'a [f32],
    /// Numbers from one term of a sum to the next on the left.
    pub(crate) step: usize,
    /// Terms of a sum.
    pub(crate) depth: usize,
    /// Vectors in a row of a panel, 1 or 2.
    pub(crate) vectors: usize,
    /// Columns of the result.
    pub(crate) columns: usize,
    /// The panels' first rows.
    pub(crate) panels: &'a [f32],
    /// Numbers from one panel to the next.
    pub(crate) panel_stride: usize,
    /// What the sums start from, padded to whole panels; without it, what the result holds.
    pub(crate) bias: Option<&'a [f32]>,
    pub(crate) out: &'a Shared<'a>,
    /// The first row's place in the result.
    pub(crate) start: usize,
}

impl Kernel for Tiles<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        if self.vectors == 1 { self.all::<S, 1>(simd) } else { self.all::<S, 2>(simd) }
    }
}

impl Tiles<'_> {
    #[inline(always)]
    fn all<S: Simd, const NR: usize>(&self, simd: S) {
        let Lines { groups, rows, left, out } = self.lines;
        let width = NR * S::LANES;
        let n_panels = self.columns.div_ceil(width);
        if groups == 0 || rows == 0 || self.depth == 0 || n_panels == 0 {
            return;
        }
        self.assert_inside(n_panels, width);
        let segments = [Segment { source: 0, weights: 0, len: self.depth }];
        for panel in 0..n_panels {
            let channels = width.min(self.columns - panel * width);
            for group in 0..groups {
                for (start, height) in heights::<S>(rows) {
                    let target = self.start + group * out[0] + start * out[1] + panel * width;
                    let source = group * left[0] + start * left[1];
                    let tile = Tile {
                        source: self.left[source..].as_ptr(),
                        source_stride: left[1],
                        source_step: self.step,
                        segments: &segments,
                        weights: self.panels[panel * self.panel_stride..].as_ptr(),
                        target: self.out.at(target, (height - 1) * out[1] + channels),
                        target_stride: out[1],
                        channels,
                        bias: self.bias.map(|bias| bias[panel * width..].as_ptr()),
                    };
                    // SAFETY: left, panels and bias have all that is read, as asserted above; the
                    // result's part exists and is this task's alone.
                    unsafe { tile.run::<S, NR>(simd, height) };
                }
            }
        }
    }

    /// Stops unless everything that will be read exists.
    #[inline(always)]
    fn assert_inside(&self, n_panels: usize, width: usize) {
        let Lines { groups, rows, left, .. } = self.lines;
        let last = (groups - 1) * left[0] + (rows - 1) * left[1] + (self.depth - 1) * self.step;
        assert!(last < self.left.len(), "left matrix too short");
        let panels = (n_panels - 1) * self.panel_stride + self.depth * width;
        assert!(panels <= self.panels.len(), "panels too short");
        assert!(self.bias.is_none_or(|bias| n_panels * width <= bias.len()), "bias too short");
    }
}
