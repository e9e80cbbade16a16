// SPDX-License-Identifier: MIT OR Apache-2.0
//! Dropout whose mask follows from a seed and the position, so that nobody has to keep it.

use rayon::prelude::*;

use crate::pointwise::PARALLEL_FROM;
use crate::vector::{Kernel, Simd};
use crate::{Isa, check};

/// Sets a share of the numbers to zero and scales the others up, to keep the mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dropout {
    /// The probability of zero, from 0 to 1.
    pub rate: f64,
    /// Decides, with the position, which numbers become zero.
    pub seed: u64,
}

/// Numbers of a task.
const CHUNK: usize = 1 << 14;

impl Dropout {
    /// `y = x / (1 - rate)` or zero. The gradient is the same function of the output's gradient.
    ///
    /// # Panics
    /// Where the slices have different lengths.
    pub fn apply(&self, x: &[f32], y: &mut [f32]) {
        check::len("dropout, output", y.len(), x.len());
        let isa = Isa::active();
        let one = |(chunk, (x, y)): (usize, (&[f32], &mut [f32]))| {
            isa.run(self.chunk(chunk, x, y));
        };
        if x.len() < PARALLEL_FROM {
            x.chunks(CHUNK).zip(y.chunks_mut(CHUNK)).enumerate().for_each(one);
        } else {
            x.par_chunks(CHUNK).zip(y.par_chunks_mut(CHUNK)).enumerate().for_each(one);
        }
    }

    fn chunk<'a>(&self, chunk: usize, x: &'a [f32], y: &'a mut [f32]) -> Chunk<'a> {
        let first = (chunk * CHUNK) as u64;
        // a key for each 2^32 positions, so that their low halves never meet twice
        let key = mix_wide(self.seed ^ mix_wide(first >> 32));
        Chunk {
            first: first as u32,
            keys: [key as u32, (key >> 32) as u32],
            // a number below this many of the 2^32 becomes zero
            threshold: (self.rate * 4_294_967_296.0).round() as u64,
            scale: if self.rate < 1.0 { (1.0 / (1.0 - self.rate)) as f32 } else { 0.0 },
            x,
            y,
        }
    }
}

struct Chunk<'a> {
    first: u32,
    keys: [u32; 2],
    threshold: u64,
    scale: f32,
    x: &'a [f32],
    y: &'a mut [f32],
}

impl Kernel for Chunk<'_> {
    type Output = ();

    // plain integer code, which the compiler turns into vectors of the set in use
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        // `threshold - 1` fits 32 bits; nothing is dropped for a threshold of zero
        let Some(last) = self.threshold.checked_sub(1) else {
            return self.y.copy_from_slice(self.x);
        };
        let last = last.min(u64::from(u32::MAX)) as u32;
        for (index, (x, y)) in self.x.iter().zip(self.y).enumerate() {
            let position = self.first.wrapping_add(index as u32);
            let kept = mix(mix(position ^ self.keys[0]) ^ self.keys[1]) > last;
            *y = if kept { x * self.scale } else { 0.0 };
        }
    }
}

/// Spreads every bit over all others: shifts and odd factors (C. Wellons, `lowbias32`).
#[inline(always)]
fn mix(mut bits: u32) -> u32 {
    bits ^= bits >> 16;
    bits = bits.wrapping_mul(0x21f0_aaad);
    bits ^= bits >> 15;
    bits = bits.wrapping_mul(0x735a_2d97);
    bits ^ (bits >> 15)
}

/// The same for 64 bits (the finalizer of SplitMix64).
fn mix_wide(bits: u64) -> u64 {
    let bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
