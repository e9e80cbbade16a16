// SPDX-License-Identifier: MIT OR Apache-2.0
//! `SampleExec`: a sample in a physical plan.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::BooleanArray;
use datafusion::arrow::compute::{SortOptions, filter_record_batch};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, internal_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{
    EquivalenceProperties, LexRequirement, OrderingRequirements, PhysicalExpr, PhysicalSortExpr,
};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, PlanProperties,
};
use futures::StreamExt as _;

use super::Draw;
use crate::xor_shift::XorShift;

/// Draws rows of each partition; the generator of partition `i` starts at `seed + i`.
#[derive(Debug)]
pub(crate) struct SampleExec {
    input: Arc<dyn ExecutionPlan>,
    pub(crate) draw: Draw,
    properties: Arc<PlanProperties>,
}

impl SampleExec {
    pub(crate) fn new(input: Arc<dyn ExecutionPlan>, draw: Draw) -> Self {
        let properties = Arc::new(PlanProperties::new(
            EquivalenceProperties::new(input.schema()),
            input.output_partitioning().clone(),
            EmissionType::Incremental,
            Boundedness::Bounded,
        ));
        Self { input, draw, properties }
    }

    /// All columns in their order, ascending; those that have no order are left out.
    fn order(&self) -> Option<OrderingRequirements> {
        let schema = self.input.schema();
        let sortable = schema.fields().iter().enumerate().filter(|(_, f)| has_order(f.data_type()));
        let keys = sortable.map(|(index, field)| {
            let column: Arc<dyn PhysicalExpr> = Arc::new(Column::new(field.name(), index));
            let options = SortOptions { descending: false, nulls_first: true };
            PhysicalSortExpr::new(column, options).into()
        });
        LexRequirement::new(keys).map(OrderingRequirements::new)
    }
}

/// Maps have no order.
fn has_order(data_type: &DataType) -> bool {
    match data_type {
        DataType::Map(..) | DataType::Null => false,
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            has_order(item.data_type())
        }
        DataType::Struct(fields) => fields.iter().all(|field| has_order(field.data_type())),
        _ => true,
    }
}

impl ExecutionPlan for SampleExec {
    fn name(&self) -> &str {
        "SampleExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        vec![if self.draw.sorted { self.order() } else { None }]
    }

    /// Partitions decide which rows are drawn: the planner must not make others of them.
    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let (Some(input), []) = (children.pop(), children.as_slice()) else {
            return internal_err!("a SampleExec has exactly one input");
        };
        Ok(Arc::new(Self::new(input, self.draw)))
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let input = self.input.execute(partition, context)?;
        let Draw { seed, lower, upper, .. } = self.draw;
        let mut numbers = XorShift::new(seed.wrapping_add(partition as i64));
        let drawn = input.map(move |batch| {
            let batch = batch?;
            let one = |_| (lower..upper).contains(&numbers.uniform());
            let rows: BooleanArray = (0..batch.num_rows()).map(one).map(Some).collect();
            Ok(filter_record_batch(&batch, &rows)?)
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), drawn)))
    }
}

impl DisplayAs for SampleExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Draw { seed, lower, upper, .. } = self.draw;
        write!(f, "SampleExec: [{lower}, {upper}), seed={seed}")
    }
}
