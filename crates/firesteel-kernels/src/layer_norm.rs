// SPDX-License-Identifier: MIT OR Apache-2.0
//! Layer normalisation: `y = gamma * (x - mean) / sqrt(variance + e) + beta` with the statistics of each row.
//!
//! ```text
//! forward, for each row: mean; distances from it and their squares; y
//! backward, for each row: the same; sums of g = dy * gamma and of g * z, z being the row normalised
//!     dx = (g - mean g - z * mean (g * z)) / sqrt(variance + e)
//!     dgamma += dy * z; dbeta += dy            for a chunk of rows; then chunk by chunk, in order
//! ```
//!
//! A row stays in the first cache from its first reading to its last writing.

use rayon::prelude::*;

use crate::columns::{Itself, Summed};
use crate::norm::Gradients;
use crate::pointwise::{self, PARALLEL_FROM, Pointwise};
use crate::rows::{Rows, Vectors};
use crate::vector::{Kernel, Simd};
use crate::{Isa, check, scratch};

/// Weights of a layer normalisation, one number for each place in a row.
#[derive(Clone, Copy, Debug)]
pub struct LayerNorm<'a> {
    /// Numbers of a row.
    pub width: usize,
    /// Learned factors; 1 without.
    pub gamma: Option<&'a [f32]>,
    /// Learned offsets; 0 without.
    pub beta: Option<&'a [f32]>,
    /// Added to the variance.
    pub epsilon: f64,
}

impl LayerNorm<'_> {
    /// `y` from `x`.
    ///
    /// # Panics
    /// Where a slice does not have its length.
    pub fn forward(&self, x: &[f32], y: &mut [f32]) {
        check::len("layer normalisation, output", y.len(), x.len());
        self.with_weights(x.len(), |gamma, beta| {
            let (width, epsilon, isa) = (self.width, self.epsilon, Isa::active());
            let one = |(x, y): (&[f32], &mut [f32])| {
                isa.run(Forward { width, epsilon, x, gamma, beta, y });
            };
            let size = self.rows_each() * width;
            if x.len() < PARALLEL_FROM {
                x.chunks(size).zip(y.chunks_mut(size)).for_each(one);
            } else {
                x.par_chunks(size).zip(y.par_chunks_mut(size)).for_each(one);
            }
        });
    }

    /// All gradients from `dy`.
    ///
    /// # Panics
    /// Where a slice does not have its length.
    pub fn backward(&self, x: &[f32], dy: &[f32], out: Gradients<'_>) {
        let Gradients { x: dx, gamma: dgamma, beta: dbeta } = out;
        check::len("layer normalisation, output gradient", dy.len(), x.len());
        check::len("layer normalisation, input gradient", dx.len(), x.len());
        check::len("layer normalisation, dgamma", dgamma.len(), self.width);
        check::len("layer normalisation, dbeta", dbeta.len(), self.width);
        let (width, epsilon, isa) = (self.width, self.epsilon, Isa::active());
        let size = self.rows_each() * width;
        let per_chunk = 2 * width;
        self.with_weights(x.len(), |gamma, _| {
            scratch::with_zeros(x.len().div_ceil(size) * per_chunk, |sums| {
                let one = |(((x, dy), dx), sums): ((Pair<'_>, &mut [f32]), &mut [f32])| {
                    let (dgamma, dbeta) = sums.split_at_mut(width);
                    isa.run(Backward { width, epsilon, x, dy, gamma, dx, dgamma, dbeta });
                };
                if x.len() < PARALLEL_FROM {
                    let rows = x.chunks(size).zip(dy.chunks(size)).zip(dx.chunks_mut(size));
                    rows.zip(sums.chunks_exact_mut(per_chunk)).for_each(one);
                } else {
                    let rows = x.par_chunks(size).zip(dy.par_chunks(size));
                    let rows = rows.zip(dx.par_chunks_mut(size));
                    rows.zip(sums.par_chunks_exact_mut(per_chunk)).for_each(one);
                }
                for column in 0..width {
                    dgamma[column] = total(sums, column, per_chunk);
                    dbeta[column] = total(sums, width + column, per_chunk);
                }
            });
        });
    }

    /// Rows of a chunk: as many as a sum in single precision bears, and enough that their sums are few beside them.
    fn rows_each(&self) -> usize {
        (PARALLEL_FROM / 8 / self.width.max(1)).clamp(16, 64)
    }

    /// Calls `work` with factors and offsets, where there is anything to work on.
    fn with_weights(&self, len: usize, work: impl FnOnce(&[f32], &[f32])) {
        let width = self.width;
        check::len("layer normalisation, input", len % width.max(1), 0);
        scratch::with(2 * width, |columns| {
            let (gamma, beta) = columns.split_at_mut(width);
            match self.gamma {
                Some(given) => gamma.copy_from_slice(given),
                None => gamma.fill(1.0),
            }
            match self.beta {
                Some(given) => beta.copy_from_slice(given),
                None => beta.fill(0.0),
            }
            if width > 0 {
                work(gamma, beta);
            }
        });
    }
}

