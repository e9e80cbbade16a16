// SPDX-License-Identifier: MIT OR Apache-2.0
//! `OwnThreads`: Ballista's execution of tasks, on threads whose stacks are large enough.
//!
//! Ballista 55.0.0 runs tasks on threads with the stack that is usual for Rust. Plans nest more deeply than that
//! allows, and a thread without stack ends its whole process.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use ballista_core::JobId;
use ballista_core::serde::protobuf::{
    RuntimeStatsReport, ShuffleWritePartition, TaskColumnStats, WindowStateReport,
};
use ballista_executor::execution_engine::{
    DefaultExecutionEngine, ExecutionEngine, QueryStageExecutor,
};
use datafusion::common::internal_err;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::metrics::MetricsSet;
use datafusion::prelude::SessionConfig;
use firesteel_data::Runtime;
use tokio::task::JoinSet;

use super::connections::Connections;

/// Ballista's execution of tasks, on threads of our own.
pub(super) struct OwnThreads {
    inner: DefaultExecutionEngine,
    threads: Arc<Runtime>,
}

impl OwnThreads {
    /// Threads for so many tasks at a time.
    pub(super) fn new(vcores: usize) -> firesteel_core::Result<Self> {
        let inner = DefaultExecutionEngine::with_client_pool(Arc::new(Connections::default()));
        Ok(Self { inner, threads: Arc::new(Runtime::new(vcores)?) })
    }
}

impl ExecutionEngine for OwnThreads {
    fn create_query_stage_exec(
        &self,
        job_id: JobId,
        stage_id: usize,
        task_id: usize,
        global_output_partition_ids: Vec<usize>,
        plan: Arc<dyn ExecutionPlan>,
        work_dir: &str,
        config: &SessionConfig,
    ) -> Result<Arc<dyn QueryStageExecutor>> {
        let inner = self.inner.create_query_stage_exec(
            job_id,
            stage_id,
            task_id,
            global_output_partition_ids,
            plan,
            work_dir,
            config,
        )?;
        Ok(Arc::new(Stage { inner, threads: Arc::clone(&self.threads) }))
    }
}

/// A stage whose tasks run on these threads.
#[derive(Debug)]
struct Stage {
    inner: Arc<dyn QueryStageExecutor>,
    threads: Arc<Runtime>,
}

#[async_trait]
impl QueryStageExecutor for Stage {
    async fn execute_query_stage(
        &self,
        task_id: usize,
        context: Arc<TaskContext>,
    ) -> Result<Vec<ShuffleWritePartition>> {
        let own = |error: firesteel_core::Error| DataFusionError::External(Box::new(error));
        let threads = self.threads.handle().map_err(own)?;
        let inner = Arc::clone(&self.inner);
        // it ends with its owner: a task that is cancelled is dropped here
        let mut task = JoinSet::new();
        task.spawn_on(async move { inner.execute_query_stage(task_id, context).await }, threads);
        match task.join_next().await {
            Some(Ok(outcome)) => outcome,
            Some(Err(lost)) => Err(DataFusionError::ExecutionJoin(Box::new(lost))),
            None => internal_err!("a task ended without an outcome"),
        }
    }

    fn collect_plan_metrics(&self) -> Vec<MetricsSet> {
        self.inner.collect_plan_metrics()
    }

    fn collect_runtime_stats_reports(&self) -> Vec<RuntimeStatsReport> {
        self.inner.collect_runtime_stats_reports()
    }

    fn collect_window_state_reports(&self) -> Result<Vec<WindowStateReport>> {
        self.inner.collect_window_state_reports()
    }

    fn collect_column_stats(&self) -> Vec<TaskColumnStats> {
        self.inner.collect_column_stats()
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.inner, f)
    }
}
