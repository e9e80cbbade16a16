// SPDX-License-Identifier: MIT OR Apache-2.0
//! Growing a decision tree, on plain slices: no table and no option type in here.
//!
//! ```text
//! splits: candidate thresholds a feature, from a sample of the rows
//! bins:   every value becomes the number of its bin
//! repeat, level by level:
//!     histogram: one pass counts classes by node, feature and bin
//!     best_split: the bins of a node summed from the left give every split its two sides
//!     rows of a node that splits move to its children
//! prune:  children that predict the same become one leaf
//! ```

mod best_split;
mod bins;
mod debug_string;
mod grow;
mod histogram;
mod impurity;
mod node;
mod saved;
mod splits;

pub(crate) use debug_string::debug_string;
pub(crate) use grow::grow;
pub(crate) use impurity::Impurity;
pub(crate) use node::Tree;
pub(crate) use saved::{from_batch, to_batch};
pub(crate) use splits::ensure_bins;

/// How a tree is grown.
#[derive(Clone, Debug)]
pub(crate) struct TreeParams {
    pub(crate) n_classes: usize,
    /// The number of categories of every feature; `None` for plain numbers.
    pub(crate) arities: Vec<Option<usize>>,
    pub(crate) max_depth: usize,
    pub(crate) max_bins: usize,
    pub(crate) min_instances: usize,
    pub(crate) min_weight_fraction: f64,
    pub(crate) min_gain: f64,
    pub(crate) impurity: Impurity,
    pub(crate) prune: bool,
    pub(crate) seed: i64,
}
