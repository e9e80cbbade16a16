// SPDX-License-Identifier: MIT OR Apache-2.0
//! `BallistaEngine`: runs a session's plans on a cluster.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;
use firesteel_core::{Error, Result};
use firesteel_data::Engine;
use tokio::time::{Instant, timeout, timeout_at};

use crate::executors::Executors;
use crate::gather::{Gathered, Missing};
use crate::job::{Job, writes};
use crate::loss::Loss;
use crate::remote_scheduler::RemoteScheduler;
use crate::{ClusterOptions, failure, watch};

/// How long after a foreign cancellation its cause, a lost executor, may take to show.
const AFTERMATH: Duration = Duration::from_millis(700);

/// How long after the deadline a cluster that is slow to answer is still asked to end a job, or whether the result
/// that it gave is good.
const SLACK: Duration = Duration::from_secs(5);

/// Runs a session's plans on a cluster; made by [`connect`](crate::connect).
///
/// Every action ends within the session's deadline, or at most five seconds later where the cluster is slow to say
/// how a job ended: with the right rows, or with an error that names the scheduler or executor. Where rows are read
/// while they come, the time that their reader takes is not counted. A result is handed out only if all executors
/// that were there at its start were there when its job had ended; otherwise the query runs again, a bounded number
/// of times.
pub struct BallistaEngine {
    context: SessionContext,
    scheduler: RemoteScheduler,
    name: String,
    app_name: String,
    deadline: Duration,
    partitions: Option<usize>,
    options: ClusterOptions,
    vcores: AtomicUsize,
    jobs: AtomicUsize,
}

/// How a run ended, if the cluster itself did what it should.
enum Run {
    Finished(Gathered),
    Failed(Error),
    Lost(Loss),
}

impl BallistaEngine {
    pub(crate) fn new(
        context: SessionContext,
        scheduler: RemoteScheduler,
        session: &firesteel_data::RemoteOptions,
        options: ClusterOptions,
        vcores: usize,
    ) -> Self {
        Self {
            context,
            name: format!("df://{}", scheduler.address()),
            scheduler,
            app_name: session.app_name.clone(),
            deadline: session.deadline,
            partitions: session.partitions,
            options,
            vcores: AtomicUsize::new(vcores),
            jobs: AtomicUsize::new(0),
        }
    }

    /// Runs a plan until a run ends without a loss.
    async fn result(&self, plan: &LogicalPlan, deadline: Instant) -> Result<Gathered> {
        for run in 0.. {
            match Box::pin(self.run(plan, deadline)).await? {
                Run::Finished(rows) => return Ok(rows),
                // it reaches the session as the error of the rows, as that of a run in this process does
                Run::Failed(error) => return Ok(Gathered::from_error(error)),
                Run::Lost(loss)
                    if writes(plan).map_err(firesteel_data::failure::of_planning)? =>
                {
                    return Err(failure::lost_while_writing(&loss));
                }
                Run::Lost(loss) if run == self.options.reruns => {
                    return Err(failure::lost(&loss, run + 1));
                }
                Run::Lost(_) => {}
            }
        }
        Err(firesteel_core::err::internal("a query ran without end"))
    }

    /// Runs a plan once.
    async fn run(&self, plan: &LogicalPlan, deadline: Instant) -> Result<Run> {
        let grace = Duration::from_secs_f64(self.options.grace);
        let executors = self.in_time(deadline, self.scheduler.some_executors(grace)).await?;
        self.vcores.store(executors.vcores(), Ordering::Relaxed);
        let job = Job::new(self.job_name(), self.context.state(), self.parallelism(), plan);
        let job = self
            .in_time(deadline, async { job.await.map_err(firesteel_data::failure::of_planning) });
        let mut job = Box::pin(job).await?;
        let ended = tokio::select! {
            rows = job.rows() => Some(rows),
            lost = watch::first_lost(&self.scheduler, &executors) => {
                job.cancel(&self.scheduler, deadline + SLACK).await;
                return lost.map(|member| Run::Lost(Loss::Executor(member.address)));
            }
            () = tokio::time::sleep_until(deadline) => None,
        };
        match ended {
            Some(rows) => {
                let judged = Box::pin(self.judge(rows, &executors));
                self.in_time(deadline + SLACK, judged).await
            }
            None => {
                job.cancel(&self.scheduler, deadline + SLACK).await;
                Err(failure::deadline(self.scheduler.address(), self.deadline))
            }
        }
    }

    /// Decides what the end of a job is worth.
    async fn judge(
        &self,
        rows: Result<Gathered, DataFusionError>,
        executors: &Executors,
    ) -> Result<Run> {
        if let Some(member) = watch::lost_now(&self.scheduler, executors).await? {
            return Ok(Run::Lost(Loss::Executor(member.address)));
        }
        let error = match rows {
            Ok(rows) => return Ok(Run::Finished(rows)),
            Err(error) => error,
        };
        if let Some(loss) = Loss::told_by(&error) {
            return Ok(Run::Lost(loss));
        }
        if !error.to_string().ends_with("failed: Cancelled") {
            return Ok(Run::Failed(failure::of_job(self.scheduler.address(), error)));
        }
        let aftermath = timeout(AFTERMATH, watch::first_lost(&self.scheduler, executors));
        let Ok(lost) = aftermath.await else {
            return Err(failure::cancelled(self.scheduler.address()));
        };
        lost.map(|member| Run::Lost(Loss::Executor(member.address)))
    }

    async fn in_time<T>(
        &self,
        deadline: Instant,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let late = |_| failure::deadline(self.scheduler.address(), self.deadline);
        timeout_at(deadline, work).await.map_err(late)?
    }

    /// A name by which the scheduler's list of jobs tells ours from all others.
    fn job_name(&self) -> String {
        let (number, session) =
            (self.jobs.fetch_add(1, Ordering::Relaxed), self.context.session_id());
        format!("{} {session} {number}", self.app_name)
    }
}

#[async_trait]
impl Engine for BallistaEngine {
    fn context(&self) -> &SessionContext {
        &self.context
    }

    fn parallelism(&self) -> usize {
        self.partitions.unwrap_or_else(|| self.vcores.load(Ordering::Relaxed)).max(1)
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn is_remote(&self) -> bool {
        true
    }

    async fn stream(&self, plan: LogicalPlan) -> Result<SendableRecordBatchStream> {
        let deadline = Instant::now() + self.deadline;
        let rows = Box::pin(self.result(&plan, deadline)).await?;
        let (address, allowed) = (self.scheduler.address().to_owned(), self.deadline);
        let of_rest = move |missing| {
            DataFusionError::External(Box::new(match missing {
                Missing::Lost(error) => failure::lost_while_fetching(&address, error),
                Missing::Late => failure::late_while_fetching(&address, allowed),
            }))
        };
        let left = deadline.saturating_duration_since(Instant::now());
        Ok(rows.into_stream(Arc::clone(plan.schema().inner()), left, of_rest))
    }
}

impl fmt::Debug for BallistaEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BallistaEngine").field("name", &self.name).finish_non_exhaustive()
    }
}
