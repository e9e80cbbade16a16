// SPDX-License-Identifier: MIT OR Apache-2.0
//! `CancelOnLoss`: a cluster's state that ends all jobs before it forgets an executor.
//!
//! Whatever makes Ballista drop an executor, it first takes the executor out of this state and then posts the
//! event on which it rolls jobs back. The roll-back of a job with a finished stage is what Ballista 55.0.0 gets
//! wrong. Cancellations that are posted here stand in the same queue before that event, so when it is handled
//! there is no job left to roll back; the clients run their queries again.
#![expect(clippy::disallowed_types, reason = "the signatures of Ballista's trait")]

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use ballista_core::JobId;
use ballista_core::error::Result;
use ballista_core::serde::protobuf::ExecutorHeartbeat;
use ballista_core::serde::scheduler::{ExecutorData, ExecutorMetadata};
use ballista_scheduler::cluster::{BoundTask, ClusterState, ClusterStateEventStream, ExecutorSlot};
use ballista_scheduler::config::TaskDistributionPolicy;
use ballista_scheduler::state::task_manager::JobInfoCache;

use super::server::Server;

/// A cluster's state that ends all jobs before it forgets an executor; all else is left to the state inside.
pub(super) struct CancelOnLoss {
    inner: Arc<dyn ClusterState>,
    server: OnceLock<Server>,
}

impl CancelOnLoss {
    pub(super) fn new(inner: Arc<dyn ClusterState>) -> Self {
        Self { inner, server: OnceLock::new() }
    }

    /// Says whose jobs they are; the scheduler can only be made around this state.
    pub(super) fn set_server(&self, server: Server) {
        // called once, right after the scheduler was made
        let _ = self.server.set(server);
    }

    async fn cancel_jobs(&self) -> Result<()> {
        let Some(server) = self.server.get() else { return Ok(()) };
        for job in server.state.task_manager.get_running_job_cache().keys() {
            server.cancel_job(job.clone()).await?;
        }
        Ok(())
    }

    /// Who listens at one address after a restart is another executor; the old one is dead.
    async fn forget_predecessor(&self, metadata: &ExecutorMetadata) -> Result<()> {
        for old in self.inner.registered_executor_metadata().await {
            let same_place = (&old.host, old.port) == (&metadata.host, metadata.port);
            if same_place && old.id != metadata.id {
                self.remove_executor(&old.id).await?;
            }
        }
        Ok(())
    }
}

#[async_trait]
impl ClusterState for CancelOnLoss {
    async fn init(&self) -> Result<()> {
        self.inner.init().await
    }

    async fn bind_schedulable_tasks(
        &self,
        distribution: TaskDistributionPolicy,
        active_jobs: Arc<HashMap<JobId, JobInfoCache>>,
        executors: Option<HashSet<String>>,
    ) -> Result<Vec<BoundTask>> {
        self.inner.bind_schedulable_tasks(distribution, active_jobs, executors).await
    }

    async fn unbind_tasks(&self, executor_slots: Vec<ExecutorSlot>) -> Result<()> {
        self.inner.unbind_tasks(executor_slots).await
    }

    async fn register_executor(
        &self,
        metadata: ExecutorMetadata,
        spec: ExecutorData,
    ) -> Result<()> {
        self.forget_predecessor(&metadata).await?;
        self.inner.register_executor(metadata, spec).await
    }

    async fn save_executor_metadata(&self, metadata: ExecutorMetadata) -> Result<()> {
        self.inner.save_executor_metadata(metadata).await
    }

    async fn get_executor_metadata(&self, executor_id: &str) -> Result<ExecutorMetadata> {
        self.inner.get_executor_metadata(executor_id).await
    }

    async fn registered_executor_metadata(&self) -> Vec<ExecutorMetadata> {
        self.inner.registered_executor_metadata().await
    }

    async fn save_executor_heartbeat(&self, heartbeat: ExecutorHeartbeat) -> Result<()> {
        self.inner.save_executor_heartbeat(heartbeat).await
    }

    async fn remove_executor(&self, executor_id: &str) -> Result<()> {
        self.cancel_jobs().await?;
        self.inner.remove_executor(executor_id).await
    }

    fn executor_heartbeats(&self) -> HashMap<String, ExecutorHeartbeat> {
        self.inner.executor_heartbeats()
    }

    fn get_executor_heartbeat(&self, executor_id: &str) -> Option<ExecutorHeartbeat> {
        self.inner.get_executor_heartbeat(executor_id)
    }

    async fn cluster_state_events(&self) -> Result<ClusterStateEventStream> {
        self.inner.cluster_state_events().await
    }
}
