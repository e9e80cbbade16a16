// SPDX-License-Identifier: MIT OR Apache-2.0
//! The roles of a cluster: scheduler and executor. Without the cargo feature `cluster` they say so.

use firesteel_core::{Json, JsonMap, Result};

/// Runs a scheduler until the process is asked to end; `report` is given one line when it listens.
///
/// Options are those of `firesteel_cluster::SchedulerOptions`, by name, such as `{"port": 50050}`.
///
/// # Errors
/// `Unsupported` without the cargo feature `cluster`; `UnknownName` and `InvalidArgument` for bad options;
/// whatever the scheduler meets.
pub fn run_scheduler(options: &JsonMap<String, Json>, report: impl FnOnce(&str)) -> Result<()> {
    #[cfg(feature = "cluster")]
    {
        let options = firesteel_cluster::SchedulerOptions::from_config(options)?;
        firesteel_cluster::run_scheduler(&options, report)
    }
    #[cfg(not(feature = "cluster"))]
    {
        let _ = (options, report);
        Err(not_built_in("scheduler"))
    }
}

/// Runs an executor until the process is asked to end; `report` is given one line when it is registered.
///
/// Options are those of `firesteel_cluster::ExecutorOptions`, by name, such as `{"scheduler_port": 50050}`.
///
/// # Errors
/// As [`run_scheduler`].
pub fn run_executor(options: &JsonMap<String, Json>, report: impl FnOnce(&str)) -> Result<()> {
    #[cfg(feature = "cluster")]
    {
        let options = firesteel_cluster::ExecutorOptions::from_config(options)?;
        firesteel_cluster::run_executor(&options, report)
    }
    #[cfg(not(feature = "cluster"))]
    {
        let _ = (options, report);
        Err(not_built_in("executor"))
    }
}

/// What a build without the feature answers.
#[cfg(not(feature = "cluster"))]
fn not_built_in(role: &str) -> firesteel_core::Error {
    firesteel_core::err::unsupported(format!("the role `{role}` is not part of this build"))
        .fix("build with the cargo feature `cluster`: cargo build --release --features cluster")
}
