// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Scheduler`: the process that plans queries and hands out their tasks.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::mpsc::SyncSender;

use ballista_scheduler::scheduler_process::start_grpc_service_with_listener;
use firesteel_core::{Options as _, Result};

use super::process::{Process, asked_to_end};
use super::{SchedulerOptions, guard, place, server};
use crate::failure;

/// A scheduler that runs in this process; dropping it ends it.
#[derive(Debug)]
pub struct Scheduler {
    process: Process,
    address: String,
}

impl Scheduler {
    /// Where it listens, as `host:port`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Waits until the process is asked to end, by Ctrl-C or a supervisor.
    ///
    /// # Errors
    /// `Remote` when the scheduler ended by itself.
    pub fn wait(self) -> Result<()> {
        self.process.wait()
    }
}

/// Starts a scheduler and returns when it listens.
///
/// # Errors
/// `InvalidArgument` for an option out of range, `Io` when the address cannot be had.
pub fn start_scheduler(options: &SchedulerOptions) -> Result<Scheduler> {
    options.validate()?;
    let options = options.clone();
    let (process, address) = Process::start(|ready| serve(options, ready))?;
    Ok(Scheduler { process, address })
}

/// Runs a scheduler until the process is asked to end. `report` is given one line when it listens.
///
/// # Errors
/// As [`start_scheduler`] and [`Scheduler::wait`].
pub fn run_scheduler(options: &SchedulerOptions, report: impl FnOnce(&str)) -> Result<()> {
    let scheduler = start_scheduler(options)?;
    report(&format!("scheduler listening on {}", scheduler.address()));
    scheduler.wait()
}

async fn serve(options: SchedulerOptions, ready: SyncSender<String>) -> Result<()> {
    let address = place::address(&options.bind_host, place::port(options.port)).await?;
    let external = options.external_host.as_deref();
    let host = place::external_host("SchedulerOptions", external, address.ip())?;
    let listener = place::listen(address)?;
    let address = listener.local_addr().unwrap_or(address);
    let (port, from_here) = (address.port(), from_here(address));
    let place = format!("{host}:{port}");
    let of_role = |error| failure::of_role("scheduler", &place, error);
    let server = server::create(&options, host, port).await.map_err(of_role)?;
    let service = start_grpc_service_with_listener(listener, server.clone());
    // the starter waits for it, unless it is gone
    let _ = ready.send(place.clone());
    tokio::select! {
        ended = service => ended.map_err(of_role),
        () = guard::stand(&server, &from_here) => Ok(()),
        () = asked_to_end() => Ok(()),
    }
}

/// The address under which this process reaches its own listener.
fn from_here(address: SocketAddr) -> String {
    match address {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => {
            format!("{}:{}", Ipv4Addr::LOCALHOST, v4.port())
        }
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => format!("[::1]:{}", v6.port()),
        other => other.to_string(),
    }
}
