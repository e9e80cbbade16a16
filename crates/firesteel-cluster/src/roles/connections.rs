// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Connections`: those of an executor to others, kept for the next task that fetches rows there.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use ballista_core::client::BallistaClient;
use ballista_core::client_pool::{BallistaClientPool, PooledClient};
use ballista_core::error::Result;
use ballista_core::extension::BallistaConfigGrpcEndpoint;
use ballista_core::utils::GrpcClientConfig;

/// How long a connection is kept that nobody uses.
const IDLE: Duration = Duration::from_secs(30);

/// Where a connection goes, and how.
type Place = (String, u16, GrpcClientConfig);

/// Connections that nobody uses now; a task borrows one, or makes one if there is none to its place.
#[derive(Debug, Default)]
pub(super) struct Connections(Arc<Idle>);

#[derive(Default)]
struct Idle(Mutex<Vec<(Place, BallistaClient, Instant)>>);

impl Idle {
    fn all(&self) -> MutexGuard<'_, Vec<(Place, BallistaClient, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection to a place that was used last; those that are too old are closed.
    fn take(&self, place: &Place) -> Option<BallistaClient> {
        let mut all = self.all();
        all.retain(|(.., since)| since.elapsed() < IDLE);
        let at = all.iter().rposition(|(known, ..)| known == place)?;
        Some(all.remove(at).1)
    }

    fn put(&self, place: Place, client: BallistaClient) {
        self.all().push((place, client, Instant::now()));
    }
}

impl std::fmt::Debug for Idle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} connections", self.all().len())
    }
}

#[async_trait]
impl BallistaClientPool for Connections {
    async fn acquire(
        &self,
        host: &str,
        port: u16,
        config: &GrpcClientConfig,
        customize_endpoint: Option<Arc<BallistaConfigGrpcEndpoint>>,
    ) -> Result<PooledClient> {
        let place = (host.to_owned(), port, config.clone());
        let client = match self.0.take(&place) {
            Some(client) => client,
            None => connect(host, port, config, customize_endpoint).await?,
        };
        let idle = Arc::clone(&self.0);
        Ok(PooledClient::new(client, Box::new(move |client| idle.put(place, client))))
    }

    async fn evict_idle(&self) {
        self.0.all().retain(|(.., since)| since.elapsed() < IDLE);
    }
}

async fn connect(
    host: &str,
    port: u16,
    config: &GrpcClientConfig,
    customize_endpoint: Option<Arc<BallistaConfigGrpcEndpoint>>,
) -> Result<BallistaClient> {
    BallistaClient::try_new(
        host,
        port,
        config.max_message_size,
        config.use_tls,
        customize_endpoint,
        config.io_retries_times,
        config.io_retry_wait_time_ms,
        config.initial_connection_window_size,
        config.initial_stream_window_size,
    )
    .await
}
