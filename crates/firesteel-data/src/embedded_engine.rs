// SPDX-License-Identifier: MIT OR Apache-2.0
//! `EmbeddedEngine`: DataFusion in this process.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::{
    ExecutionPlan, ExecutionPlanProperties as _, execute_stream, execute_stream_partitioned,
};
use datafusion::prelude::{SessionConfig, SessionContext};
use firesteel_core::Result;

use crate::order::{self, OrderedCoalesceExec};
use crate::{Engine, failure, session_state, sources};

/// Runs plans on DataFusion inside this process; results stream.
pub struct EmbeddedEngine {
    context: SessionContext,
}

impl EmbeddedEngine {
    /// An engine with this configuration and, if given, a bound on memory in bytes.
    ///
    /// # Errors
    /// `Engine` when the runtime environment cannot be made.
    pub fn new(config: SessionConfig, memory_limit: Option<usize>) -> Result<Self> {
        let environment = environment(memory_limit)?;
        let state = session_state(config)
            .with_runtime_env(environment)
            .with_physical_optimizer_rules(order::rules())
            .build();
        Ok(Self { context: SessionContext::new_with_state(state) })
    }

    async fn physical(&self, plan: LogicalPlan) -> Result<Arc<dyn ExecutionPlan>> {
        let planned = self.context.state().create_physical_plan(&plan).await;
        planned.map_err(|error| sources::explain_planning(&plan, error))
    }
}

fn environment(memory_limit: Option<usize>) -> Result<Arc<RuntimeEnv>> {
    let builder = RuntimeEnvBuilder::new();
    let builder = match memory_limit {
        Some(bytes) => builder.with_memory_limit(bytes, 1.0),
        None => builder,
    };
    builder.build_arc().map_err(failure::of_planning)
}

#[async_trait]
impl Engine for EmbeddedEngine {
    fn context(&self) -> &SessionContext {
        &self.context
    }

    fn parallelism(&self) -> usize {
        self.context.state_ref().read().config().target_partitions()
    }

    fn name(&self) -> &str {
        "embedded"
    }

    fn is_remote(&self) -> bool {
        false
    }

    async fn stream(&self, plan: LogicalPlan) -> Result<SendableRecordBatchStream> {
        let physical = self.physical(plan).await?;
        let physical = match physical.output_partitioning().partition_count() {
            1 => physical,
            _ => Arc::new(OrderedCoalesceExec::new(physical, None)),
        };
        execute_stream(physical, self.context.task_ctx()).map_err(failure::of_run)
    }

    async fn partitions(&self, plan: LogicalPlan) -> Result<Vec<SendableRecordBatchStream>> {
        let physical = self.physical(plan).await?;
        execute_stream_partitioned(physical, self.context.task_ctx()).map_err(failure::of_run)
    }
}

impl fmt::Debug for EmbeddedEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmbeddedEngine").field("parallelism", &self.parallelism()).finish()
    }
}
