// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Exchange`: how rows must lie before a program may run on them.

use serde::{Deserialize, Serialize};

/// How rows must lie before a program may run on them; the planner brings them there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Exchange {
    /// As they are: nothing moves.
    None,
    /// Rows with the same value in this column are in the same partition.
    ByKey(usize),
    /// All rows are in one partition, ordered by this column; absent values come before all others.
    Sorted {
        /// The column.
        column: usize,
        /// Whether the largest come first.
        descending: bool,
    },
}
