// SPDX-License-Identifier: MIT OR Apache-2.0
//! `random_split` and `sample`: the same rows as Spark draws for the same seed and partitions.

use firesteel_core::{Result, err};

use super::DataFrame;
use crate::sample::{Draw, SampleNode};

impl DataFrame {
    /// Splits the rows at random into parts of about these shares: `let [training, test] = df.random_split([0.75, 0.25], 42)?`.
    ///
    /// Each partition is sorted by all its columns first, so that a row is in exactly one part however the parts
    /// are computed. Spark gives the same parts for the same partitions and seed.
    ///
    /// # Errors
    /// `InvalidArgument` for a weight that is negative or not finite, or when all are zero.
    pub fn random_split<const N: usize>(&self, weights: [f64; N], seed: u64) -> Result<[Self; N]> {
        let parts = self.random_split_vec(&weights, seed)?;
        <[Self; N]>::try_from(parts).map_err(|_| err::internal("a split into other than its parts"))
    }

    /// [`random_split`](DataFrame::random_split) for a number of parts that is known only when the program runs.
    ///
    /// # Errors
    /// As [`random_split`](DataFrame::random_split).
    pub fn random_split_vec(&self, weights: &[f64], seed: u64) -> Result<Vec<Self>> {
        let wrong = || err::invalid_argument("random_split", "weights");
        if let Some(weight) = weights.iter().find(|weight| !weight.is_finite() || **weight < 0.0) {
            return Err(wrong().expected("finite numbers from 0 on").got(weight));
        }
        let sum: f64 = weights.iter().sum();
        if sum <= 0.0 {
            return Err(wrong().expected("at least one above 0").got(format!("{weights:?}")));
        }
        let bounds = weights.iter().scan(0.0, |upper, weight| {
            let lower = *upper;
            *upper += weight / sum;
            Some((lower, *upper))
        });
        let part = |(lower, upper)| self.drawn(seed, lower, upper, true);
        Ok(bounds.map(part).collect())
    }

    /// About this fraction of the rows, each at most once. Spark draws the same rows for the same partitions and seed.
    ///
    /// # Errors
    /// `Unsupported` with replacement, `InvalidArgument` for a fraction outside 0 to 1.
    pub fn sample(&self, with_replacement: bool, fraction: f64, seed: u64) -> Result<Self> {
        if with_replacement {
            return Err(err::unsupported("sample with replacement").fix("pass false"));
        }
        if !(0.0..=1.0).contains(&fraction) {
            return Err(err::invalid_argument("sample", "fraction")
                .expected("from 0 to 1")
                .got(fraction));
        }
        Ok(self.drawn(seed, 0.0, fraction, false))
    }

    fn drawn(&self, seed: u64, lower: f64, upper: f64, sorted: bool) -> Self {
        // Spark's seeds have a sign; the bits are the same
        let draw = Draw { seed: seed as i64, lower, upper, sorted };
        self.with_plan(SampleNode { input: self.plan.clone(), draw }.into_plan())
    }
}
