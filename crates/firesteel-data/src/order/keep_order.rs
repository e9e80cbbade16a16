// SPDX-License-Identifier: MIT OR Apache-2.0
//! `KeepOrder`: the rule that has partitions read in their order.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::execution_plan::replace_children_if_necessary;
use datafusion::physical_plan::limit::GlobalLimitExec;
use datafusion::physical_plan::union::UnionExec;
use datafusion::physical_plan::unnest::UnnestExec;

use super::ordered_coalesce_exec::OrderedCoalesceExec;
use crate::rdd::keeps_order;
use crate::sample::SampleExec;

/// Puts an [`OrderedCoalesceExec`] in the place of every operator that reads partitions as they come, where the
/// order reaches the result, and where a limit would else keep other rows each time.
#[derive(Debug)]
pub(super) struct KeepOrder;

impl PhysicalOptimizerRule for KeepOrder {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        ordered(&plan, true)
    }

    fn name(&self) -> &str {
        "KeepOrder"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// The plan with its coalescing operators replaced; `shows` says whether its order reaches the result.
fn ordered(plan: &Arc<dyn ExecutionPlan>, shows: bool) -> Result<Arc<dyn ExecutionPlan>> {
    if let Some(coalesce) = plan.downcast_ref::<CoalescePartitionsExec>() {
        let fetch = coalesce.fetch();
        let shows = shows || fetch.is_some();
        let input = ordered(coalesce.input(), shows)?;
        if shows {
            return Ok(Arc::new(OrderedCoalesceExec::new(input, fetch)));
        }
        return replace_children_if_necessary(Arc::clone(plan), vec![input]);
    }
    // a limit keeps or passes over the first rows, so that their order shows whatever becomes of them
    let shows = shows || plan.is::<GlobalLimitExec>();
    let kept = kept(plan);
    let children = plan.children().into_iter().zip(kept);
    let children = children.map(|(child, kept)| ordered(child, shows && kept));
    let children = children.collect::<Result<Vec<_>>>()?;
    replace_children_if_necessary(Arc::clone(plan), children)
}

/// For each input whether its rows come out in the order in which they go in.
fn kept(plan: &Arc<dyn ExecutionPlan>) -> Vec<bool> {
    let all = plan.is::<UnionExec>() || plan.is::<UnnestExec>() || keeps_order(plan.as_ref());
    // the second input has no rows of its own in the result
    let all = all || plan.is::<SampleExec>();
    match plan.children().len() {
        inputs if all => vec![true; inputs],
        1 => plan.maintains_input_order(),
        // joins
        inputs => vec![false; inputs],
    }
}
