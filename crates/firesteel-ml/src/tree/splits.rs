// SPDX-License-Identifier: MIT OR Apache-2.0
//! Candidate splits: for plain numbers thresholds from a sample, for categories their subsets or their order.

use firesteel_core::{Result, err};
use rayon::prelude::*;

use super::TreeParams;
use crate::dataset::Dataset;
use crate::random::{JavaBits as _, XorShift, sample_partition, sample_seeds};

/// Thresholds come from a sample of at least so many rows.
const MIN_SAMPLE_ROWS: usize = 10_000;

/// The candidate splits of one feature.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Candidates {
    /// Plain numbers: ascending thresholds; bin `i` holds the values up to the `i`-th.
    Thresholds(Vec<f64>),
    /// Categories that are put in order node by node; a split takes the first of them.
    Ordered(usize),
    /// Few categories: every way to part them in two.
    Subsets(usize),
}

impl Candidates {
    /// The number of bins of a histogram.
    pub(super) fn n_bins(&self) -> usize {
        match self {
            Self::Thresholds(thresholds) => thresholds.len() + 1,
            Self::Ordered(arity) | Self::Subsets(arity) => *arity,
        }
    }

    /// The number of splits.
    pub(super) fn n_splits(&self) -> usize {
        match self {
            Self::Thresholds(thresholds) => thresholds.len(),
            Self::Ordered(arity) => arity - 1,
            Self::Subsets(arity) => (1 << (arity - 1)) - 1,
        }
    }
}

/// The bins that a feature may have: never more than there are rows.
fn possible_bins(max_bins: usize, n_rows: usize) -> usize {
    max_bins.min(n_rows)
}

/// Refuses categories that are more than the bins.
///
/// # Errors
/// `InvalidArgument` with the feature and both numbers.
pub(crate) fn ensure_bins(owner: &str, params: &TreeParams, n_rows: usize) -> Result<()> {
    let bins = possible_bins(params.max_bins, n_rows);
    let largest = params.arities.iter().enumerate().filter_map(|(i, arity)| arity.map(|n| (n, i)));
    // the first feature of the largest arity
    let largest = largest.max_by_key(|&(arity, feature)| (arity, std::cmp::Reverse(feature)));
    match largest {
        Some((arity, feature)) if arity > bins => Err(err::invalid_argument(owner, "maxBins")
            .expected(format!("at least {arity}, the number of categories of feature {feature}"))
            .got(format!("{bins} bins for {n_rows} rows"))
            .fix("raise max_bins, add rows, or leave the feature out")),
        _ => Ok(()),
    }
}

/// The candidate splits of every feature.
pub(super) fn candidates(data: &Dataset, params: &TreeParams) -> Vec<Candidates> {
    let n_rows = data.n_rows();
    let bins = possible_bins(params.max_bins, n_rows);
    let max_subsets =
        (((bins / 2 + 1) as f64).ln() / std::f64::consts::LN_2 + 1.0).floor() as usize;
    let categorical = |arity: usize| match arity {
        // one category has no splits
        0 | 1 => Candidates::Ordered(1),
        few if params.n_classes > 2 && few <= max_subsets => Candidates::Subsets(few),
        many => Candidates::Ordered(many),
    };
    let sample = Sample::draw(data, params, bins);
    (0..data.n_features())
        .into_par_iter()
        .map(|feature| match params.arities[feature] {
            Some(arity) => categorical(arity),
            None => Candidates::Thresholds(sample.thresholds(feature, bins - 1)),
        })
        .collect()
}

/// The rows that thresholds are chosen from.
struct Sample<'a> {
    data: &'a Dataset,
    /// The rows of every partition.
    rows: Vec<Vec<usize>>,
    /// The weight that the sample is expected to have.
    weight: f64,
}

impl<'a> Sample<'a> {
    fn draw(data: &'a Dataset, params: &TreeParams, bins: usize) -> Self {
        let n_rows = data.n_rows();
        let wanted = (bins * bins).max(MIN_SAMPLE_ROWS);
        let fraction = if wanted < n_rows { wanted as f64 / n_rows as f64 } else { 1.0 };
        let sizes = data.sizes();
        let seeds = sample_seeds(sizes.len(), i64::from(XorShift::new(params.seed).next_int()));
        let rows = sizes.iter().zip(seeds);
        let rows = rows.map(|(&size, seed)| sample_partition(size, fraction, seed)).collect();
        Self { data, rows, weight: fraction * total_weight(data) }
    }

    /// Every value but 0 with its weight, ascending, and how many rows have one.
    fn values(&self, feature: usize) -> (Vec<(f64, f64)>, usize) {
        let mut values = Vec::new();
        for (part, rows) in self.data.partitions().iter().zip(&self.rows) {
            for &row in rows {
                let value = part.rows.row(row).get(feature).unwrap_or(0.0);
                if value != 0.0 {
                    values.push((value, part.weight(row)));
                }
            }
        }
        let n_values = values.len();
        values.sort_by(|a, b| a.0.total_cmp(&b.0));
        values.dedup_by(|next, first| {
            let same = next.0.total_cmp(&first.0).is_eq();
            if same {
                first.1 += next.1;
            }
            same
        });
        (values, n_values)
    }

    /// At most `n_splits` thresholds that part the sample into bins of about equal weight.
    fn thresholds(&self, feature: usize, n_splits: usize) -> Vec<f64> {
        let (mut values, n_values) = self.values(feature);
        if values.is_empty() {
            return Vec::new();
        }
        let weight: f64 = values.iter().map(|(_, weight)| weight).sum();
        let zeros = self.weight - weight;
        if zeros > f64::EPSILON * n_values as f64 * 100.0 {
            let at = values.partition_point(|(value, _)| *value < 0.0);
            values.insert(at, (0.0, zeros));
        }
        let middle = |i: usize| (values[i - 1].0 + values[i].0) / 2.0;
        if values.len() - 1 <= n_splits {
            return (1..values.len()).map(middle).collect();
        }
        let stride = self.weight / (n_splits + 1) as f64;
        let mut thresholds = Vec::with_capacity(n_splits);
        let (mut seen, mut target) = (values[0].1, stride);
        for (i, &(_, weight)) in values.iter().enumerate().skip(1) {
            let before = seen;
            seen += weight;
            if (before - target).abs() < (seen - target).abs() {
                thresholds.push(middle(i));
                target += stride;
            }
        }
        thresholds
    }
}

/// The weight of all rows.
pub(super) fn total_weight(data: &Dataset) -> f64 {
    let parts = data.partitions().iter();
    parts.map(|part| (0..part.rows.len()).map(|row| part.weight(row)).sum::<f64>()).sum()
}
