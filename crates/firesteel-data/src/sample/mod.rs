// SPDX-License-Identifier: MIT OR Apache-2.0
//! Random rows of a table, drawn as Spark draws them: a generator a partition, one number a row.

mod partition_numbers;
mod sample_exec;
mod sample_node;
mod sample_planner;

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

pub(crate) use sample_exec::SampleExec;
pub(crate) use sample_node::SampleNode;
pub(crate) use sample_planner::SamplePlanner;

/// Which rows are drawn: those whose number lies in `[lower, upper)`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Draw {
    pub(crate) seed: i64,
    pub(crate) lower: f64,
    pub(crate) upper: f64,
    /// Whether each partition is sorted first, so that every part of a split sees the rows in one order.
    pub(crate) sorted: bool,
}

impl Draw {
    fn key(&self) -> (i64, u64, u64, bool) {
        (self.seed, self.lower.to_bits(), self.upper.to_bits(), self.sorted)
    }
}

impl PartialEq for Draw {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Draw {}

impl Hash for Draw {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl PartialOrd for Draw {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.key().partial_cmp(&other.key())
    }
}
