// SPDX-License-Identifier: MIT OR Apache-2.0
//! The gradient of the kernel: for each tap the products of two rows, added up over their pixels.
//!
//! ```text
//! cut the output rows into a few splits, as many as the shape says
//! for each split, on any thread: for each of its rows: for each run:
//!     for each two vectors of channels: for each few taps:
//!         sums[tap][vector] = 0
//!         for each pixel: sums[tap][..] += x[pixel of the tap] * dz[pixel]
//!         add the sums to the split's gradient
//! add the splits, in order
//! ```
//!
//! Their number follows from the shape alone, so threads cannot change a sum.

use rayon::prelude::*;

use super::PARALLEL_FROM;
use super::runs::{Run, Seen, runs};
use crate::conv::Conv;
use crate::conv::gather::Gather;
use crate::conv::tile::{load_up_to, store_up_to};
use crate::vector::{Kernel, Simd};
use crate::{Isa, scratch};

/// Splits at most.
const SPLITS: usize = 16;
/// Numbers in the gradients of all splits together, at most (where there is more than one).
const SPLIT_LEN: usize = 1 << 22;

/// `dw`, the gradient of the kernel, from `dz`, the gradient before the activation.
pub(in crate::conv) fn gradient(shape: &Conv<3>, x: &[f32], dz: &[f32], dw: &mut [f32]) {
    if dz.is_empty() || dw.is_empty() {
        return dw.fill(0.0);
    }
    let isa = Isa::active();
    let (gather, channels, len) = (Gather::forward(shape), shape.out_channels, dw.len());
    let row_len = gather.target.row_len();
    let n_rows = dz.len() / row_len;
    let many = dz.len() * (len / channels) >= PARALLEL_FROM;
    let n_splits = if many { SPLITS.min(n_rows).min(SPLIT_LEN / len).max(1) } else { 1 };
    scratch::with_zeros(n_splits * len, |sums| {
        sums.par_chunks_exact_mut(len).enumerate().for_each(|(split, sums)| {
            for row in n_rows * split / n_splits..n_rows * (split + 1) / n_splits {
                let dz = &dz[row * row_len..][..row_len];
                isa.run(Add { runs: &runs(&gather, row), channels, x, dz, sums: &mut *sums });
            }
        });
        let (first, others) = sums.split_at_mut(len);
        dw.copy_from_slice(first);
        for others in others.chunks_exact(len) {
            dw.iter_mut().zip(others).for_each(|(sum, other)| *sum += other);
        }
    });
}

/// What one row of dz contributes.
struct Add<'a> {
    runs: &'a [Run],
    channels: usize,
    x: &'a [f32],
    dz: &'a [f32],
    sums: &'a mut [f32],
}

impl Kernel for Add<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        for run in self.runs {
            self.assert_inside(run);
            let mut channel = 0;
            while channel + 2 * S::LANES <= self.channels {
                // SAFETY: the run was checked; each pixel has two vectors of channels from here.
                unsafe { self.taps::<S, 2>(simd, run, channel, S::LANES) };
                channel += 2 * S::LANES;
            }
            while channel < self.channels {
                let count = S::LANES.min(self.channels - channel);
                // SAFETY: the run was checked; each pixel has `count` channels from here.
                unsafe { self.taps::<S, 1>(simd, run, channel, count) };
                channel += S::LANES;
            }
        }
    }
}

impl Add<'_> {
    /// Stops unless everything exists that a run reads and writes.
    #[inline(always)]
    fn assert_inside(&self, run: &Run) {
        let (last, channels) = (run.count - 1, self.channels);
        for tap in &run.taps {
            assert!(tap.source + last * run.pace + channels <= self.x.len(), "input too short");
            assert!(tap.weights + channels <= self.sums.len(), "gradient too short");
        }
        assert!(run.target + last * run.step + channels <= self.dz.len(), "row too short");
    }

    /// All taps of a run for `V` vectors of channels, of which the first `count` lanes exist.
    ///
    /// # Safety
    /// `assert_inside` let the run pass, the channels exist, and `count` is no more than the lanes.
    #[inline(always)]
    unsafe fn taps<S: Simd, const V: usize>(
        &mut self,
        simd: S,
        run: &Run,
        channel: usize,
        count: usize,
    ) {
        let (sixes, rest) = run.taps.as_chunks::<6>();
        let (threes, ones) = rest.as_chunks::<3>();
        for taps in sixes {
            // SAFETY: passed on, here and below.
            unsafe { self.few::<S, 6, V>(simd, run, taps, [channel, count]) };
        }
        for taps in threes {
            // SAFETY: as above.
            unsafe { self.few::<S, 3, V>(simd, run, taps, [channel, count]) };
        }
        for &tap in ones {
            // SAFETY: as above.
            unsafe { self.few::<S, 1, V>(simd, run, &[tap], [channel, count]) };
        }
    }

    /// `T` taps.
    ///
    /// # Safety
    /// As [`Add::taps`].
    #[inline(always)]
    unsafe fn few<S: Simd, const T: usize, const V: usize>(
        &mut self,
        simd: S,
        run: &Run,
        taps: &[Seen; T],
        [channel, count]: [usize; 2],
    ) {
        let mut sums = [[simd.splat(0.0); V]; T];
        let mut dz = self.dz.as_ptr().wrapping_add(run.target + channel);
        let mut x = self.x.as_ptr().wrapping_add(channel);
        for _ in 0..run.count {
            let mut row = [simd.splat(0.0); V];
            for (vector, value) in row.iter_mut().enumerate() {
                // SAFETY: the row has this pixel with these channels.
                *value = unsafe { load_up_to(simd, dz.wrapping_add(vector * S::LANES), count) };
            }
            for (sums, tap) in sums.iter_mut().zip(taps) {
                let from = x.wrapping_add(tap.source);
                for (vector, sum) in sums.iter_mut().enumerate() {
                    let from = from.wrapping_add(vector * S::LANES);
                    // SAFETY: the input has the pixel that the tap sees.
                    let value = unsafe { load_up_to(simd, from, count) };
                    *sum = simd.mul_add(value, row[vector], *sum);
                }
            }
            dz = dz.wrapping_add(run.step);
            x = x.wrapping_add(run.pace);
        }
        for (sums, tap) in sums.into_iter().zip(taps) {
            let to = self.sums.as_mut_ptr().wrapping_add(tap.weights + channel);
            for (vector, sum) in sums.into_iter().enumerate() {
                let to = to.wrapping_add(vector * S::LANES);
                // SAFETY: the gradient has the tap with these channels.
                let before = unsafe { load_up_to(simd, to.cast_const(), count) };
                // SAFETY: as above.
                unsafe { store_up_to(simd, to, count, simd.add(before, sum)) };
            }
        }
    }
}