/// Rows of `x` and of `dy`.
type Pair<'a> = (&'a [f32], &'a [f32]);

/// What the sums of all chunks have in one place, added up.
fn total(sums: &[f32], place: usize, per_chunk: usize) -> f32 {
    sums.iter().skip(place).step_by(per_chunk).map(|&sum| f64::from(sum)).sum::<f64>() as f32
}

/// Where a row lies: `z = (x - mean - rest) * scale`.
#[derive(Clone, Copy)]
struct Place {
    mean: f32,
    /// What the rounded mean leaves out.
    rest: f32,
    /// `1 / sqrt(variance + epsilon)`
    scale: f32,
}

impl Place {
    #[inline(always)]
    fn of<S: Simd>(simd: S, x: &[f32], epsilon: f64) -> Self {
        let count = x.len() as f64;
        let [sum] = along(simd, Itself, [x]);
        let mean = (sum / count) as f32;
        let [distances, squares] = along(simd, Distances(mean), [x]);
        let rest = distances / count;
        let variance = (squares / count - rest * rest).max(0.0);
        // what is not a number must stay so, which `max` would hide
        let variance = if squares.is_nan() { squares } else { variance };
        Self { mean, rest: rest as f32, scale: (variance + epsilon).sqrt().recip() as f32 }
    }

    #[inline(always)]
    fn normalised<S: Simd>(self, simd: S, x: S::F) -> S::F {
        let distance = simd.sub(simd.sub(x, simd.splat(self.mean)), simd.splat(self.rest));
        simd.mul(distance, simd.splat(self.scale))
    }
}

/// Vectors added up in single precision before their sum is widened.
const BLOCK: usize = 32;

/// The sums of a formula's terms along a row.
#[inline(always)]
fn along<S: Simd, const M: usize, const Q: usize>(
    simd: S,
    formula: impl Summed<0, M, 0, Q>,
    slices: [&[f32]; M],
) -> [f64; Q] {
    let mut rows = Rows::new([], slices, [], 1).flat();
    let (place, len) = (rows.start(), rows.len);
    let mut totals = [0.0; Q];
    let mut at = 0;
    while at + S::LANES <= len {
        let end = len.min(at + BLOCK * S::LANES);
        let mut sums = [simd.splat(0.0); Q];
        while at + S::LANES <= end {
            // SAFETY: a whole vector lies between `at` and the end of every slice.
            let values = unsafe { place.moved(at, 0).load(simd) };
            let ([], terms) = formula.at(simd, values);
            for (sum, term) in sums.iter_mut().zip(terms) {
                *sum = simd.add(*sum, term);
            }
            at += S::LANES;
        }
        for (total, sum) in totals.iter_mut().zip(sums) {
            *total += f64::from(simd.sum(sum));
        }
    }
    if at < len {
        // SAFETY: `len - at` positions are left, fewer than a vector.
        let values = unsafe { place.moved(at, 0).load_head(simd, len - at) };
        let ([], terms) = formula.at(simd, values);
        for (total, term) in totals.iter_mut().zip(terms) {
            for &lane in &simd.lanes(term)[..len - at] {
                *total += f64::from(lane);
            }
        }
    }
    totals
}

