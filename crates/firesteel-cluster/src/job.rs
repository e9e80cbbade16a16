// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Job`: one run of a query on a cluster.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use ballista_core::execution_plans::DistributedQueryExec;
use datafusion::common::tree_node::TreeNode as _;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SessionState, TaskContext};
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use datafusion_proto::protobuf::LogicalPlanNode;
use tokio::time::{Instant, timeout, timeout_at};

use crate::gather::Gathered;
use crate::remote_scheduler::RemoteScheduler;

/// How long a cancelled job may take to end.
const END: Duration = Duration::from_secs(5);

/// The pause after which a job that still runs is cancelled again.
const AGAIN: Duration = Duration::from_millis(200);

/// One run of a query on a cluster; it starts when its rows are first asked for.
pub(crate) struct Job {
    name: String,
    plan: Arc<dyn ExecutionPlan>,
    rows: Pin<Box<dyn Future<Output = Result<Gathered>> + Send>>,
}

impl Job {
    /// Plans the query for as many partitions as there are vcores; the state must be a fresh copy.
    ///
    /// # Errors
    /// Whatever planning meets.
    pub(crate) async fn new(
        name: String,
        mut state: SessionState,
        partitions: usize,
        plan: &LogicalPlan,
    ) -> Result<Self> {
        let options = state.config_mut().options_mut();
        options.set("ballista.job.name", &name)?;
        // re-planning between stages serves queries; the operators of RDDs are made for the plan as it is
        let adaptive = !has_own_nodes(plan)?;
        options.set("ballista.planner.adaptive.enabled", &adaptive.to_string())?;
        options.execution.target_partitions = partitions;
        let plan = state.create_physical_plan(plan).await?;
        let rows = execute_stream(Arc::clone(&plan), Arc::new(TaskContext::from(&state)))?;
        Ok(Self { name, plan, rows: Box::pin(Gathered::from_stream(rows)) })
    }

    /// The rows, once the job has succeeded. May be asked again when the answer was not waited for.
    ///
    /// # Errors
    /// Whatever the job met.
    pub(crate) async fn rows(&mut self) -> Result<Gathered> {
        (&mut self.rows).await
    }

    /// Ends the job and waits for its end, so that it holds no executor any more; gives up at `latest`.
    pub(crate) async fn cancel(self, scheduler: &RemoteScheduler, latest: Instant) {
        let Self { name, plan, mut rows } = self;
        let end = async {
            loop {
                // a job that is still being planned cannot be cancelled yet: hence again and again
                ask_for_end(&name, &plan, scheduler).await;
                if timeout(AGAIN, &mut rows).await.is_ok() {
                    return;
                }
            }
        };
        // if it does not end, the scheduler is gone or the job is stuck; the caller cannot do more
        let _ = timeout_at(latest.min(Instant::now() + END), end).await;
    }
}

async fn ask_for_end(name: &str, plan: &Arc<dyn ExecutionPlan>, scheduler: &RemoteScheduler) {
    let sent = plan.downcast_ref::<DistributedQueryExec<LogicalPlanNode>>();
    let id = match sent.and_then(DistributedQueryExec::job_id) {
        Some(id) => Some(id.to_string()),
        None => scheduler.job_named(name).await.ok().flatten(),
    };
    if let Some(id) = id {
        // if it did not arrive, the caller asks again
        let _ = scheduler.cancel(&id).await;
    }
}

/// Whether a plan has nodes that DataFusion does not know.
fn has_own_nodes(plan: &LogicalPlan) -> Result<bool, DataFusionError> {
    plan.exists(|node| Ok(matches!(node, LogicalPlan::Extension(_))))
}

/// Whether running a plan twice would leave files twice.
pub(crate) fn writes(plan: &LogicalPlan) -> Result<bool, DataFusionError> {
    plan.exists(|node| Ok(matches!(node, LogicalPlan::Copy(_) | LogicalPlan::Dml(_))))
}
