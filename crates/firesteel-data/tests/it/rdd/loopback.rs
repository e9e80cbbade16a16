// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Loopback`: an engine that treats plans as a cluster does, within one process.
//!
//! Every logical plan passes the logical codec. The physical plan is cut where rows are exchanged; below each cut,
//! every partition is a task of its own: its leaves are reduced to that partition, the plan passes the physical
//! codec, and what is decoded runs as partition 0. So a plan that depends on anything but its bytes, or on which
//! partitions run together, gives another answer than the embedded engine.

use std::any::Any;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::RecordBatch;
use datafusion::datasource::memory::{DataSourceExec, MemorySourceConfig};
use datafusion::error::{DataFusionError, Result as EngineResult};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::sorts::sort_preserving_merge::SortPreservingMergeExec;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::union::UnionExec;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, ExecutionPlan, ExecutionPlanProperties, ReplaceChildrenOptions,
    collect, collect_partitioned,
};
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion_proto::bytes::{
    logical_plan_from_bytes_with_extension_codec, logical_plan_to_bytes_with_extension_codec,
    physical_plan_from_bytes_with_extension_codec, physical_plan_to_bytes_with_extension_codec,
};
use datafusion_proto::logical_plan::DefaultLogicalExtensionCodec;
use datafusion_proto::physical_plan::DefaultPhysicalExtensionCodec;
use firesteel_core::Result;
use firesteel_data::rdd::{FiresteelLogicalCodec, FiresteelPhysicalCodec, FiresteelQueryPlanner};
use firesteel_data::{Engine, Runtime, Session, failure};
use futures::future::BoxFuture;
use futures::{FutureExt as _, stream};

/// A session on the loopback engine.
pub(crate) fn loopback(partitions: usize) -> Session {
    let config = SessionConfig::new().with_target_partitions(partitions);
    let state = SessionStateBuilder::new_with_default_features()
        .with_config(config)
        .with_query_planner(Arc::new(FiresteelQueryPlanner))
        .build();
    let engine = Loopback {
        context: SessionContext::new_with_state(state),
        logical: FiresteelLogicalCodec::new(Arc::new(DefaultLogicalExtensionCodec {})),
        physical: FiresteelPhysicalCodec::new(Arc::new(DefaultPhysicalExtensionCodec {})),
        partitions,
    };
    Session::from_engine(Arc::new(engine), Runtime::new(2).unwrap())
}

struct Loopback {
    context: SessionContext,
    logical: FiresteelLogicalCodec,
    physical: FiresteelPhysicalCodec,
    partitions: usize,
}

impl std::fmt::Debug for Loopback {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Loopback")
    }
}

#[async_trait]
impl Engine for Loopback {
    fn context(&self) -> &SessionContext {
        &self.context
    }

    fn parallelism(&self) -> usize {
        self.partitions
    }

    fn name(&self) -> &str {
        "loopback"
    }

    fn is_remote(&self) -> bool {
        true
    }

    async fn stream(&self, plan: LogicalPlan) -> Result<SendableRecordBatchStream> {
        self.run(plan).await.map_err(failure::of_run)
    }
}

impl Loopback {
    async fn run(&self, plan: LogicalPlan) -> EngineResult<SendableRecordBatchStream> {
        let state = self.context.state();
        // as a client does
        let plan = state.optimize(&plan)?;
        let bytes = logical_plan_to_bytes_with_extension_codec(&plan, &self.logical)?;
        // as a scheduler does
        let task = self.context.task_ctx();
        let plan = logical_plan_from_bytes_with_extension_codec(&bytes, &task, &self.logical)?;
        let plan = state.optimize(&plan)?;
        let plan = state.query_planner().create_physical_plan(&plan, &state).await?;
        let schema = plan.schema();
        let partitions = self.run_tasks(&self.cut(plan).await?).await?;
        let batches = partitions.into_iter().flatten().map(Ok::<_, DataFusionError>);
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, stream::iter(batches))))
    }

    /// The plan with everything below its exchanges computed.
    fn cut(
        &self,
        plan: Arc<dyn ExecutionPlan>,
    ) -> BoxFuture<'_, EngineResult<Arc<dyn ExecutionPlan>>> {
        async move {
            let mut children = Vec::new();
            for child in plan.children() {
                children.push(self.cut(Arc::clone(child)).await?);
            }
            if !is_exchange(&plan) {
                return with_children(&plan, children);
            }
            let input = self.run_tasks(&children[0]).await?;
            let input = MemorySourceConfig::try_new_exec(&input, children[0].schema(), None)?;
            let exchange = with_children(&plan, vec![input])?;
            let output = collect_partitioned(exchange, self.context.task_ctx()).await?;
            let rows: Arc<dyn ExecutionPlan> =
                MemorySourceConfig::try_new_exec(&output, plan.schema(), None)?;
            Ok(rows)
        }
        .boxed()
    }

    /// Each partition as a task that came in bytes.
    async fn run_tasks(
        &self,
        plan: &Arc<dyn ExecutionPlan>,
    ) -> EngineResult<Vec<Vec<RecordBatch>>> {
        let mut partitions = Vec::new();
        for partition in 0..plan.output_partitioning().partition_count() {
            let task = only_partition(plan, partition)?;
            let bytes = physical_plan_to_bytes_with_extension_codec(task, &self.physical)?;
            let context = self.context.task_ctx();
            let task =
                physical_plan_from_bytes_with_extension_codec(&bytes, &context, &self.physical)?;
            assert_eq!(task.output_partitioning().partition_count(), 1);
            partitions.push(collect(task, context).await?);
        }
        Ok(partitions)
    }
}

fn is_exchange(plan: &Arc<dyn ExecutionPlan>) -> bool {
    plan.is::<RepartitionExec>()
        || plan.is::<CoalescePartitionsExec>()
        || plan.is::<SortPreservingMergeExec>()
}

/// The plan with its leaves reduced to one partition.
fn only_partition(
    plan: &Arc<dyn ExecutionPlan>,
    partition: usize,
) -> EngineResult<Arc<dyn ExecutionPlan>> {
    if let Some(leaf) = plan.downcast_ref::<DataSourceExec>() {
        let source = leaf.data_source().as_ref() as &dyn Any;
        let source = source.downcast_ref::<MemorySourceConfig>().expect("a relation in memory");
        let rows = vec![source.partitions()[partition].clone()];
        let (schema, projection) = (source.original_schema(), source.projection().clone());
        return Ok(MemorySourceConfig::try_new_exec(&rows, schema, projection)?);
    }
    if plan.is::<UnionExec>() {
        let mut partition = partition;
        for child in plan.children() {
            let count = child.output_partitioning().partition_count();
            if partition < count {
                return only_partition(child, partition);
            }
            partition -= count;
        }
    }
    let children = plan.children();
    let children = children.into_iter().map(|child| only_partition(child, partition));
    with_children(plan, children.collect::<EngineResult<_>>()?)
}

fn with_children(
    plan: &Arc<dyn ExecutionPlan>,
    children: Vec<Arc<dyn ExecutionPlan>>,
) -> EngineResult<Arc<dyn ExecutionPlan>> {
    let options = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
    Arc::clone(plan).replace_children(children, options)
}
