// SPDX-License-Identifier: MIT OR Apache-2.0
//! The names by which Spark knows the kinds of joins.

use datafusion::common::JoinType;
use firesteel_core::{Result, names};

const KINDS: &[(&str, JoinType)] = &[
    ("inner", JoinType::Inner),
    ("cross", JoinType::Inner),
    ("outer", JoinType::Full),
    ("full", JoinType::Full),
    ("fullouter", JoinType::Full),
    ("full_outer", JoinType::Full),
    ("left", JoinType::Left),
    ("leftouter", JoinType::Left),
    ("left_outer", JoinType::Left),
    ("right", JoinType::Right),
    ("rightouter", JoinType::Right),
    ("right_outer", JoinType::Right),
    ("semi", JoinType::LeftSemi),
    ("leftsemi", JoinType::LeftSemi),
    ("left_semi", JoinType::LeftSemi),
    ("anti", JoinType::LeftAnti),
    ("leftanti", JoinType::LeftAnti),
    ("left_anti", JoinType::LeftAnti),
];

/// The kind of join with this name, whatever its case.
pub(super) fn parse(how: &str) -> Result<JoinType> {
    names::find("join type", &how.to_lowercase(), KINDS).copied()
}
