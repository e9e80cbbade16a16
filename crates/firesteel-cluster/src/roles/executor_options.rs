// SPDX-License-Identifier: MIT OR Apache-2.0
//! `ExecutorOptions`: whom an executor works for, and with what.

use firesteel_core::Options;

/// Whom an executor works for, and with what.
#[derive(Clone, Debug, Options)]
pub struct ExecutorOptions {
    /// The scheduler's host.
    #[option(default = "127.0.0.1")]
    pub(crate) scheduler_host: String,
    /// The scheduler's port.
    #[option(default = 50050, min = 1, max = 65535)]
    pub(crate) scheduler_port: usize,
    /// The address to listen at; whoever reaches it can run code and read results.
    #[option(default = "127.0.0.1")]
    pub(crate) bind_host: String,
    /// The name under which clients and other executors reach this machine; `bind_host` unless said.
    #[option(default = None)]
    pub(crate) external_host: Option<String>,
    /// The port from which rows are fetched; 0 takes a free one.
    #[option(default = 0, max = 65535)]
    pub(crate) port: usize,
    /// The port at which tasks arrive; 0 takes a free one.
    #[option(default = 0, max = 65535)]
    pub(crate) grpc_port: usize,
    /// How many tasks run at a time; 0 takes the number of processors.
    #[option(default = 0)]
    pub(crate) vcores: usize,
    /// The folder for rows between stages; a temporary one unless said.
    #[option(default = None)]
    pub(crate) work_dir: Option<String>,
    /// The seconds between two heartbeats.
    #[option(default = 5, min = 1, max = 30)]
    pub(crate) heartbeat: usize,
    /// How many seconds the executor waits for a scheduler that is not there yet.
    #[option(default = 10, min = 1, max = 3600)]
    pub(crate) connect_timeout: usize,
}
