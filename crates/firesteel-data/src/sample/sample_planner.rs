// SPDX-License-Identifier: MIT OR Apache-2.0
//! `SamplePlanner`: from the logical to the physical plan of a sample.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::Result;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};

use super::{SampleExec, SampleNode};
use crate::one_input;

/// Plans samples; one of the planners of `FiresteelQueryPlanner`.
pub(crate) struct SamplePlanner;

#[async_trait]
impl ExtensionPlanner for SamplePlanner {
    async fn plan_extension(
        &self,
        _: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _: &[&LogicalPlan],
        inputs: &[Arc<dyn ExecutionPlan>],
        _: &dyn Session,
        _: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let Some(node) = node.as_any().downcast_ref::<SampleNode>() else { return Ok(None) };
        let input = one_input::of_node("a Sample node", inputs)?;
        Ok(Some(Arc::new(SampleExec::new(Arc::clone(input), node.draw)?)))
    }
}