/// Distances from a number, and their squares.
#[derive(Clone, Copy)]
struct Distances(f32);

impl Summed<0, 1, 0, 2> for Distances {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([], [x], []): Vectors<S::F, 0, 1, 0>) -> ([S::F; 0], [S::F; 2]) {
        let distance = simd.sub(x, simd.splat(self.0));
        ([], [distance, simd.mul(distance, distance)])
    }
}

/// Some rows.
struct Forward<'a> {
    width: usize,
    epsilon: f64,
    x: &'a [f32],
    gamma: &'a [f32],
    beta: &'a [f32],
    y: &'a mut [f32],
}

impl Kernel for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self { width, epsilon, x, gamma, beta, y } = self;
        for (x, y) in x.chunks_exact(width).zip(y.chunks_exact_mut(width)) {
            let formula = Normalise(Place::of(simd, x, epsilon));
            pointwise::pass(simd, formula, [y], [x, gamma, beta]);
        }
    }
}

/// `z * gamma + beta`
#[derive(Clone, Copy)]
struct Normalise(Place);

impl Pointwise<1, 3, 0> for Normalise {
    #[inline(always)]
    fn at<S: Simd>(
        self,
        simd: S,
        ([_], [x, gamma, beta], []): Vectors<S::F, 1, 3, 0>,
    ) -> [S::F; 1] {
        [simd.mul_add(self.0.normalised(simd, x), gamma, beta)]
    }
}

/// Some rows of the gradient.
struct Backward<'a> {
    width: usize,
    epsilon: f64,
    x: &'a [f32],
    dy: &'a [f32],
    gamma: &'a [f32],
    dx: &'a mut [f32],
    dgamma: &'a mut [f32],
    dbeta: &'a mut [f32],
}

impl Kernel for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self { width, epsilon, x, dy, gamma, dx, dgamma, dbeta } = self;
        let count = width as f64;
        let rows = x.chunks_exact(width).zip(dy.chunks_exact(width));
        for ((x, dy), dx) in rows.zip(dx.chunks_exact_mut(width)) {
            let place = Place::of(simd, x, epsilon);
            let [level, tilt] = along(simd, Terms(place), [x, dy, gamma]);
            let (level, tilt) = ((level / count) as f32, (tilt / count) as f32);
            let formula = Slope { place, level, tilt };
            let state = [dx, &mut *dgamma, &mut *dbeta];
            pointwise::pass(simd, formula, state, [x, dy, gamma]);
        }
    }
}

/// Terms of the sums over `g = dy * gamma` and over `g * z`.
#[derive(Clone, Copy)]
struct Terms(Place);

impl Summed<0, 3, 0, 2> for Terms {
    #[inline(always)]
    fn at<S: Simd>(
        self,
        simd: S,
        ([], [x, dy, gamma], []): Vectors<S::F, 0, 3, 0>,
    ) -> ([S::F; 0], [S::F; 2]) {
        let g = simd.mul(dy, gamma);
        ([], [g, simd.mul(g, self.0.normalised(simd, x))])
    }
}

/// `dx = scale * (g - level - z * tilt)`, `dgamma + dy * z` and `dbeta + dy`.
#[derive(Clone, Copy)]
struct Slope {
    place: Place,
    level: f32,
    tilt: f32,
}

impl Pointwise<3, 3, 0> for Slope {
    #[inline(always)]
    fn at<S: Simd>(
        self,
        simd: S,
        ([_, dgamma, dbeta], [x, dy, gamma], []): Vectors<S::F, 3, 3, 0>,
    ) -> [S::F; 3] {
        let z = self.place.normalised(simd, x);
        let level = simd.sub(simd.mul(dy, gamma), simd.splat(self.level));
        let apart = simd.neg_mul_add(z, simd.splat(self.tilt), level);
        let dx = simd.mul(simd.splat(self.place.scale), apart);
        [dx, simd.mul_add(dy, z, dgamma), simd.add(dbeta, dy)]
    }
}

#[cfg(test)]
mod tests;
