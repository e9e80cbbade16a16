// SPDX-License-Identifier: MIT OR Apache-2.0
//! `connect`: from the settings of a session to an engine on a cluster.

use std::sync::Arc;
use std::time::Duration;

use ballista_core::extension::SessionStateExt as _;
use datafusion::prelude::SessionContext;
use firesteel_core::{Options, Result};
use firesteel_data::{Engine, RemoteOptions, Runtime, failure as data_failure, session_state};
use tokio::time::timeout;

use crate::remote_scheduler::RemoteScheduler;
use crate::{BallistaEngine, failure, session};

/// How a session deals with a cluster whose executors come and go.
#[derive(Clone, Debug, Options)]
pub struct ClusterOptions {
    /// How many seconds an action waits for an executor when there is none.
    #[option(default = 10.0, min = 0, max = 31_622_400)]
    pub(crate) grace: f64,
    /// How often a query is run again after the loss of an executor.
    #[option(default = 2)]
    pub(crate) reruns: usize,
}

/// Connects a session to the cluster at `options.url`, which must have a scheduler; executors may come later.
///
/// It is what [`SessionBuilder::build_with`](firesteel_data::SessionBuilder::build_with) wants:
///
/// ```no_run
/// use firesteel_data::Session;
///
/// let session = Session::builder().remote("df://localhost:50050").build_with(firesteel_cluster::connect)?;
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Errors
/// `InvalidArgument` for an address that is not `df://host:port`, `Remote` when no scheduler answers there.
pub fn connect(options: &RemoteOptions, runtime: &Runtime) -> Result<Arc<dyn Engine>> {
    connect_with(options, runtime, &ClusterOptions::new())
}

/// As [`connect`], with other [`ClusterOptions`].
///
/// # Errors
/// As [`connect`].
pub fn connect_with(
    options: &RemoteOptions,
    runtime: &Runtime,
    cluster: &ClusterOptions,
) -> Result<Arc<dyn Engine>> {
    cluster.validate()?;
    let scheduler = RemoteScheduler::from_url(&options.url)?;
    let vcores = runtime.wait(first_look(scheduler.clone(), options.deadline))?;
    let context = context(options, &scheduler)?;
    Ok(Arc::new(BallistaEngine::new(context, scheduler, options, cluster.clone(), vcores)))
}

async fn first_look(scheduler: RemoteScheduler, deadline: Duration) -> Result<usize> {
    let late = |_| failure::no_scheduler(scheduler.address(), "no answer within the deadline");
    let executors = timeout(deadline, scheduler.executors()).await.map_err(late)??;
    Ok(executors.vcores())
}

fn context(options: &RemoteOptions, scheduler: &RemoteScheduler) -> Result<SessionContext> {
    let state = session_state(session::on_cluster(options.config.clone()))
        .build()
        .upgrade_for_ballista(format!("http://{}", scheduler.address()))
        .map_err(data_failure::of_planning)?;
    Ok(SessionContext::new_with_state(state))
}
