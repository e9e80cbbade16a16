// SPDX-License-Identifier: MIT OR Apache-2.0
//! `MulticlassMetrics`: the counts behind every measure of class predictions.

use firesteel_core::IndexMap;

/// The weight of every pair of label and prediction.
#[derive(Clone, Debug, Default)]
pub struct MulticlassMetrics {
    /// By label and prediction.
    pairs: IndexMap<(u64, u64), f64>,
}

impl MulticlassMetrics {
    /// Counts a row.
    pub fn add(&mut self, label: f64, prediction: f64, weight: f64) {
        *self.pairs.entry((bits(label), bits(prediction))).or_insert(0.0) += weight;
    }

    /// Takes in the counts of other rows.
    pub fn merge(&mut self, other: Self) {
        for (key, weight) in other.pairs {
            *self.pairs.entry(key).or_insert(0.0) += weight;
        }
    }

    /// The labels, ascending.
    pub fn labels(&self) -> Vec<f64> {
        let mut labels: Vec<f64> =
            self.pairs.keys().map(|&(label, _)| f64::from_bits(label)).collect();
        labels.sort_by(f64::total_cmp);
        labels.dedup();
        labels
    }

    /// The weight of rows by label (rows) and prediction (columns), both in the order of [`labels`](Self::labels).
    pub fn confusion_matrix(&self) -> Vec<Vec<f64>> {
        let labels = self.labels();
        let weight = |label: &f64, prediction: &f64| {
            self.pairs.get(&(label.to_bits(), prediction.to_bits())).copied().unwrap_or(0.0)
        };
        labels.iter().map(|label| labels.iter().map(|p| weight(label, p)).collect()).collect()
    }

    /// The weight of the pairs that satisfy a condition on the bits of label and prediction.
    fn sum(&self, of: impl Fn(u64, u64) -> bool) -> f64 {
        let chosen = self.pairs.iter().filter(|((label, prediction), _)| of(*label, *prediction));
        chosen.map(|(_, weight)| weight).sum()
    }

    fn total(&self) -> f64 {
        self.pairs.values().sum()
    }

    fn label_weight(&self, class: f64) -> f64 {
        let class = bits(class);
        self.sum(|label, _| label == class)
    }

    fn hits(&self, class: f64) -> f64 {
        let class = bits(class);
        self.sum(|label, prediction| label == class && prediction == class)
    }

    fn false_alarms(&self, class: f64) -> f64 {
        let class = bits(class);
        self.sum(|label, prediction| label != class && prediction == class)
    }

    /// The share of rows that are predicted right.
    pub fn accuracy(&self) -> f64 {
        self.sum(|label, prediction| label == prediction) / self.total()
    }

    /// Of the rows predicted as a class, the share that are of it; 0 where none is predicted.
    pub fn precision(&self, class: f64) -> f64 {
        let (hits, false_alarms) = (self.hits(class), self.false_alarms(class));
        if hits + false_alarms == 0.0 { 0.0 } else { hits / (hits + false_alarms) }
    }

    /// Of the rows of a class, the share that are predicted as it.
    pub fn recall(&self, class: f64) -> f64 {
        self.hits(class) / self.label_weight(class)
    }

    /// Of the rows of other classes, the share that are predicted as this one.
    pub fn false_positive_rate(&self, class: f64) -> f64 {
        self.false_alarms(class) / (self.total() - self.label_weight(class))
    }

    /// The weighted harmonic mean of precision and recall.
    pub fn f_measure(&self, class: f64, beta: f64) -> f64 {
        let (precision, recall) = (self.precision(class), self.recall(class));
        let squared = beta * beta;
        if precision + recall == 0.0 {
            return 0.0;
        }
        (1.0 + squared) * precision * recall / (squared * precision + recall)
    }

    /// The mean of a measure over the classes, each weighted by its rows.
    pub fn weighted(&self, measure: impl Fn(f64) -> f64) -> f64 {
        let total = self.total();
        let labels = self.labels().into_iter();
        labels.map(|class| measure(class) * self.label_weight(class) / total).sum()
    }
}

/// The bits of a class number; -0.0 and 0.0 are one class.
fn bits(class: f64) -> u64 {
    (class + 0.0).to_bits()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_confusion_matrix_counts_pairs() {
        let mut metrics = MulticlassMetrics::default();
        for (label, prediction) in [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (-0.0, 0.0), (1.0, 5.0)] {
            metrics.add(label, prediction, 1.0);
        }
        assert_eq!(metrics.labels(), [0.0, 1.0]);
        assert_eq!(metrics.confusion_matrix(), [[2.0, 1.0], [0.0, 1.0]]);
        assert!((metrics.accuracy() - 0.6).abs() < 1e-15);
    }
}
