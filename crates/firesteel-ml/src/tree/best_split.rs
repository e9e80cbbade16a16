// SPDX-License-Identifier: MIT OR Apache-2.0
//! The best split of a node, from its histogram.

use std::cmp::Ordering;

use super::histogram::Layout;
use super::node::Split;
use super::splits::Candidates;
use super::{Impurity, TreeParams};

/// What is known of the rows of a node: the weight of each class, and at the end the number of rows.
pub(super) type Stats = Vec<f64>;

/// The weights of the classes.
pub(super) fn classes(stats: &[f64]) -> &[f64] {
    &stats[..stats.len() - 1]
}

/// A node with its impurity.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    pub(super) stats: Stats,
    pub(super) impurity: f64,
}

impl Measured {
    pub(super) fn new(stats: Stats, impurity: Impurity) -> Self {
        let impurity = impurity.of(classes(&stats));
        Self { stats, impurity }
    }
}

/// A split with its two sides.
#[derive(Clone, Debug)]
pub(super) struct Best {
    pub(super) split: Split,
    pub(super) gain: f64,
    /// For every bin of the split feature, whether it goes left.
    pub(super) left_bins: Vec<bool>,
    pub(super) left: Stats,
    pub(super) right: Stats,
}

/// What a split must satisfy.
pub(super) struct Rules {
    pub(super) impurity: Impurity,
    pub(super) n_classes: usize,
    pub(super) min_rows: f64,
    pub(super) min_weight: f64,
    pub(super) min_gain: f64,
}

impl Rules {
    pub(super) fn new(params: &TreeParams, total_weight: f64) -> Self {
        Self {
            impurity: params.impurity,
            n_classes: params.n_classes,
            min_rows: params.min_instances as f64,
            min_weight: params.min_weight_fraction * total_weight,
            min_gain: params.min_gain,
        }
    }
}

/// The search over the features of one node.
///
/// Of splits with equal gain the first counts: lowest feature, then lowest threshold.
pub(super) struct Search<'a> {
    rules: &'a Rules,
    /// The node; unknown for the root before its first split is looked at.
    node: Option<Measured>,
    best: Option<Best>,
    right: Stats,
}

impl<'a> Search<'a> {
    pub(super) fn new(rules: &'a Rules, node: Option<Measured>) -> Self {
        Self { rules, node, best: None, right: vec![0.0; rules.n_classes + 1] }
    }

    /// Looks at every feature and returns the node and its best valid split.
    pub(super) fn run(
        mut self,
        histogram: &mut [f64],
        layout: &Layout,
        candidates: &[Candidates],
    ) -> (Measured, Option<Best>) {
        let whole = histogram[layout.offsets[candidates.len()]..].to_vec();
        for (feature, candidates) in candidates.iter().enumerate() {
            let bins = &mut histogram[layout.offsets[feature]..layout.offsets[feature + 1]];
            match candidates {
                _ if candidates.n_splits() == 0 => {}
                Candidates::Thresholds(thresholds) => self.thresholds(feature, thresholds, bins),
                Candidates::Ordered(arity) => self.ordered(feature, *arity, bins),
                Candidates::Subsets(arity) => self.subsets(feature, *arity, bins, &whole),
            }
        }
        let node = self.node.unwrap_or_else(|| Measured::new(whole, self.rules.impurity));
        (node, self.best)
    }

    fn thresholds(&mut self, feature: usize, thresholds: &[f64], bins: &mut [f64]) {
        let stride = self.right.len();
        let n_bins = thresholds.len() + 1;
        let order: Vec<usize> = (0..n_bins).collect();
        accumulate(bins, stride, &order);
        let total = bins[(n_bins - 1) * stride..].to_vec();
        for (i, &threshold) in thresholds.iter().enumerate() {
            let left = &bins[i * stride..(i + 1) * stride];
            self.consider(left, &total, || {
                let left_bins = (0..n_bins).map(|bin| bin <= i).collect();
                (Split::Threshold { feature, threshold }, left_bins)
            });
        }
    }

