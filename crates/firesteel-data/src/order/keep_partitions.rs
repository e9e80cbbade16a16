// SPDX-License-Identifier: MIT OR Apache-2.0
//! `KeepPartitions`: the rule by which `repartition` holds.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult as _, TreeNode as _};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::repartition::RepartitionExec;

use super::fixed_partitions_exec::FixedPartitionsExec;
use super::ordered_coalesce_exec::OrderedCoalesceExec;

/// Hides what the user did to partitions from the engine's rules, which leave it out where no operator needs it.
///
/// Before those rules have run, the only such operators in a plan are the user's.
#[derive(Debug)]
pub(super) struct KeepPartitions;

impl PhysicalOptimizerRule for KeepPartitions {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|node| {
            let Some(moved) = node.downcast_ref::<RepartitionExec>() else {
                return Ok(Transformed::no(node));
            };
            let fixed: Arc<dyn ExecutionPlan> = match moved.partitioning().partition_count() {
                1 => Arc::new(OrderedCoalesceExec::new(Arc::clone(moved.input()), None)),
                _ => Arc::new(FixedPartitionsExec::new(moved.input(), moved.partitioning())?),
            };
            Ok(Transformed::yes(fixed))
        })
        .data()
    }

    fn name(&self) -> &str {
        "KeepPartitions"
    }

    fn schema_check(&self) -> bool {
        true
    }
}
