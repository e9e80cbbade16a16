// SPDX-License-Identifier: MIT OR Apache-2.0
//! Rows in the order of partitions, always the same, and partitions as the user asked for them.
//!
//! The engine's own rules are free to read partitions in whatever order they come, and to leave out what the user
//! did to them. The two rules here, one before the engine's and one near their end, take that freedom away where
//! it shows. They run in the embedded engine only.

mod fixed_partitions_exec;
mod keep_order;
mod keep_partitions;
mod ordered_coalesce_exec;

use std::sync::Arc;

use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::filter_pushdown::FilterPushdown;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;

use keep_order::KeepOrder;
use keep_partitions::KeepPartitions;
pub(crate) use ordered_coalesce_exec::OrderedCoalesceExec;

/// The engine's rules with ours among them.
pub(crate) fn rules() -> Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> {
    let mut rules = PhysicalOptimizer::new().rules;
    // after it, operators share filters that a change of the plan would cut
    let last_filters = FilterPushdown::new_post_optimization();
    let before = rules.iter().rposition(|rule| rule.name() == last_filters.name());
    rules.insert(before.unwrap_or(rules.len()), Arc::new(KeepOrder));
    rules.insert(0, Arc::new(KeepPartitions));
    rules
}
