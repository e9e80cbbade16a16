// SPDX-License-Identifier: MIT OR Apache-2.0
//! `FusedExec`: a chain of RDD operations in a physical plan.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::compute::SortOptions;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::Result;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::DataFusionError;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{
    Distribution, EquivalenceProperties, LexOrdering, OrderingRequirements, PhysicalExpr,
    PhysicalSortRequirement,
};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties,
    InputDistributionRequirements, Partitioning, PlanProperties,
};

use super::exchange::Exchange;
use super::fused_stream::run;
use super::program::Program;
use crate::one_input;

/// Runs one program over each partition of its input; partition `i` of the output comes from partition `i` of the
/// input alone.
#[derive(Debug)]
pub(crate) struct FusedExec {
    input: Arc<dyn ExecutionPlan>,
    pub(crate) exchange: Exchange,
    pub(crate) program: Arc<Program>,
    /// The order in which a table comes that was sorted before it became an RDD; planning keeps it.
    order: Option<LexOrdering>,
    properties: Arc<PlanProperties>,
}

impl FusedExec {
    pub(crate) fn new(
        input: Arc<dyn ExecutionPlan>,
        exchange: Exchange,
        program: Arc<Program>,
        schema: SchemaRef,
    ) -> Self {
        let properties = Arc::new(PlanProperties::new(
            EquivalenceProperties::new(schema),
            Partitioning::UnknownPartitioning(input.output_partitioning().partition_count()),
            EmissionType::Incremental,
            Boundedness::Bounded,
        ));
        let is_one = input.output_partitioning().partition_count() == 1;
        let order = input.output_ordering().filter(|_| is_one).cloned();
        Self { input, exchange, program, order, properties }
    }

    fn input_column(&self, index: usize) -> Arc<dyn PhysicalExpr> {
        let schema = self.input.schema();
        let name = schema.fields().get(index).map_or("", |field| field.name());
        Arc::new(Column::new(name, index))
    }
}

/// Whether this is a chain of RDD operations that hands on its rows in the order in which they come.
pub(crate) fn keeps_order(plan: &dyn ExecutionPlan) -> bool {
    plan.downcast_ref::<FusedExec>().is_some_and(|fused| fused.exchange == Exchange::None)
}

impl ExecutionPlan for FusedExec {
    fn name(&self) -> &str {
        "FusedExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        InputDistributionRequirements::new(vec![match self.exchange {
            Exchange::None if self.order.is_some() => Distribution::SinglePartition,
            Exchange::None => Distribution::UnspecifiedDistribution,
            Exchange::ByKey(key) => Distribution::KeyPartitioned(vec![self.input_column(key)]),
            Exchange::Sorted { .. } => Distribution::SinglePartition,
        }])
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        vec![match (self.exchange, &self.order) {
            (Exchange::Sorted { column, descending }, _) => {
                let options = SortOptions { descending, nulls_first: !descending };
                let order = PhysicalSortRequirement::new(self.input_column(column), Some(options));
                Some(OrderingRequirements::new([order].into()))
            }
            (Exchange::None, Some(order)) => Some(OrderingRequirements::from(order.clone())),
            (Exchange::None | Exchange::ByKey(_), _) => None,
        }]
    }

    /// Partitions are the user's: the planner must not make others of them.
    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    /// Elements keep their order, but not their columns: the planner must not move sorting below functions.
    fn maintains_input_order(&self) -> Vec<bool> {
        vec![false]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let input = one_input::of_operator("a FusedExec", children)?;
        let (program, schema) = (Arc::clone(&self.program), self.schema());
        let order = self.order.clone();
        Ok(Arc::new(Self { order, ..Self::new(input, self.exchange, program, schema) }))
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let input = self.input.execute(partition, context)?;
        let own = |error: firesteel_core::Error| DataFusionError::External(Box::new(error));
        let rows = run(Arc::clone(&self.program), input, partition).map_err(own)?;
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), rows)))
    }
}

impl DisplayAs for FusedExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FusedExec: {}", self.program)
    }
}
