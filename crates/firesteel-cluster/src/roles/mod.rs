// SPDX-License-Identifier: MIT OR Apache-2.0
//! The roles that a process can have in a cluster.

mod cancel_on_loss;
mod connections;
mod executor;
mod executor_options;
mod guard;
mod in_order;
mod own_threads;
mod place;
mod process;
mod scheduler;
mod scheduler_options;
mod server;

pub use executor::{Executor, run_executor, start_executor};
pub use executor_options::ExecutorOptions;
pub use scheduler::{Scheduler, run_scheduler, start_scheduler};
pub use scheduler_options::SchedulerOptions;
