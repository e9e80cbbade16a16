// SPDX-License-Identifier: MIT OR Apache-2.0
//! The arithmetic of one target row.

use super::runs::Run;
use crate::activation::Curve;
use crate::conv::tile::{load_up_to, store_up_to};
use crate::vector::{Kernel, Simd};

/// Pixels that share the loads of the weights.
const ABREAST: usize = 4;

/// A target row and all that it is computed from.
pub(super) struct Row<'a, C> {
    pub(super) runs: &'a [Run],
    pub(super) channels: usize,
    pub(super) source: &'a [f32],
    pub(super) weights: &'a [f32],
    pub(super) bias: Option<&'a [f32]>,
    pub(super) curve: C,
    pub(super) target: &'a mut [f32],
}

impl<C: Curve> Kernel for Row<'_, C> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        for run in self.runs {
            self.assert_inside(run);
            let mut pixel = 0;
            while pixel + ABREAST <= run.count {
                // SAFETY: the run has that many pixels from here, and was checked.
                unsafe { self.pixels::<S, ABREAST>(simd, run, pixel) };
                pixel += ABREAST;
            }
            while pixel < run.count {
                // SAFETY: the run has this pixel, and was checked.
                unsafe { self.pixels::<S, 1>(simd, run, pixel) };
                pixel += 1;
            }
        }
    }
}

impl<C: Curve> Row<'_, C> {
    /// Stops unless everything exists that a run reads and writes.
    #[inline(always)]
    fn assert_inside(&self, run: &Run) {
        let (last, channels) = (run.count - 1, self.channels);
        for tap in &run.taps {
            let end = tap.source + last * run.pace + channels;
            assert!(end <= self.source.len(), "source too short");
            assert!(tap.weights + channels <= self.weights.len(), "kernel too short");
        }
        assert!(run.target + last * run.step + channels <= self.target.len(), "row too short");
        assert!(self.bias.is_none_or(|bias| channels <= bias.len()), "bias too short");
    }

    /// All channels of `P` pixels of a run.
    ///
    /// # Safety
    /// The run has these pixels, and `assert_inside` let it pass.
    #[inline(always)]
    unsafe fn pixels<S: Simd, const P: usize>(&mut self, simd: S, run: &Run, pixel: usize) {
        let (channels, mut channel) = (self.channels, 0);
        while channel + 2 * S::LANES <= channels {
            // SAFETY: passed on; each pixel has two vectors of channels from here.
            unsafe { self.tile::<S, P, 2>(simd, run, [pixel, channel], S::LANES) };
            channel += 2 * S::LANES;
        }
        while channel < channels {
            let count = S::LANES.min(channels - channel);
            // SAFETY: passed on; each pixel has `count` channels from here.
            unsafe { self.tile::<S, P, 1>(simd, run, [pixel, channel], count) };
            channel += S::LANES;
        }
    }

    /// `V` vectors of channels, of which the first `count` lanes exist, of `P` pixels.
    ///
    /// # Safety
    /// As [`Row::pixels`], and the channels exist; `count` is no more than the lanes.
    #[inline(always)]
    unsafe fn tile<S: Simd, const P: usize, const V: usize>(
        &mut self,
        simd: S,
        run: &Run,
        [pixel, channel]: [usize; 2],
        count: usize,
    ) {
        // SAFETY: the bias has these channels.
        let start = unsafe { self.start::<S, V>(simd, channel, count) };
        let mut sums = [start; P];
        let first = self.source.as_ptr().wrapping_add(pixel * run.pace + channel);
        for tap in &run.taps {
            let weights = self.weights.as_ptr().wrapping_add(tap.weights + channel);
            let mut row = [simd.splat(0.0); V];
            for (vector, value) in row.iter_mut().enumerate() {
                // SAFETY: the tap has these channels.
                *value =
                    unsafe { load_up_to(simd, weights.wrapping_add(vector * S::LANES), count) };
            }
            let source = first.wrapping_add(tap.source);
            for (index, sums) in sums.iter_mut().enumerate() {
                let from = source.wrapping_add(index * run.pace);
                for (vector, sum) in sums.iter_mut().enumerate() {
                    let from = from.wrapping_add(vector * S::LANES);
                    // SAFETY: the source has this pixel with these channels.
                    let value = unsafe { load_up_to(simd, from, count) };
                    *sum = simd.mul_add(value, row[vector], *sum);
                }
            }
        }
        let first = run.target + pixel * run.step + channel;
        for (index, sums) in sums.into_iter().enumerate() {
            let to = self.target.as_mut_ptr().wrapping_add(first + index * run.step);
            for (vector, sum) in sums.into_iter().enumerate() {
                let (to, value) = (to.wrapping_add(vector * S::LANES), self.curve.value(simd, sum));
                // SAFETY: the row has this pixel with these channels.
                unsafe { store_up_to(simd, to, count, value) };
            }
        }
    }

    /// What the sums of some channels start from.
    ///
    /// # Safety
    /// The bias has `V` vectors of them, or `count` of one.
    #[inline(always)]
    unsafe fn start<S: Simd, const V: usize>(
        &self,
        simd: S,
        channel: usize,
        count: usize,
    ) -> [S::F; V] {
        let mut start = [simd.splat(0.0); V];
        if let Some(bias) = self.bias {
            for (vector, value) in start.iter_mut().enumerate() {
                let from = bias.as_ptr().wrapping_add(channel + vector * S::LANES);
                // SAFETY: the bias has these channels.
                *value = unsafe { load_up_to(simd, from, count) };
            }
        }
        start
    }
}
