// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every value of every row as the number of its bin.

use firesteel_core::{Result, err};
use firesteel_data::vector::VectorRef;
use rayon::prelude::*;

use super::splits::Candidates;
use crate::dataset::{Dataset, Instances};

/// The rows of one partition, row after row, each value as the number of its bin.
pub(super) struct BinnedRows {
    n_features: usize,
    bins: Vec<u16>,
}

impl BinnedRows {
    pub(super) fn row(&self, row: usize) -> &[u16] {
        &self.bins[row * self.n_features..(row + 1) * self.n_features]
    }
}

/// Bins all partitions.
///
/// # Errors
/// `InvalidArgument` for a category that its feature cannot have.
pub(super) fn bin(
    owner: &str,
    data: &Dataset,
    candidates: &[Candidates],
) -> Result<Vec<BinnedRows>> {
    // sparse rows start from the bins of zero
    let zeros: Vec<u16> =
        candidates.iter().map(|feature| bin_of(feature, 0.0).unwrap_or(0)).collect();
    let bin_part = |part: &Instances| -> Result<BinnedRows> {
        let n_features = candidates.len();
        let mut bins = Vec::with_capacity(part.rows.len() * n_features);
        for row in 0..part.rows.len() {
            let start = bins.len();
            bins.extend_from_slice(&zeros);
            bin_row(owner, part.rows.row(row), candidates, &mut bins[start..])?;
        }
        Ok(BinnedRows { n_features, bins })
    };
    data.partitions().par_iter().map(bin_part).collect()
}

fn bin_row(
    owner: &str,
    row: VectorRef<'_>,
    candidates: &[Candidates],
    out: &mut [u16],
) -> Result<()> {
    let mut bad = None;
    row.for_each_active(|feature, value| match bin_of(&candidates[feature], value) {
        Some(bin) => out[feature] = bin,
        None => bad = Some((feature, value)),
    });
    match bad {
        None => Ok(()),
        Some((feature, value)) => {
            let last = candidates[feature].n_bins() - 1;
            Err(err::invalid_argument(owner, "features")
                .expected(format!("a category from 0 to {last} in feature {feature}"))
                .got(value)
                .fix("index the feature with a VectorIndexer"))
        }
    }
}

/// The bin of a value; `None` for a category that does not exist.
fn bin_of(candidates: &Candidates, value: f64) -> Option<u16> {
    match candidates {
        Candidates::Thresholds(thresholds) => {
            Some(thresholds.partition_point(|&threshold| threshold < value) as u16)
        }
        Candidates::Ordered(arity) | Candidates::Subsets(arity) => {
            (value >= 0.0 && value < *arity as f64).then_some(value as u16)
        }
    }
}
