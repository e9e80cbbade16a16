// SPDX-License-Identifier: MIT OR Apache-2.0
//! Batch normalisation over the last axis: `y = act((x - mean) * gamma / sqrt(variance + e) + beta)`.
//!
//! `x` is row-major with one column for each channel. In training, [`statistics`] gives mean and
//! variance of the batch, then [`BatchNorm::forward`] runs with them; in inference it runs with the
//! moving ones.

use rayon::prelude::*;

use crate::activation::{Activation, Curve, with_curve};
use crate::columns::{self, Itself, Summed};
use crate::elementwise::{self, Arithmetic};
use crate::pointwise::{self, PARALLEL_FROM, Pointwise};
use crate::rows::{Rows, Vectors};
use crate::vector::Simd;
use crate::{check, scratch};

/// Numbers of a chunk, about: it is read twice, the second time from the cache.
const CHUNK: usize = PARALLEL_FROM / 2;

/// Mean and biased variance of each column of `x`; NaN where there are no rows.
///
/// Each chunk of rows is centered on its own mean before it is squared, and chunks are joined in
/// double precision, so that a mean much larger than the spread costs no accuracy.
///
/// # Panics
/// Where `x` is no whole number of rows of `mean.len()`, or `variance` has another length.
pub fn statistics(x: &[f32], mean: &mut [f32], variance: &mut [f32]) {
    let width = mean.len();
    check::len("statistics, variance", variance.len(), width);
    if width == 0 {
        return;
    }
    check::len("statistics, input", x.len() % width, 0);
    let chunk = (CHUNK / width).max(1) * width;
    let n_chunks = x.len().div_ceil(chunk);
    scratch::with(n_chunks * 2 * width, |parts| {
        let part = |(x, part): (&[f32], &mut [f32])| {
            let (mean, squares) = part.split_at_mut(width);
            center(x, mean, squares);
        };
        if x.len() < PARALLEL_FROM {
            x.chunks(chunk).zip(parts.chunks_exact_mut(2 * width)).for_each(part);
        } else {
            x.par_chunks(chunk).zip(parts.par_chunks_exact_mut(2 * width)).for_each(part);
        }
        for column in 0..width {
            let parts = parts.chunks_exact(2 * width).zip(x.chunks(chunk));
            let parts = parts.map(|(part, x)| Moments {
                count: (x.len() / width) as f64,
                mean: f64::from(part[column]),
                squares: f64::from(part[width + column]),
            });
            let all = parts.reduce(Moments::joined).unwrap_or(Moments::NONE);
            mean[column] = all.mean as f32;
            variance[column] = (all.squares / all.count) as f32;
        }
    });
}

/// The mean of each column, and the sum of squared distances from it.
fn center(x: &[f32], mean: &mut [f32], squares: &mut [f32]) {
    let width = mean.len();
    let count = (x.len() / width) as f64;
    columns::sum(Itself, Rows::new([], [x], [], width), |column, [sum]| {
        mean[column] = (sum / count) as f32;
    });
    let rows = Rows::new([], [x], [mean], width);
    columns::sum(SquaredDistance, rows, |column, [sum]| squares[column] = sum as f32);
}

/// Count, mean, and sum of squared distances from the mean.
#[derive(Clone, Copy)]
struct Moments {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    const NONE: Self = Self { count: 0.0, mean: f64::NAN, squares: 0.0 };

    fn joined(self, other: Self) -> Self {
        let count = self.count + other.count;
        let apart = other.mean - self.mean;
        let between = apart * apart * self.count * other.count / count;
        Self {
            count,
            mean: self.mean + apart * other.count / count,
            squares: self.squares + other.squares + between,
        }
    }
}

/// Mean, variance and weights of a batch normalisation, one number for each channel.
#[derive(Clone, Copy, Debug)]
pub struct BatchNorm<'a> {
    /// The mean to subtract.
    pub mean: &'a [f32],
    /// The variance to divide by.
    pub variance: &'a [f32],
    /// Learned factors; 1 without.
    pub gamma: Option<&'a [f32]>,
    /// Learned offsets; 0 without.
    pub beta: Option<&'a [f32]>,
    /// Added to the variance.
    pub epsilon: f64,
}

/// Where the gradients go.
#[derive(Debug)]
pub struct Gradients<'a> {
    /// Of the input.
    pub x: &'a mut [f32],
    /// Of `gamma`, one number for each channel.
    pub gamma: &'a mut [f32],
    /// Of `beta`, one number for each channel.
    pub beta: &'a mut [f32],
}

/// Which gradients flow through mean and variance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistics {
    /// They are those of the batch and depend on `x`.
    OfBatch,
    /// They are given and do not.
    Given,
}

