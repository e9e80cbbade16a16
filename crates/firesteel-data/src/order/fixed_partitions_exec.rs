// SPDX-License-Identifier: MIT OR Apache-2.0
//! `FixedPartitionsExec`: partitions that the planner leaves as they are.

use std::fmt;
use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::metrics::MetricsSet;
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties,
};

use crate::one_input;

/// Moves rows as a [`RepartitionExec`] does, under a name that the engine's rules do not know.
#[derive(Debug)]
pub(super) struct FixedPartitionsExec {
    inner: RepartitionExec,
}

impl FixedPartitionsExec {
    /// The rows of this input in these partitions.
    pub(super) fn new(input: &Arc<dyn ExecutionPlan>, partitioning: &Partitioning) -> Result<Self> {
        Ok(Self { inner: RepartitionExec::try_new(Arc::clone(input), partitioning.clone())? })
    }
}

impl ExecutionPlan for FixedPartitionsExec {
    fn name(&self) -> &str {
        "FixedPartitionsExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.inner.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![self.inner.input()]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn apply_expressions(
        &self,
        visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        self.inner.apply_expressions(visit)
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let input = one_input::of_operator("a FixedPartitionsExec", children)?;
        Ok(Arc::new(Self::new(&input, self.inner.partitioning())?))
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        self.inner.execute(partition, context)
    }

    fn metrics(&self) -> Option<MetricsSet> {
        self.inner.metrics()
    }
}

impl DisplayAs for FixedPartitionsExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FixedPartitionsExec: {}", self.inner.partitioning())
    }
}
