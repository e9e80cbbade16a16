// SPDX-License-Identifier: MIT OR Apache-2.0
//! The scheduler's guard: drops executors at the moment they die, long before their heartbeats are missed.

use std::time::Duration;

use ballista_core::error::Result;
use ballista_core::serde::protobuf::ExecutorStoppedParams;
use ballista_core::serde::protobuf::scheduler_grpc_client::SchedulerGrpcClient;
use ballista_core::utils::{GrpcClientConfig, create_grpc_client_endpoint};
use firesteel_core::IndexMap;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::sleep;

use super::server::Server;
use crate::liveness;

/// How often the list of executors is looked at.
const PERIOD: Duration = Duration::from_millis(200);

/// Watches the executors of a scheduler, which this process reaches at `address`, for as long as it runs.
pub(super) async fn stand(server: &Server, address: &str) {
    let mut watches = JoinSet::new();
    let mut watched = IndexMap::<String, AbortHandle>::new();
    loop {
        renew(server, &mut watches, &mut watched).await;
        tokio::select! {
            Some(Ok(id)) = watches.join_next() => {
                watched.swap_remove(&id);
                // if it could not be told, the executor is watched again, and found gone again
                let _ = drop_executor(address, id).await;
            }
            () = sleep(PERIOD) => {}
        }
    }
}

/// Watches those who came and lets go of those who left.
async fn renew(
    server: &Server,
    watches: &mut JoinSet<String>,
    watched: &mut IndexMap<String, AbortHandle>,
) {
    let executors = server.state.executor_manager.get_executors_state().await.unwrap_or_default();
    watched.retain(|id, watch| {
        let stays = executors.iter().any(|(executor, ..)| executor.id == *id);
        if !stays {
            watch.abort();
        }
        stays
    });
    for (executor, ..) in executors {
        let place = format!("{}:{}", executor.host, executor.port);
        let id = executor.id.clone();
        watched.entry(executor.id).or_insert_with(|| {
            watches.spawn(async move {
                liveness::until_gone(&place).await;
                id
            })
        });
    }
}

/// Says what a dying executor would have said, so that Ballista drops it in its own way.
async fn drop_executor(scheduler: &str, id: String) -> Result<()> {
    let endpoint = create_grpc_client_endpoint(
        format!("http://{scheduler}"),
        Some(&GrpcClientConfig::default()),
    )?;
    let mut client = SchedulerGrpcClient::new(endpoint.connect().await?);
    let reason = "nobody listens at its address any more".to_owned();
    client.executor_stopped(ExecutorStoppedParams { executor_id: id, reason }).await?;
    Ok(())
}
