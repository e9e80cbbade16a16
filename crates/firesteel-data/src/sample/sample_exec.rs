// SPDX-License-Identifier: MIT OR Apache-2.0
//! `SampleExec`: a sample in a physical plan.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{BooleanArray, RecordBatch};
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
use futures::{StreamExt as _, TryFutureExt as _};

use super::{Draw, partition_numbers};
use crate::random::{JavaBits as _, XorShift};

/// Draws rows of each partition; the generator of partition `i` starts at `seed + i`.
///
/// A second input has as many partitions, each with one row: the partition's number. On a cluster a task gets some
/// of the partitions and counts them from 0, but it gets the same ones of both inputs.
#[derive(Debug)]
pub(crate) struct SampleExec {
    input: Arc<dyn ExecutionPlan>,
    numbers: Arc<dyn ExecutionPlan>,
    pub(crate) draw: Draw,
    properties: Arc<PlanProperties>,
}

impl SampleExec {
    /// A sample of all partitions of this input.
    pub(crate) fn new(input: Arc<dyn ExecutionPlan>, draw: Draw) -> Result<Self> {
        let numbers = partition_numbers::table(count(&input))?;
        Ok(Self::of_inputs([input, numbers], draw))
    }

    /// A sample of partitions that have these numbers.
    fn of_inputs(inputs: [Arc<dyn ExecutionPlan>; 2], draw: Draw) -> Self {
        let [input, numbers] = inputs;
        let properties = Arc::new(PlanProperties::new(
            EquivalenceProperties::new(input.schema()),
            input.output_partitioning().clone(),
            EmissionType::Incremental,
            Boundedness::Bounded,
        ));
        Self { input, numbers, draw, properties }
    }

    /// A sample with these inputs again, or as they arrive from elsewhere.
    pub(crate) fn from_inputs(inputs: Vec<Arc<dyn ExecutionPlan>>, draw: Draw) -> Result<Self> {
        match <[_; 2]>::try_from(inputs) {
            // a rule of the planner has cut the input into other partitions
            Ok([input, numbers]) if count(&input) != count(&numbers) => Self::new(input, draw),
            Ok(inputs) => Ok(Self::of_inputs(inputs, draw)),
            Err(_) => internal_err!("a SampleExec has two inputs"),
        }
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

fn count(input: &Arc<dyn ExecutionPlan>) -> usize {
    input.output_partitioning().partition_count()
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
        vec![&self.input, &self.numbers]
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        vec![if self.draw.sorted { self.order() } else { None }, None]
    }

    /// Partitions decide which rows are drawn: the planner must not make others of them.
    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false, false]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true, false]
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
        Ok(Arc::new(Self::from_inputs(children, self.draw)?))
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let number =
            partition_numbers::read(self.numbers.execute(partition, Arc::clone(&context))?);
        let (input, draw) = (self.input.execute(partition, context)?, self.draw);
        let drawn = number.map_ok(move |number| {
            let mut numbers = XorShift::new(draw.seed.wrapping_add(number));
            input.map(move |batch| draw.rows(&batch?, &mut numbers))
        });
        let drawn = drawn.try_flatten_stream();
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), drawn)))
    }
}

impl Draw {
    /// The drawn rows of a batch.
    fn rows(self, batch: &RecordBatch, numbers: &mut XorShift) -> Result<RecordBatch> {
        let one = |_| (self.lower..self.upper).contains(&numbers.next_double());
        let drawn: BooleanArray = (0..batch.num_rows()).map(one).map(Some).collect();
        Ok(filter_record_batch(batch, &drawn)?)
    }
}

impl DisplayAs for SampleExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Draw { seed, lower, upper, .. } = self.draw;
        write!(f, "SampleExec: [{lower}, {upper}), seed={seed}")
    }
}
