// SPDX-License-Identifier: MIT OR Apache-2.0
//! firesteel on a cluster: Ballista's scheduler and executor with our session, codecs and functions.
//!
//! Three parties: a scheduler ([`run_scheduler`]), executors ([`run_executor`]), and programs whose session was
//! built with `remote("df://host:port")`, for which [`connect`] makes a [`BallistaEngine`].
//!
//! # When an executor dies
//! Ballista 55.0.0 alone may hang, or count rows twice, when an executor is lost after a stage has ended. So
//! nobody here lets it repair a running job. The scheduler of this crate holds a connection to each executor;
//! when one is gone it cancels what runs before it forgets the executor. The engine watches the same executors,
//! rejects every result whose executors did not all live to its end, and runs the query again on those left. Rows
//! between two stages that are gone from a living executor end the job as well, and it is run again. All of it
//! happens within the session's deadline, and a few seconds more where a cluster is silent.
//!
//! # Trusted networks only
//! Nothing here authenticates or encrypts; see this crate's README.
#![warn(missing_docs)]

mod connect;
mod engine;
mod executors;
mod failure;
mod gather;
mod http;
mod job;
mod liveness;
mod loss;
mod remote_scheduler;
mod roles;
mod session;
mod watch;

pub use connect::{ClusterOptions, connect, connect_with};
pub use engine::BallistaEngine;
pub use roles::{
    Executor, ExecutorOptions, Scheduler, SchedulerOptions, run_executor, run_scheduler,
    start_executor, start_scheduler,
};
