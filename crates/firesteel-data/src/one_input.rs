// SPDX-License-Identifier: MIT OR Apache-2.0
//! The one input that a node or an operator of a plan has.

use datafusion::common::{Result, internal_err, plan_err};

/// The input of a logical node, named with its article: `a Sample node`.
pub(crate) fn of_node<T>(node: &str, inputs: impl IntoIterator<Item = T>) -> Result<T> {
    only(inputs).map_or_else(|| plan_err!("{node} has exactly one input"), Ok)
}

/// The input of an operator, named with its article: `a SampleExec`.
pub(crate) fn of_operator<T>(operator: &str, inputs: impl IntoIterator<Item = T>) -> Result<T> {
    only(inputs).map_or_else(|| internal_err!("{operator} has exactly one input"), Ok)
}

fn only<T>(inputs: impl IntoIterator<Item = T>) -> Option<T> {
    let mut inputs = inputs.into_iter();
    inputs.next().filter(|_| inputs.next().is_none())
}
