// SPDX-License-Identifier: MIT OR Apache-2.0
//! `firesteel scheduler` and `firesteel executor`: the roles of a cluster, for trusted networks only.

use clap::Args;
use firesteel::{Json, JsonMap, Result, cluster, json};

use crate::output;

#[derive(Debug, Args)]
pub(crate) struct Scheduler {
    /// The address to listen at; whoever reaches it can run code on the cluster
    #[arg(long, default_value = "127.0.0.1")]
    bind_host: String,
    /// The port to listen at; 0 takes a free one
    #[arg(long, default_value_t = 50050)]
    port: u16,
    /// The name under which executors reach this machine
    #[arg(long, value_name = "HOST")]
    external_host: Option<String>,
    /// After how many seconds without a heartbeat an executor is dropped, where its end was not noticed before
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    executor_timeout: usize,
    /// For how many seconds a finished query's rows stay on the executors
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    keep_results: usize,
}

impl Scheduler {
    pub(crate) fn run(self) -> Result<()> {
        let options = options([
            ("bind_host", json!(self.bind_host)),
            ("port", json!(self.port)),
            ("external_host", json!(self.external_host)),
            ("executor_timeout", json!(self.executor_timeout)),
            ("keep_results", json!(self.keep_results)),
        ]);
        cluster::run_scheduler(&options, report)
    }
}

#[derive(Debug, Args)]
pub(crate) struct Executor {
    /// The scheduler, as host or host:port
    #[arg(long, default_value = "127.0.0.1:50050")]
    scheduler: String,
    /// The address to listen at
    #[arg(long, default_value = "127.0.0.1")]
    bind_host: String,
    /// The name under which others reach this machine
    #[arg(long, value_name = "HOST")]
    external_host: Option<String>,
    /// The port from which rows are fetched; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The port at which tasks arrive; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    grpc_port: u16,
    /// How many tasks run at a time; 0 for one a processor
    #[arg(long, default_value_t = 0)]
    vcores: usize,
    /// The folder for data on their way from task to task; a temporary one unless said
    #[arg(long, value_name = "FOLDER")]
    work_dir: Option<String>,
    /// The seconds between two heartbeats
    #[arg(long, value_name = "SECONDS", default_value_t = 5)]
    heartbeat: usize,
    /// How many seconds to wait for a scheduler that is not there yet
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    connect_timeout: usize,
}

impl Executor {
    pub(crate) fn run(self) -> Result<()> {
        let (host, port) = match self.scheduler.rsplit_once(':') {
            Some((host, port)) => (
                host.to_owned(),
                port.parse::<u16>().map_err(|_| {
                    firesteel::err::invalid_argument("executor", "--scheduler")
                        .expected("host:port")
                        .got(format!("`{}`", self.scheduler))
                })?,
            ),
            None => (self.scheduler.clone(), 50050),
        };
        let options = options([
            ("scheduler_host", json!(host)),
            ("scheduler_port", json!(port)),
            ("bind_host", json!(self.bind_host)),
            ("external_host", json!(self.external_host)),
            ("port", json!(self.port)),
            ("grpc_port", json!(self.grpc_port)),
            ("vcores", json!(self.vcores)),
            ("work_dir", json!(self.work_dir)),
            ("heartbeat", json!(self.heartbeat)),
            ("connect_timeout", json!(self.connect_timeout)),
        ]);
        cluster::run_executor(&options, report)
    }
}

/// Options as the roles take them, by name.
fn options<const N: usize>(options: [(&str, Json); N]) -> JsonMap<String, Json> {
    options.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn report(line: &str) {
    // a closed pipe is no reason to stop a role
    let _ = output::say(line);
}