impl BatchNorm<'_> {
    /// `y` from `x`.
    ///
    /// # Panics
    /// Where a slice does not have its length.
    pub fn forward(&self, x: &[f32], activation: Activation, y: &mut [f32]) {
        let width = self.mean.len();
        scratch::with(2 * width, |columns| {
            let (scale, shift) = columns.split_at_mut(width);
            self.scale(scale);
            match self.beta {
                Some(beta) => shift.copy_from_slice(beta),
                None => shift.fill(0.0),
            }
            let columns = [self.mean, scale, shift];
            with_curve!(activation, curve => {
                pointwise::apply_rows(Normalise(curve), [y], [x], columns);
            });
        });
    }

    /// The factor and the offset of each channel that it comes to, `y = scale * x + shift` before an activation: for
    /// what multiplies by weights and adds a bias anyway.
    ///
    /// # Panics
    /// Where a slice does not have its length.
    pub fn affine(&self, scale: &mut [f32], shift: &mut [f32]) {
        check::len("batch normalisation, mean", self.mean.len(), scale.len());
        check::len("batch normalisation, shift", shift.len(), scale.len());
        self.scale(scale);
        for (column, shift) in shift.iter_mut().enumerate() {
            let beta = self.beta.map_or(0.0, |beta| f64::from(beta[column]));
            *shift = (beta - f64::from(self.mean[column]) * f64::from(scale[column])) as f32;
        }
    }

    /// All gradients from `dz`, the gradient before the activation.
    ///
    /// # Panics
    /// Where a slice does not have its length.
    pub fn backward(&self, statistics: Statistics, x: &[f32], dz: &[f32], out: Gradients<'_>) {
        let Gradients { x: dx, gamma: dgamma, beta: dbeta } = out;
        let width = self.mean.len();
        check::len("batch normalisation, dgamma", dgamma.len(), width);
        check::len("batch normalisation, dbeta", dbeta.len(), width);
        if width == 0 {
            return;
        }
        let n_rows = (x.len() / width) as f64;
        scratch::with(3 * width, |columns| {
            let (scale, columns) = columns.split_at_mut(width);
            let (level, tilt) = columns.split_at_mut(width);
            self.scale(scale);
            let rows = Rows::new([], [x, dz], [self.mean], width);
            columns::sum(Terms, rows, |column, [sum, product]| {
                let inverse = self.inverse(column);
                dbeta[column] = sum as f32;
                dgamma[column] = (product * inverse) as f32;
                level[column] = (sum / n_rows) as f32;
                tilt[column] = (product * inverse * inverse / n_rows) as f32;
            });
            match statistics {
                Statistics::OfBatch => {
                    let columns = [self.mean, scale, level, tilt];
                    pointwise::apply_rows(Backward, [dx], [x, dz], columns);
                }
                Statistics::Given => {
                    elementwise::arithmetic_with_row(Arithmetic::Multiply, dz, scale, dx);
                }
            }
        });
    }

    /// `1 / sqrt(variance + epsilon)`
    fn inverse(&self, column: usize) -> f64 {
        (f64::from(self.variance[column]) + self.epsilon).sqrt().recip()
    }

    /// `gamma / sqrt(variance + epsilon)`
    fn scale(&self, scale: &mut [f32]) {
        check::len("batch normalisation, variance", self.variance.len(), scale.len());
        for (column, scale) in scale.iter_mut().enumerate() {
            let gamma = self.gamma.map_or(1.0, |gamma| f64::from(gamma[column]));
            *scale = (gamma * self.inverse(column)) as f32;
        }
    }
}

#[derive(Clone, Copy)]
struct SquaredDistance;

impl Summed<0, 1, 1, 1> for SquaredDistance {
    #[inline(always)]
    fn at<S: Simd>(
        self,
        simd: S,
        ([], [x], [mean]): Vectors<S::F, 0, 1, 1>,
    ) -> ([S::F; 0], [S::F; 1]) {
        let distance = simd.sub(x, mean);
        ([], [simd.mul(distance, distance)])
    }
}

/// `act((x - mean) * scale + shift)`
#[derive(Clone, Copy)]
struct Normalise<C>(C);

impl<C: Curve> Pointwise<1, 1, 3> for Normalise<C> {
    #[inline(always)]
    fn at<S: Simd>(
        self,
        simd: S,
        ([_], [x], [mean, scale, shift]): Vectors<S::F, 1, 1, 3>,
    ) -> [S::F; 1] {
        [self.0.value(simd, simd.mul_add(simd.sub(x, mean), scale, shift))]
    }
}

/// Terms of the sums over `dz` and over `dz * (x - mean)`.
#[derive(Clone, Copy)]
struct Terms;

impl Summed<0, 2, 1, 2> for Terms {
    #[inline(always)]
    fn at<S: Simd>(
        self,
        simd: S,
        ([], [x, dz], [mean]): Vectors<S::F, 0, 2, 1>,
    ) -> ([S::F; 0], [S::F; 2]) {
        ([], [dz, simd.mul(dz, simd.sub(x, mean))])
    }
}

/// `scale * (dz - level - (x - mean) * tilt)`
#[derive(Clone, Copy)]
struct Backward;

impl Pointwise<1, 2, 4> for Backward {
    #[inline(always)]
    fn at<S: Simd>(
        self,
        simd: S,
        ([_], [x, dz], [mean, scale, level, tilt]): Vectors<S::F, 1, 2, 4>,
    ) -> [S::F; 1] {
        let level = simd.sub(dz, level);
        [simd.mul(scale, simd.neg_mul_add(simd.sub(x, mean), tilt, level))]
    }
}

#[cfg(test)]
mod tests;
