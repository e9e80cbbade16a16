// SPDX-License-Identifier: MIT OR Apache-2.0
//! Maximum pooling.

use rayon::prelude::*;

use super::Pool;
use super::map::{Direction, Map, Meeting, each_row, pixel, pixel_mut};
use crate::pointwise::PARALLEL_FROM;
use crate::vector::{Kernel, Simd};
use crate::{Isa, check};

/// The largest number under each window; padding does not count, NaN wins.
///
/// # Panics
/// Where a slice does not have its length.
pub fn max<const RANK: usize>(shape: &Pool<RANK>, x: &[f32], y: &mut [f32]) {
    check::len("max pooling, input", x.len(), shape.input_len());
    check::len("max pooling, output", y.len(), shape.output_len());
    let map = shape.map(Direction::Forward);
    let isa = Isa::active();
    each_row(&map, y, |row, y| isa.run(MaxRow { map: &map, row, x, y }));
}

/// As [`max`], with what the way back needs.
///
/// `argmax` receives the window's position of the maximum, taps counted row by row; the first one
/// where several are equal.
///
/// # Panics
/// Where a slice does not have its length.
pub fn max_with_positions<const RANK: usize>(
    shape: &Pool<RANK>,
    x: &[f32],
    y: &mut [f32],
    argmax: &mut [u32],
) {
    check::len("max pooling, input", x.len(), shape.input_len());
    check::len("max pooling, output", y.len(), shape.output_len());
    check::len("max pooling, positions", argmax.len(), shape.output_len());
    let map = shape.map(Direction::Forward);
    let row_len = map.row_len();
    let isa = Isa::active();
    let one = |(row, (y, argmax)): (usize, (&mut [f32], &mut [u32]))| {
        isa.run(MaxRowWithPositions { map: &map, row, x, y, argmax });
    };
    if y.is_empty() {
    } else if x.len() < PARALLEL_FROM {
        y.chunks_exact_mut(row_len).zip(argmax.chunks_exact_mut(row_len)).enumerate().for_each(one);
    } else {
        let rows = y.par_chunks_exact_mut(row_len).zip(argmax.par_chunks_exact_mut(row_len));
        rows.enumerate().for_each(one);
    }
}

/// The gradient of [`max`]: each maximum's position, as [`max_with_positions`] found it, receives the output's
/// gradient.
///
/// # Panics
/// Where a slice does not have its length.
pub fn max_backward<const RANK: usize>(
    shape: &Pool<RANK>,
    dy: &[f32],
    argmax: &[u32],
    dx: &mut [f32],
) {
    check::len("max pooling, output gradient", dy.len(), shape.output_len());
    check::len("max pooling, positions", argmax.len(), shape.output_len());
    check::len("max pooling, input gradient", dx.len(), shape.input_len());
    let map = shape.map(Direction::Backward);
    let isa = Isa::active();
    each_row(&map, dx, |row, dx| isa.run(MaxBackRow { map: &map, row, dy, argmax, dx }));
}

struct MaxRow<'a> {
    map: &'a Map,
    row: usize,
    x: &'a [f32],
    y: &'a mut [f32],
}

impl Kernel for MaxRow<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let channels = self.map.channels;
        self.y.fill(f32::NEG_INFINITY);
        for Meeting { target, source, first, .. } in self.map.meetings(self.row) {
            let x = pixel(self.x, source, channels);
            let y = pixel_mut(self.y, target, channels);
            if first {
                y.copy_from_slice(x);
                continue;
            }
            for (&x, y) in x.iter().zip(y) {
                *y = if (x > *y) | x.is_nan() { x } else { *y };
            }
        }
    }
}

struct MaxRowWithPositions<'a> {
    map: &'a Map,
    row: usize,
    x: &'a [f32],
    y: &'a mut [f32],
    argmax: &'a mut [u32],
}

impl Kernel for MaxRowWithPositions<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let channels = self.map.channels;
        self.y.fill(f32::NEG_INFINITY);
        self.argmax.fill(u32::MAX);
        for Meeting { target, source, tap, first } in self.map.meetings(self.row) {
            let x = pixel(self.x, source, channels);
            let y = pixel_mut(self.y, target, channels);
            let argmax = pixel_mut(self.argmax, target, channels);
            if first {
                y.copy_from_slice(x);
                argmax.fill(tap);
                continue;
            }
            for ((&x, y), place) in x.iter().zip(y).zip(argmax) {
                let better = (x > *y) | x.is_nan();
                *y = if better { x } else { *y };
                *place = if better { tap } else { *place };
            }
        }
    }
}

struct MaxBackRow<'a> {
    map: &'a Map,
    row: usize,
    dy: &'a [f32],
    argmax: &'a [u32],
    dx: &'a mut [f32],
}

impl Kernel for MaxBackRow<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let channels = self.map.channels;
        self.dx.fill(0.0);
        for Meeting { target, source, tap, .. } in self.map.meetings(self.row) {
            let dy = pixel(self.dy, source, channels);
            let argmax = pixel(self.argmax, source, channels);
            let dx = pixel_mut(self.dx, target, channels);
            for ((&dy, &place), dx) in dy.iter().zip(argmax).zip(dx) {
                *dx += if place == tap { dy } else { 0.0 };
            }
        }
    }
}
