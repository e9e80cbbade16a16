// SPDX-License-Identifier: MIT OR Apache-2.0
//! `SchedulerOptions`: where a scheduler listens and for how long it remembers.

use firesteel_core::Options;

/// Where a scheduler listens and for how long it remembers.
#[derive(Clone, Debug, Options)]
pub struct SchedulerOptions {
    /// The address to listen at; whoever reaches it can run code on the cluster.
    #[option(default = "127.0.0.1")]
    pub(crate) bind_host: String,
    /// The port to listen at; 0 takes a free one.
    #[option(default = 50050, max = 65535)]
    pub(crate) port: usize,
    /// The name under which executors reach this machine; `bind_host` unless said.
    #[option(default = None)]
    pub(crate) external_host: Option<String>,
    /// After how many seconds without a heartbeat an executor is dropped, where its end was not noticed before.
    #[option(default = 60, min = 10)]
    pub(crate) executor_timeout: usize,
    /// For how many seconds a finished query's rows stay on the executors; a program that reads a large result
    /// more slowly than that loses the rest. What lies between stages is removed at the query's end.
    #[option(default = 600, min = 10)]
    pub(crate) keep_results: usize,
}
