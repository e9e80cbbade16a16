// SPDX-License-Identifier: MIT OR Apache-2.0
//! `FiresteelQueryPlanner`: makes physical plans, those of RDDs included.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::Result;
use datafusion::execution::context::QueryPlanner;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{DefaultPhysicalPlanner, ExtensionPlanner, PhysicalPlanner};

use super::fused_exec::FusedExec;
use super::fused_node::FusedNode;
use crate::one_input;
use crate::sample::SamplePlanner;

/// Plans as DataFusion does, and knows the nodes of RDDs besides; sessions and schedulers install it.
#[derive(Clone, Copy, Debug, Default)]
pub struct FiresteelQueryPlanner;

#[async_trait]
impl QueryPlanner for FiresteelQueryPlanner {
    async fn create_physical_plan(
        &self,
        plan: &LogicalPlan,
        session: &dyn Session,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let planner = DefaultPhysicalPlanner::with_extension_planners(vec![
            Arc::new(RddPlanner),
            Arc::new(SamplePlanner),
        ]);
        planner.create_physical_plan(plan, session).await
    }
}

struct RddPlanner;

#[async_trait]
impl ExtensionPlanner for RddPlanner {
    async fn plan_extension(
        &self,
        _: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _: &[&LogicalPlan],
        inputs: &[Arc<dyn ExecutionPlan>],
        _: &dyn Session,
        _: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let Some(node) = node.as_any().downcast_ref::<FusedNode>() else { return Ok(None) };
        let input = one_input::of_node("a Fused node", inputs)?;
        let schema = Arc::clone(UserDefinedLogicalNode::schema(node).inner());
        let (input, program) = (Arc::clone(input), Arc::clone(&node.program));
        Ok(Some(Arc::new(FusedExec::new(input, node.exchange, program, schema))))
    }
}
