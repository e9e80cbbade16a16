// SPDX-License-Identifier: MIT OR Apache-2.0
//! `InOrder`: a scheduler's jobs whose results are fetched in the order of partitions.
//!
//! Ballista lists the partitions of a result in the order in which their tasks ended, or of a hash map, and clients
//! fetch them as they are listed. Here the list is sorted before a client sees it, so that rows come as they do
//! from one process.
#![expect(clippy::disallowed_types, reason = "the signatures of Ballista's trait")]

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use ballista_core::error::Result;
use ballista_core::serde::protobuf::job_status::Status;
use ballista_core::serde::protobuf::{JobStatus, PartitionLocation};
use ballista_core::{JobId, JobStatusSubscriber};
use ballista_scheduler::cluster::{JobState, JobStateEventStream};
use ballista_scheduler::state::execution_graph::ExecutionGraphBox;
use datafusion::prelude::{SessionConfig, SessionContext};
use firesteel_core::IndexMap;

/// A scheduler's jobs whose results are fetched in the order of partitions; all else is left to the state inside.
pub(super) struct InOrder {
    inner: Arc<dyn JobState>,
    /// Who waits for the end of a job; the state inside would tell them the list as it is.
    waiting: Mutex<IndexMap<JobId, JobStatusSubscriber>>,
}

impl InOrder {
    pub(super) fn new(inner: Arc<dyn JobState>) -> Self {
        Self { inner, waiting: Mutex::default() }
    }

    fn waiting(&self) -> MutexGuard<'_, IndexMap<JobId, JobStatusSubscriber>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the client how its job is; a client that has gone is not told.
    fn tell(&self, job: &JobId, status: &JobStatus) {
        let ended = matches!(status.status, Some(Status::Successful(_) | Status::Failed(_)));
        let mut waiting = self.waiting();
        if let Some(client) = waiting.get(job) {
            let _ = client.try_send(in_order(status.clone()));
        }
        if ended {
            waiting.swap_remove(job);
        }
    }
}

/// The status with the partitions of its result in their order.
fn in_order(mut status: JobStatus) -> JobStatus {
    if let Some(Status::Successful(success)) = &mut status.status {
        success.partition_location.sort_by_key(place);
    }
    status
}

/// Where a part of a result stands among all parts.
fn place(part: &PartitionLocation) -> (u32, u32, u64) {
    let partition = part.partition_id.as_ref().map_or(0, |id| id.partition_id);
    (partition, part.map_partition_id, part.file_id.unwrap_or_default())
}

#[async_trait]
impl JobState for InOrder {
    fn accept_job(&self, job_id: &JobId, job_name: &str, queued_at: u64) -> Result<()> {
        self.inner.accept_job(job_id, job_name, queued_at)
    }

    fn pending_job_number(&self) -> usize {
        self.inner.pending_job_number()
    }

    async fn submit_job(
        &self,
        job_id: JobId,
        graph: &ExecutionGraphBox,
        subscriber: Option<JobStatusSubscriber>,
    ) -> Result<()> {
        if let Some(client) = subscriber {
            self.waiting().insert(job_id.clone(), client);
        }
        self.inner.submit_job(job_id, graph, None).await
    }

    async fn get_jobs(&self) -> Result<HashSet<JobId>> {
        self.inner.get_jobs().await
    }

    async fn get_all_jobs(&self) -> Result<HashSet<JobId>> {
        self.inner.get_all_jobs().await
    }

    async fn get_job_status(&self, job_id: &JobId) -> Result<Option<JobStatus>> {
        Ok(self.inner.get_job_status(job_id).await?.map(in_order))
    }

    async fn get_execution_graph(&self, job_id: &JobId) -> Result<Option<ExecutionGraphBox>> {
        self.inner.get_execution_graph(job_id).await
    }

    async fn save_job(&self, job_id: &JobId, graph: &ExecutionGraphBox) -> Result<()> {
        self.inner.save_job(job_id, graph).await?;
        self.tell(job_id, graph.status());
        Ok(())
    }

    async fn fail_unscheduled_job(&self, job_id: &JobId, reason: String) -> Result<()> {
        self.inner.fail_unscheduled_job(job_id, reason).await
    }

    async fn remove_job(&self, job_id: &JobId) -> Result<()> {
        self.waiting().swap_remove(job_id);
        self.inner.remove_job(job_id).await
    }

    async fn try_acquire_job(&self, job_id: &JobId) -> Result<Option<ExecutionGraphBox>> {
        self.inner.try_acquire_job(job_id).await
    }

    async fn job_state_events(&self) -> Result<JobStateEventStream> {
        self.inner.job_state_events().await
    }

    async fn create_or_update_session(
        &self,
        session_id: &str,
        config: &SessionConfig,
    ) -> Result<Arc<SessionContext>> {
        self.inner.create_or_update_session(session_id, config).await
    }

    async fn remove_session(&self, session_id: &str) -> Result<()> {
        self.inner.remove_session(session_id).await
    }

    fn produce_config(&self) -> SessionConfig {
        self.inner.produce_config()
    }
}

#[cfg(test)]
mod tests {
    use ballista_core::serde::protobuf::{PartitionId, SuccessfulJob};

    use super::*;

    #[test]
    fn parts_are_sorted_by_partition_and_the_task_that_wrote_them() {
        let part = |(partition, task)| PartitionLocation {
            map_partition_id: task,
            partition_id: Some(PartitionId { partition_id: partition, ..PartitionId::default() }),
            ..PartitionLocation::default()
        };
        let parts = [(2, 0), (10, 1), (0, 1), (0, 0)].map(part).to_vec();
        let success = SuccessfulJob { partition_location: parts, ..SuccessfulJob::default() };
        let status =
            JobStatus { status: Some(Status::Successful(success)), ..JobStatus::default() };
        let Some(Status::Successful(sorted)) = in_order(status).status else { unreachable!() };
        let places: Vec<_> = sorted.partition_location.iter().map(place).collect();
        assert_eq!(places, [(0, 0, 0), (0, 1, 0), (2, 0, 0), (10, 1, 0)]);
    }
}
