// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Executor`: the process that runs tasks.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use ballista_core::ids::new_instance_id;
use ballista_core::registry::BallistaFunctionRegistry;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use ballista_executor::health::ExecutorHealth;
use firesteel_core::{Options as _, Result, err};
use firesteel_data::failure as data_failure;
use tempfile::TempDir;
use tokio::time::sleep;

use super::own_threads::OwnThreads;
use super::process::{Process, asked_to_end};
use super::{ExecutorOptions, place};
use crate::{failure, session};

/// The pause between two looks whether the scheduler has taken the executor in.
const PAUSE: Duration = Duration::from_millis(20);

/// An executor that runs in this process; dropping it ends it.
#[derive(Debug)]
pub struct Executor {
    process: Process,
    registered: Registered,
}

#[derive(Debug)]
struct Registered {
    id: String,
    scheduler: String,
    vcores: usize,
}

impl Executor {
    /// Its id at the scheduler.
    pub fn id(&self) -> &str {
        &self.registered.id
    }

    /// The scheduler that took it in, as `host:port`.
    pub fn scheduler(&self) -> &str {
        &self.registered.scheduler
    }

    /// How many tasks it runs at a time.
    pub fn vcores(&self) -> usize {
        self.registered.vcores
    }

    /// Waits until the process is asked to end, by Ctrl-C or a supervisor; running tasks are ended first.
    ///
    /// # Errors
    /// `Remote` when the executor ended by itself, or because the scheduler gave it up.
    pub fn wait(self) -> Result<()> {
        self.process.wait()
    }
}

/// Starts an executor and returns when the scheduler has taken it in.
///
/// # Errors
/// `InvalidArgument` for an option out of range, `Io` when an address or the folder cannot be had, `Remote` when
/// there is no scheduler.
pub fn start_executor(options: &ExecutorOptions) -> Result<Executor> {
    options.validate()?;
    if options.port == options.grpc_port && options.port != 0 {
        let error = err::invalid_argument("ExecutorOptions", "grpc_port");
        return Err(error.expected("another than `port`, or 0").got(options.grpc_port));
    }
    let options = options.clone();
    let (process, registered) = Process::start(|ready| serve(options, ready))?;
    Ok(Executor { process, registered })
}

/// Runs an executor until the process is asked to end. `report` is given one line when it is registered.
///
/// # Errors
/// As [`start_executor`] and [`Executor::wait`].
pub fn run_executor(options: &ExecutorOptions, report: impl FnOnce(&str)) -> Result<()> {
    let executor = start_executor(options)?;
    let Registered { id, scheduler, vcores } = &executor.registered;
    report(&format!("executor {id} registered with {scheduler}, {vcores} vcores"));
    executor.wait()
}

async fn serve(options: ExecutorOptions, ready: SyncSender<Registered>) -> Result<()> {
    let scheduler = format!("{}:{}", options.scheduler_host, options.scheduler_port);
    place::reachable(&scheduler, Duration::from_secs(options.connect_timeout as u64)).await?;
    let folder = Folder::of(options.work_dir.as_deref())?;
    let config = config(&options, folder.path()?).await?;
    let registered = Registered {
        id: config.executor_id.clone(),
        scheduler: scheduler.clone(),
        vcores: config.vcores,
    };
    let health = config.health.clone();
    let asked = AtomicBool::new(false);
    let announce = async {
        announce(&health, registered, ready).await;
        asked_to_end().await;
        asked.store(true, Ordering::Relaxed);
        // Ballista hears the same signal, and ends when its tasks have
        std::future::pending::<()>().await;
    };
    let ended = tokio::select! {
        ended = start_executor_process(Arc::new(config)) => ended,
        () = announce => Ok(()),
    };
    ended.map_err(|error| failure::of_role("executor for the scheduler", &scheduler, error))?;
    if asked.load(Ordering::Relaxed) { Ok(()) } else { Err(failure::given_up(&scheduler)) }
}

async fn announce(health: &ExecutorHealth, registered: Registered, ready: SyncSender<Registered>) {
    while !health.is_ready() {
        sleep(PAUSE).await;
    }
    // the starter waits for it, unless it is gone
    let _ = ready.send(registered);
}

async fn config(options: &ExecutorOptions, work_dir: String) -> Result<ExecutorProcessConfig> {
    let ip = place::address(&options.bind_host, 0).await?.ip();
    let external = options.external_host.as_deref();
    let state = session::state(session::config()).map_err(data_failure::of_planning)?;
    let vcores = vcores(options.vcores);
    Ok(ExecutorProcessConfig {
        executor_id: new_instance_id(),
        bind_host: ip.to_string(),
        external_host: Some(place::external_host("ExecutorOptions", external, ip)?),
        port: place::free_port(ip, "port", options.port)?,
        grpc_port: place::free_port(ip, "grpc_port", options.grpc_port)?,
        scheduler_host: options.scheduler_host.clone(),
        scheduler_port: place::port(options.scheduler_port),
        // we have waited; Ballista 55.0.0 takes the time it waits wrongly, and waits for ever
        scheduler_connect_timeout_seconds: 0,
        vcores,
        work_dir: Some(work_dir),
        executor_heartbeat_interval_seconds: options.heartbeat as u64,
        grpc_max_decoding_message_size: session::MESSAGE_BYTES,
        grpc_max_encoding_message_size: session::MESSAGE_BYTES,
        override_execution_engine: Some(Arc::new(OwnThreads::new(vcores)?)),
        override_config_producer: Some(Arc::new(session::config)),
        // the default registry lacks the functions on lists
        override_function_registry: Some(Arc::new(BallistaFunctionRegistry::from(&state))),
        override_logical_codec: Some(session::logical_codec()),
        override_physical_codec: Some(session::physical_codec()),
        ..ExecutorProcessConfig::default()
    })
}

fn vcores(wanted: usize) -> usize {
    match wanted {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        some => some,
    }
}

/// The folder for rows between stages; a temporary one is removed with this value.
enum Folder {
    Given(PathBuf),
    Temporary(TempDir),
}

impl Folder {
    fn of(work_dir: Option<&str>) -> Result<Self> {
        let Some(work_dir) = work_dir else {
            let made = tempfile::Builder::new().prefix("firesteel-executor-").tempdir();
            return made.map(Self::Temporary).map_err(|error| err::io("temporary folder", error));
        };
        std::fs::create_dir_all(work_dir).map_err(|error| err::io(work_dir, error))?;
        Ok(Self::Given(PathBuf::from(work_dir)))
    }

    fn path(&self) -> Result<String> {
        let path = match self {
            Self::Given(path) => path,
            Self::Temporary(folder) => folder.path(),
        };
        let text = path.to_str().map(str::to_owned);
        let error = || err::invalid_argument("ExecutorOptions", "work_dir");
        text.ok_or_else(|| error().expected("a path in Unicode").got(path.display()))
    }
}