    fn ordered(&mut self, feature: usize, arity: usize, bins: &mut [f64]) {
        let stride = self.right.len();
        let centroid = |category: usize| {
            let stats = &bins[category * stride..(category + 1) * stride];
            let weights = classes(stats);
            if weights.iter().sum::<f64>() == 0.0 {
                return f64::MAX;
            }
            if self.rules.n_classes > 2 { self.rules.impurity.of(weights) } else { weights[1] }
        };
        let mut order: Vec<(f64, usize)> =
            (0..arity).map(|category| (centroid(category), category)).collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        let order: Vec<usize> = order.into_iter().map(|(_, category)| category).collect();
        accumulate(bins, stride, &order);
        let last = order[arity - 1];
        let total = bins[last * stride..(last + 1) * stride].to_vec();
        for i in 0..arity - 1 {
            let left = &bins[order[i] * stride..(order[i] + 1) * stride];
            self.consider(left, &total, || categories(feature, arity, &order[..=i]));
        }
    }

    fn subsets(&mut self, feature: usize, arity: usize, bins: &[f64], whole: &[f64]) {
        let stride = self.right.len();
        let mut left = vec![0.0; stride];
        for subset in 1..1_usize << (arity - 1) {
            let members: Vec<usize> =
                (0..arity).filter(|category| subset >> category & 1 == 1).collect();
            left.fill(0.0);
            for category in &members {
                let bin = &bins[category * stride..(category + 1) * stride];
                left.iter_mut().zip(bin).for_each(|(sum, x)| *sum += x);
            }
            self.consider(&left, whole, || categories(feature, arity, &members));
        }
    }

    /// Keeps a split when it is valid and better than all before it.
    fn consider(
        &mut self,
        left: &[f64],
        total: &[f64],
        split: impl FnOnce() -> (Split, Vec<bool>),
    ) {
        self.right
            .iter_mut()
            .zip(total.iter().zip(left))
            .for_each(|(right, (total, left))| *right = total - left);
        let right = &self.right;
        let node = self.node.get_or_insert_with(|| {
            let stats = left.iter().zip(right).map(|(left, right)| left + right).collect();
            Measured::new(stats, self.rules.impurity)
        });
        let Some(gain) = self.rules.gain(node.impurity, left, right) else { return };
        let better = |best: &Best| gain.total_cmp(&best.gain) == Ordering::Greater;
        if self.best.as_ref().is_none_or(better) {
            let (split, left_bins) = split();
            let (left, right) = (left.to_vec(), right.clone());
            self.best = Some(Best { split, gain, left_bins, left, right });
        }
    }
}

impl Rules {
    /// What a split gains; `None` when a side is too small or the gain is.
    fn gain(&self, impurity: f64, left: &[f64], right: &[f64]) -> Option<f64> {
        let rows = |stats: &[f64]| stats[stats.len() - 1];
        let weight = |stats: &[f64]| classes(stats).iter().sum::<f64>();
        let (left_weight, right_weight) = (weight(left), weight(right));
        let too_small = rows(left) < self.min_rows
            || rows(right) < self.min_rows
            || left_weight < self.min_weight
            || right_weight < self.min_weight;
        if too_small {
            return None;
        }
        let total = left_weight + right_weight;
        let gain = impurity
            - left_weight / total * self.impurity.of(classes(left))
            - right_weight / total * self.impurity.of(classes(right));
        // NaN, for rows without any weight, is no refusal in Spark either
        (gain >= self.min_gain || gain.is_nan()).then_some(gain)
    }
}

fn categories(feature: usize, arity: usize, left: &[usize]) -> (Split, Vec<bool>) {
    let left_bins: Vec<bool> = (0..arity).map(|category| left.contains(&category)).collect();
    let split = Split::Categories { feature, arity, left: left_categories(&left_bins) };
    (split, left_bins)
}

fn left_categories(left_bins: &[bool]) -> Vec<f64> {
    left_bins
        .iter()
        .enumerate()
        .filter(|(_, left)| **left)
        .map(|(category, _)| category as f64)
        .collect()
}

/// Sums bins in the given order: each becomes the sum of itself and all before it.
fn accumulate(bins: &mut [f64], stride: usize, order: &[usize]) {
    for pair in order.windows(2) {
        for i in 0..stride {
            bins[pair[1] * stride + i] += bins[pair[0] * stride + i];
        }
    }
}
