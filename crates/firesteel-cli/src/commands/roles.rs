// SPDX-License-Identifier: MIT OR Apache-2.0
//! `firesteel scheduler` and `firesteel executor`: the roles of a cluster, for trusted networks only.

use clap::Args;
use firesteel::{JsonMap, Result, cluster, json};

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
    #[arg(long)]
    external_host: Option<String>,
}

impl Scheduler {
    pub(crate) fn run(self) -> Result<()> {
        let mut options = JsonMap::new();
        options.insert("bind_host".to_owned(), json!(self.bind_host));
        options.insert("port".to_owned(), json!(self.port));
        options.insert("external_host".to_owned(), json!(self.external_host));
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
    #[arg(long)]
    external_host: Option<String>,
    /// How many tasks run at a time; 0 for one a processor
    #[arg(long, default_value_t = 0)]
    vcores: usize,
    /// The folder for data on their way from task to task
    #[arg(long)]
    work_dir: Option<String>,
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
        let mut options = JsonMap::new();
        options.insert("scheduler_host".to_owned(), json!(host));
        options.insert("scheduler_port".to_owned(), json!(port));
        options.insert("bind_host".to_owned(), json!(self.bind_host));
        options.insert("external_host".to_owned(), json!(self.external_host));
        options.insert("vcores".to_owned(), json!(self.vcores));
        options.insert("work_dir".to_owned(), json!(self.work_dir));
        cluster::run_executor(&options, report)
    }
}

fn report(line: &str) {
    // a closed pipe is no reason to stop a role
    let _ = output::say(line);
}
