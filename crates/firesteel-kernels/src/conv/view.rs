// SPDX-License-Identifier: MIT OR Apache-2.0
//! The source rows that a band of target rows sees, with room for the taps that stick out.

use std::ops::Range;

use super::axis::seen_by;
use super::gather::Gather;
use crate::scratch;

/// One side of the gathering.
#[derive(Clone, Copy, Debug)]
pub(super) struct Side {
    pub(super) sizes: [usize; 3],
    pub(super) channels: usize,
}

impl Side {
    pub(super) fn row_len(&self) -> usize {
        self.sizes[2] * self.channels
    }

    pub(super) fn plane_len(&self) -> usize {
        self.sizes[1] * self.row_len()
    }

    pub(super) fn image_len(&self) -> usize {
        self.sizes[0] * self.plane_len()
    }

    /// Where row `y` of plane `z` of an image starts.
    pub(super) fn row_start(&self, image: usize, z: usize, y: usize) -> usize {
        image * self.image_len() + z * self.plane_len() + y * self.row_len()
    }
}

/// Some rows of one plane of one image of the target.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) image: usize,
    pub(super) plane: usize,
    pub(super) rows: Range<usize>,
}

/// Rows of the source, in place or copied to where zeros stand beside them.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub(super) values: &'a [f32],
    /// The source position that each row starts with.
    first: isize,
    channels: usize,
    row_len: usize,
    plane_len: usize,
    /// The planes that were copied; none where the source is seen in place.
    planes: Option<Vec<usize>>,
    first_row: usize,
}

impl View<'_> {
    /// Calls `work` with what the target rows `at` see.
    pub(super) fn with(gather: &Gather, source: &[f32], at: &Place, work: impl FnOnce(&View<'_>)) {
        let side = gather.source;
        let (first, width) = gather.window();
        if first >= 0 && first as usize + width <= side.sizes[2] {
            return work(&View {
                values: &source[side.row_start(at.image, 0, 0)..][..side.image_len()],
                first: 0,
                channels: side.channels,
                row_len: side.row_len(),
                plane_len: side.plane_len(),
                planes: None,
                first_row: 0,
            });
        }
        let seen = seen_by(&gather.phases[0], at.plane, side.sizes[0]);
        let planes: Vec<usize> = seen.map(|(_, z)| z).collect();
        let rows = rows_seen(gather, at.rows.clone());
        let row_len = width * side.channels;
        let plane_len = rows.len() * row_len;
        scratch::with(planes.len() * plane_len, |copy| {
            for (index, to) in copy.chunks_exact_mut(row_len.max(1)).enumerate() {
                let (z, y) = (planes[index / rows.len()], rows.start + index % rows.len());
                let row = &source[side.row_start(at.image, z, y)..][..side.row_len()];
                copy_row(row, first, side.channels, to);
            }
            work(&View {
                values: copy,
                first,
                channels: side.channels,
                row_len,
                plane_len,
                planes: Some(planes),
                first_row: rows.start,
            });
        });
    }

    /// Where row `y` of plane `z` starts.
    pub(super) fn row(&self, z: usize, y: usize) -> usize {
        let plane = match &self.planes {
            Some(planes) => planes.iter().position(|&plane| plane == z).unwrap_or_default(),
            None => z,
        };
        plane * self.plane_len + (y - self.first_row) * self.row_len
    }

    /// Where source position `x` is in a row.
    pub(super) fn column(&self, x: isize) -> usize {
        (x - self.first) as usize * self.channels
    }
}

/// The source rows that some target rows see, from the first to the last.
fn rows_seen(gather: &Gather, rows: Range<usize>) -> Range<usize> {
    let len = gather.source.sizes[1];
    let seen = rows.flat_map(|y| seen_by(&gather.phases[1], y, len).map(|(_, y)| y));
    let (low, high) = seen.fold((usize::MAX, 0), |(low, high), y| (low.min(y), high.max(y + 1)));
    low.min(high)..high
}

/// Copies a source row into one that starts at position `first`, with zeros where it sticks out.
fn copy_row(row: &[f32], first: isize, channels: usize, to: &mut [f32]) {
    let before = (first.min(0).unsigned_abs() * channels).min(to.len());
    let row = &row[(first.max(0) as usize * channels).min(row.len())..];
    let (zeros, to) = to.split_at_mut(before);
    zeros.fill(0.0);
    let count = row.len().min(to.len());
    to[..count].copy_from_slice(&row[..count]);
    to[count..].fill(0.0);
}
