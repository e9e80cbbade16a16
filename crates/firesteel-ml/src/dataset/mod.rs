// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Dataset`: the numbers that an algorithm learns from, partition by partition, and passes over them.

mod gather;
mod rows;

use std::ops::Range;

use rayon::prelude::*;

pub(crate) use gather::{FeatureColumn, Gather, ensure_features, ensure_numeric, numeric_column};
pub use rows::Rows;

/// The rows of one partition: features, labels and weights side by side.
#[derive(Clone, Debug, Default)]
pub struct Instances {
    /// The feature vectors.
    pub rows: Rows,
    /// The labels; empty where the algorithm needs none.
    pub labels: Vec<f64>,
    /// The weights; empty where every row weighs 1.
    pub weights: Vec<f64>,
}

impl Instances {
    /// The weight of a row.
    pub fn weight(&self, row: usize) -> f64 {
        self.weights.get(row).copied().unwrap_or(1.0)
    }
}

/// A run of rows of one partition.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// Which partition.
    pub partition: usize,
    /// Which of its rows.
    pub rows: Range<usize>,
}

/// The numbers that an algorithm learns from.
#[derive(Clone, Debug)]
pub struct Dataset {
    partitions: Vec<Instances>,
    n_features: usize,
}

/// A pass cuts partitions into chunks of at least so many rows ...
const MIN_CHUNK_ROWS: usize = 8192;
/// ... and of at most this many for the whole set. Neither depends on the threads at hand.
const MAX_CHUNKS: usize = 64;

impl Dataset {
    /// A data set of partitions whose vectors have `n_features` values.
    pub fn new(partitions: Vec<Instances>, n_features: usize) -> Self {
        Self { partitions, n_features }
    }

    /// The partitions in order.
    pub fn partitions(&self) -> &[Instances] {
        &self.partitions
    }

    /// The size of every vector.
    pub fn n_features(&self) -> usize {
        self.n_features
    }

    /// The number of rows.
    pub fn n_rows(&self) -> usize {
        self.sizes().iter().sum()
    }

    /// The number of rows of every partition.
    pub fn sizes(&self) -> Vec<usize> {
        self.partitions.iter().map(|partition| partition.rows.len()).collect()
    }

    /// One pass over all rows: chunks run side by side, their results merge in the order of the rows, so the answer
    /// does not depend on timing or on the number of threads.
    pub fn aggregate<A: Send>(
        &self,
        start: impl Fn() -> A + Sync,
        step: impl Fn(&mut A, &Instances, &Chunk) + Sync,
        merge: impl Fn(&mut A, A),
    ) -> A {
        let run = |chunk: &Chunk| {
            let mut partial = start();
            step(&mut partial, &self.partitions[chunk.partition], chunk);
            partial
        };
        let mut partials = self.chunks().par_iter().map(run).collect::<Vec<A>>().into_iter();
        let Some(mut total) = partials.next() else { return start() };
        partials.for_each(|partial| merge(&mut total, partial));
        total
    }

    fn chunks(&self) -> Vec<Chunk> {
        let size = self.n_rows().div_ceil(MAX_CHUNKS).max(MIN_CHUNK_ROWS);
        let sizes = self.sizes().into_iter().enumerate();
        let cut = |(partition, n_rows): (usize, usize)| {
            (0..n_rows).step_by(size).map(move |from| {
                let rows = from..(from + size).min(n_rows);
                Chunk { partition, rows }
            })
        };
        sizes.flat_map(cut).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_visits_every_row_once_and_merges_in_order() {
        let partition = |n: usize| Instances {
            rows: Rows::dense(1, (0..n).map(|i| i as f64).collect()),
            ..Instances::default()
        };
        let sizes = [20_000, 0, 3];
        let data = Dataset::new(sizes.iter().map(|&n| partition(n)).collect(), 1);
        let visited = data.aggregate(
            Vec::new,
            |seen: &mut Vec<(usize, usize)>, _, chunk| {
                seen.extend(chunk.rows.clone().map(|row| (chunk.partition, row)));
            },
            |seen, more| seen.extend(more),
        );
        let expected: Vec<(usize, usize)> =
            (0..3).flat_map(|p| (0..sizes[p]).map(move |row| (p, row))).collect();
        assert_eq!(visited, expected);
    }
}
