// SPDX-License-Identifier: MIT OR Apache-2.0
//! Average pooling.

use super::Pool;
use super::map::{Direction, Map, Meeting, each_row, pixel, pixel_mut};
use crate::vector::{Kernel, Simd};
use crate::{Isa, check};

/// The mean of the numbers under each window; padding does not count.
///
/// # Panics
/// Where a slice does not have its length.
pub fn average<const RANK: usize>(shape: &Pool<RANK>, x: &[f32], y: &mut [f32]) {
    check::len("average pooling, input", x.len(), shape.input_len());
    check::len("average pooling, output", y.len(), shape.output_len());
    let map = shape.map(Direction::Forward);
    let isa = Isa::active();
    each_row(&map, y, |row, y| isa.run(AverageRow { map: &map, row, x, y }));
}

/// The gradient of [`average`].
///
/// # Panics
/// Where a slice does not have its length.
pub fn average_backward<const RANK: usize>(shape: &Pool<RANK>, dy: &[f32], dx: &mut [f32]) {
    check::len("average pooling, output gradient", dy.len(), shape.output_len());
    check::len("average pooling, input gradient", dx.len(), shape.input_len());
    let (map, windows) = (shape.map(Direction::Backward), shape.map(Direction::Forward));
    let isa = Isa::active();
    each_row(&map, dx, |row, dx| {
        isa.run(AverageBackRow { map: &map, windows: &windows, row, dy, dx });
    });
}

struct AverageRow<'a> {
    map: &'a Map,
    row: usize,
    x: &'a [f32],
    y: &'a mut [f32],
}

impl Kernel for AverageRow<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let channels = self.map.channels;
        self.y.fill(0.0);
        for Meeting { target, source, .. } in self.map.meetings(self.row) {
            let x = pixel(self.x, source, channels);
            pixel_mut(self.y, target, channels).iter_mut().zip(x).for_each(|(y, x)| *y += x);
        }
        let first = self.row * self.map.target[2];
        for (index, y) in self.y.chunks_exact_mut(channels).enumerate() {
            let factor = 1.0 / self.map.count(first + index) as f32;
            y.iter_mut().for_each(|y| *y *= factor);
        }
    }
}

struct AverageBackRow<'a> {
    map: &'a Map,
    windows: &'a Map,
    row: usize,
    dy: &'a [f32],
    dx: &'a mut [f32],
}

impl Kernel for AverageBackRow<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let channels = self.map.channels;
        self.dx.fill(0.0);
        for Meeting { target, source, .. } in self.map.meetings(self.row) {
            let factor = 1.0 / self.windows.count(source) as f32;
            let dy = pixel(self.dy, source, channels);
            let dx = pixel_mut(self.dx, target, channels);
            dx.iter_mut().zip(dy).for_each(|(dx, dy)| *dx += factor * dy);
        }
    }
}
