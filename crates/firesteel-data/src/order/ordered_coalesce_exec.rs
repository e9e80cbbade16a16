// SPDX-License-Identifier: MIT OR Apache-2.0
//! `OrderedCoalesceExec`: all partitions as one, in their order.

use std::fmt;
use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, internal_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::execution_plan::{
    CardinalityEffect, EvaluationType, SchedulingType,
};
use datafusion::physical_plan::filter_pushdown::{FilterDescription, FilterPushdownPhase};
use datafusion::physical_plan::limit::LimitStream;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::{RecordBatchReceiverStream, RecordBatchStreamAdapter};
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, Partitioning,
    PlanProperties,
};
use futures::StreamExt as _;

use crate::one_input;

/// Batches that a partition may be ahead of the reader.
const AHEAD: usize = 16;

/// The rows of all partitions, those of the first one first.
///
/// All partitions run at once. One whose turn has not come waits when it is [`AHEAD`] batches ahead; dropping the
/// rows ends them all. This operator holds no more than that. An exchange by key below it, though, cannot make its
/// input wait for one partition alone: it keeps the rows of those that wait, on disk where memory has a limit.
#[derive(Debug)]
pub(crate) struct OrderedCoalesceExec {
    input: Arc<dyn ExecutionPlan>,
    fetch: Option<usize>,
    metrics: ExecutionPlanMetricsSet,
    properties: Arc<PlanProperties>,
}

impl OrderedCoalesceExec {
    /// At most `fetch` rows of this input, or all.
    pub(crate) fn new(input: Arc<dyn ExecutionPlan>, fetch: Option<usize>) -> Self {
        let mut equivalences = input.equivalence_properties().clone();
        equivalences.clear_orderings();
        equivalences.clear_per_partition_constants();
        let properties = PlanProperties::new(
            equivalences,
            Partitioning::UnknownPartitioning(1),
            input.pipeline_behavior(),
            input.boundedness(),
        )
        .with_evaluation_type(EvaluationType::Eager)
        .with_scheduling_type(SchedulingType::Cooperative);
        let metrics = ExecutionPlanMetricsSet::new();
        Self { input, fetch, metrics, properties: Arc::new(properties) }
    }

    /// One partition, computed in the background.
    fn ahead(&self, partition: usize, context: &Arc<TaskContext>) -> SendableRecordBatchStream {
        let mut builder = RecordBatchReceiverStream::builder(self.schema(), AHEAD);
        let (sender, input, context) = (builder.tx(), Arc::clone(&self.input), Arc::clone(context));
        builder.spawn(async move {
            let mut rows = input.execute(partition, context)?;
            drop(input);
            while let Some(batch) = rows.next().await {
                let failed = batch.is_err();
                // no one listens any more when the query has been left
                if sender.send(batch).await.is_err() || failed {
                    break;
                }
            }
            Ok(())
        });
        builder.build()
    }
}

impl ExecutionPlan for OrderedCoalesceExec {
    fn name(&self) -> &str {
        "OrderedCoalesceExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
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
        let input = one_input::of_operator("an OrderedCoalesceExec", children)?;
        Ok(Arc::new(Self::new(input, self.fetch)))
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        if partition != 0 {
            return internal_err!("an OrderedCoalesceExec has one partition, not {partition}");
        }
        let rows: SendableRecordBatchStream =
            match self.input.output_partitioning().partition_count() {
                1 => self.input.execute(0, context)?,
                count => {
                    let partitions = (0..count).map(|index| self.ahead(index, &context));
                    let partitions: Vec<SendableRecordBatchStream> = partitions.collect();
                    let rows = futures::stream::iter(partitions).flatten();
                    Box::pin(RecordBatchStreamAdapter::new(self.schema(), rows))
                }
            };
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        Ok(Box::pin(LimitStream::new(rows, 0, self.fetch, metrics)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn fetch(&self) -> Option<usize> {
        self.fetch
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        if self.fetch.is_some() { CardinalityEffect::LowerEqual } else { CardinalityEffect::Equal }
    }

    fn gather_filters_for_pushdown(
        &self,
        _: FilterPushdownPhase,
        parent_filters: Vec<Arc<dyn PhysicalExpr>>,
        _: &ConfigOptions,
    ) -> Result<FilterDescription> {
        FilterDescription::from_children(parent_filters, &self.children())
    }
}

impl DisplayAs for OrderedCoalesceExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.fetch {
            Some(fetch) => write!(f, "OrderedCoalesceExec: fetch={fetch}"),
            None => f.write_str("OrderedCoalesceExec"),
        }
    }
}
