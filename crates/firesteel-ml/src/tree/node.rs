// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Tree`: the nodes of a finished tree, and the way of a vector through them.

use firesteel_data::vector::VectorRef;

/// The child that a leaf does not have.
pub(crate) const NO_CHILD: i32 = -1;

/// A question that parts the rows of a node.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Split {
    /// Left go the values up to a threshold.
    Threshold { feature: usize, threshold: f64 },
    /// Left go some of the categories, which are listed ascending.
    Categories { feature: usize, arity: usize, left: Vec<f64> },
}

impl Split {
    pub(crate) fn feature(&self) -> usize {
        match self {
            Self::Threshold { feature, .. } | Self::Categories { feature, .. } => *feature,
        }
    }

    fn goes_left(&self, value: f64) -> bool {
        match self {
            Self::Threshold { threshold, .. } => value <= *threshold,
            Self::Categories { arity, left, .. } => {
                let listed = left.contains(&value);
                // a category that nobody knew goes to the side that has more of them
                let known = value >= 0.0 && value < *arity as f64 && value.fract() == 0.0;
                if known || left.len() <= arity / 2 { listed } else { true }
            }
        }
    }
}

/// One node, as it is saved.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TreeNode {
    pub(crate) prediction: f64,
    pub(crate) impurity: f64,
    /// The weight of each class.
    pub(crate) stats: Vec<f64>,
    /// The number of rows.
    pub(crate) raw_count: i64,
    /// What the split gains; -1 for a leaf.
    pub(crate) gain: f64,
    pub(crate) left: i32,
    pub(crate) right: i32,
    pub(crate) split: Option<Split>,
}

impl TreeNode {
    pub(crate) fn is_leaf(&self) -> bool {
        self.split.is_none()
    }
}

/// The nodes in pre-order; the first is the root.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<TreeNode>,
}

impl Tree {
    /// The leaf that a vector comes to.
    pub(crate) fn leaf_of(&self, vector: VectorRef<'_>) -> usize {
        let mut at = 0;
        while let Some(split) = &self.nodes[at].split {
            let value = vector.get(split.feature()).unwrap_or(0.0);
            let node = &self.nodes[at];
            at = if split.goes_left(value) { node.left } else { node.right } as usize;
        }
        at
    }

    /// The number of levels below the root.
    pub(crate) fn depth(&self) -> usize {
        self.depth_below(0)
    }

    fn depth_below(&self, at: usize) -> usize {
        let node = &self.nodes[at];
        if node.is_leaf() {
            return 0;
        }
        1 + self.depth_below(node.left as usize).max(self.depth_below(node.right as usize))
    }

    /// The leaves from left to right, by their places among the nodes.
    pub(crate) fn leaves(&self) -> Vec<usize> {
        (0..self.nodes.len()).filter(|&at| self.nodes[at].is_leaf()).collect()
    }

    /// For every feature the gain of its splits, each weighted by its rows; they sum to 1.
    pub(crate) fn importances(&self, n_features: usize) -> Vec<f64> {
        let mut importances = vec![0.0; n_features];
        for node in &self.nodes {
            if let Some(split) = &node.split {
                importances[split.feature()] += node.gain * node.stats.iter().sum::<f64>();
            }
        }
        let total: f64 = importances.iter().sum();
        if total != 0.0 {
            importances.iter_mut().for_each(|importance| *importance /= total);
        }
        importances
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_categories_go_to_the_larger_side() {
        let split = |left: &[f64]| Split::Categories { feature: 0, arity: 4, left: left.to_vec() };
        assert!(!split(&[1.0]).goes_left(9.0));
        assert!(split(&[0.0, 1.0, 2.0]).goes_left(9.0));
        assert!(!split(&[0.0, 1.0, 2.0]).goes_left(3.0));
    }
}
