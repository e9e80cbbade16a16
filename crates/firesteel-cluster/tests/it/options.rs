// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every option changes something that a user sees.

use std::collections::BTreeSet;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use firesteel_cluster::{
    ClusterOptions, Executor, ExecutorOptions, Scheduler, SchedulerOptions, start_executor,
    start_scheduler,
};
use firesteel_core::testing::check_type;
use firesteel_core::{Json, OptionSpec, Options as _, json};

use crate::cluster::{Cluster, DEADLINE, get};
use crate::losses;

/// An address that no machine has.
const NOWHERE: &str = "192.0.2.1";

/// An option with the test that it changes something.
type Case = (&'static str, fn());

/// Runs all cases side by side; an option without a case is an error.
fn every_option_has_an_effect(table: &[OptionSpec], cases: &[Case]) {
    let known: BTreeSet<&str> = table.iter().map(|row| row.name).collect();
    assert_eq!(cases.iter().map(|(name, _)| *name).collect::<BTreeSet<_>>(), known);
    scope(|scope| {
        let running: Vec<_> = cases.iter().map(|(name, case)| (name, scope.spawn(case))).collect();
        for (name, case) in running {
            assert!(case.join().is_ok(), "{name}");
        }
    });
}

#[test]
fn option_tables_hold() {
    check_type::<ClusterOptions>(&[]).unwrap();
    check_type::<ExecutorOptions>(&[]).unwrap();
    check_type::<SchedulerOptions>(&[]).unwrap();
}

#[test]
fn of_a_scheduler() {
    let cases: [Case; 5] = [
        ("bind_host", scheduler_bind_host),
        ("executor_timeout", executor_timeout),
        ("external_host", || {
            let (_running, address) = scheduler(&scheduler_options().external_host("localhost"));
            assert!(address.starts_with("localhost:"), "{address}");
        }),
        ("keep_results", keep_results),
        ("port", || {
            let port = free_port();
            let (_running, address) = scheduler(&scheduler_options().port(port));
            assert_eq!(address, format!("127.0.0.1:{port}"));
        }),
    ];
    every_option_has_an_effect(SchedulerOptions::new().table(), &cases);
}

#[test]
fn of_an_executor() {
    let cases: [Case; 10] = [
        ("bind_host", executor_bind_host),
        ("connect_timeout", connect_timeout),
        ("external_host", || {
            let options = ExecutorOptions::new().external_host("localhost");
            assert_eq!(registered(options)["host"], "localhost");
        }),
        ("grpc_port", || {
            let port = free_port();
            let (_scheduler, address) = scheduler(&scheduler_options());
            let _executor = executor(ExecutorOptions::new().grpc_port(port), &address);
            assert!(TcpStream::connect(format!("127.0.0.1:{port}")).is_ok());
        }),
        ("heartbeat", heartbeat),
        ("port", || {
            let port = free_port();
            assert_eq!(registered(ExecutorOptions::new().port(port))["port"], port);
        }),
        ("scheduler_host", || {
            let (_scheduler, address) = scheduler(&scheduler_options());
            let options = ExecutorOptions::new().scheduler_host("localhost");
            let executor = executor(options, &address);
            assert_eq!(executor.scheduler(), address.replace("127.0.0.1", "localhost"));
        }),
        ("scheduler_port", || {
            let [(_one, one), (_two, two)] = [0, 1].map(|_| scheduler(&scheduler_options()));
            let _executor = executor(ExecutorOptions::new(), &two);
            let members = |address: &str| get(address, "/api/executors").as_array().unwrap().len();
            assert_eq!((members(&one), members(&two)), (0, 1));
        }),
        ("vcores", || {
            let member = registered(ExecutorOptions::new().vcores(3));
            assert_eq!(member["specification"]["vcores"], 3);
        }),
        ("work_dir", || {
            let folder = tempfile::tempdir().unwrap();
            let cluster = with_work_dir(&json!({}), folder.path());
            assert_eq!(files(folder.path()), 0);
            assert_eq!(cluster.session().range(0, 100).collect_batches().unwrap().len(), 1);
            assert!(files(folder.path()) > 0);
        }),
    ];
    every_option_has_an_effect(ExecutorOptions::new().table(), &cases);
}

#[test]
fn of_a_session() {
    let cases: [Case; 2] = [("grace", grace), ("reruns", losses::without_reruns_the_loss_is_named)];
    every_option_has_an_effect(ClusterOptions::new().table(), &cases);
}

#[test]
fn the_name_of_an_application_is_in_the_list_of_jobs() {
    let cluster = Cluster::start(1);
    let session = cluster.builder().app_name("a tour of numbers");
    let session = session.build_with(firesteel_cluster::connect).unwrap();
    assert_eq!(session.range(0, 100).count().unwrap(), 100);
    let jobs = cluster.get("/api/jobs");
    let name = jobs[0]["job_name"].as_str().unwrap();
    assert!(name.starts_with("a tour of numbers "), "{name}");
}

fn scheduler_options() -> SchedulerOptions {
    SchedulerOptions::new().port(0)
}

/// A scheduler in this process, and its address.
fn scheduler(options: &SchedulerOptions) -> (Scheduler, String) {
    let scheduler = start_scheduler(options).unwrap();
    let address = scheduler.address().to_owned();
    (scheduler, address)
}

/// An executor in this process, for the scheduler at this address.
fn executor(options: ExecutorOptions, scheduler: &str) -> Executor {
    let port = scheduler.rsplit(':').next().unwrap().parse().unwrap();
    start_executor(&options.scheduler_port(port)).unwrap()
}

/// What a scheduler knows of an executor with these options.
fn registered(options: ExecutorOptions) -> Json {
    let (_scheduler, address) = scheduler(&scheduler_options());
    let _executor = executor(options, &address);
    get(&address, "/api/executors")[0].clone()
}

/// A port that nobody listens on, each time another, from below those that the system gives to whoever takes any.
fn free_port() -> usize {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 15_000 + (std::process::id() % 8_000) as u16;
    let mut ports = (0..1_000).map(|_| first + NEXT.fetch_add(1, Ordering::Relaxed));
    ports.find(|&port| TcpListener::bind(("127.0.0.1", port)).is_ok()).unwrap().into()
}

/// A cluster whose only executor keeps its files in this folder.
fn with_work_dir(scheduler: &Json, folder: &Path) -> Cluster {
    Cluster::with(scheduler, &[json!({"work_dir": folder.to_str().unwrap()})])
}

/// How many files are in a folder and those below it.
fn files(folder: &Path) -> usize {
    // a folder that is removed in this moment has none
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { 1 }).sum()
}

fn scheduler_bind_host() {
    let error = start_scheduler(&scheduler_options().bind_host(NOWHERE)).unwrap_err();
    assert!(error.is_io(), "{error:?}");
    let text = error.to_string();
    assert!(text.starts_with("192.0.2.1:0: "), "{text}");
    assert!(text.ends_with("; set `bind_host` to an address of this machine"), "{text}");
}

fn executor_bind_host() {
    let (_scheduler, address) = scheduler(&scheduler_options());
    let port = address.rsplit(':').next().unwrap().parse().unwrap();
    let options = ExecutorOptions::new().scheduler_port(port).bind_host(NOWHERE);
    let text = start_executor(&options).unwrap_err().to_string();
    assert!(text.starts_with("192.0.2.1:0: "), "{text}");
}

/// A frozen executor still has its ports, so that only the missing heartbeats tell.
fn executor_timeout() {
    let start = |options| {
        let cluster = Cluster::with(&options, &[json!({})]);
        cluster.executors[0].freeze();
        cluster
    };
    let (impatient, patient) = (start(json!({"executor_timeout": 10})), start(json!({})));
    impatient.wait_until("the executor is dropped", || impatient.registered() == 0);
    assert_eq!(patient.registered(), 1);
}

fn keep_results() {
    let folders = [0, 1].map(|_| tempfile::tempdir().unwrap());
    let [short, long] = folders.each_ref().map(tempfile::TempDir::path);
    let clusters =
        [with_work_dir(&json!({"keep_results": 10}), short), with_work_dir(&json!({}), long)];
    for cluster in &clusters {
        assert_eq!(cluster.session().range(0, 100).collect_batches().unwrap().len(), 1);
    }
    assert!(files(short) > 0);
    clusters[0].wait_until("the result is removed", || files(short) == 0);
    assert!(files(long) > 0);
}

fn heartbeat() {
    let beats = |seconds| {
        let (_scheduler, address) = scheduler(&scheduler_options());
        let _executor = executor(ExecutorOptions::new().heartbeat(seconds), &address);
        let mut seen = BTreeSet::new();
        for _ in 0..25 {
            seen.insert(get(&address, "/api/executors")[0]["last_seen"].as_u64());
            sleep(Duration::from_millis(200));
        }
        seen.len()
    };
    let (often, seldom) = scope(|scope| {
        let often = scope.spawn(|| beats(1));
        let seldom = beats(30);
        (often.join().unwrap(), seldom)
    });
    assert!(often >= 3 && seldom <= 2, "{often} and {seldom} heartbeats in 5 seconds");
}

fn connect_timeout() {
    let waited = |seconds| {
        let options = ExecutorOptions::new().scheduler_port(free_port()).connect_timeout(seconds);
        let start = Instant::now();
        assert!(start_executor(&options).unwrap_err().is_remote());
        start.elapsed()
    };
    let (short, long) = (waited(1), waited(4));
    assert!(short + Duration::from_secs(2) < long, "{short:?} and {long:?}");
}

fn grace() {
    let cluster = Cluster::start(0);
    let waited = |seconds| {
        let session = cluster.session_with(DEADLINE, &ClusterOptions::new().grace(seconds));
        let start = Instant::now();
        let error = session.range(0, 100).count().unwrap_err().to_string();
        let expected = format!("has no executor, after waiting {seconds:.0} s; start one with");
        assert!(error.contains(&expected), "{error}");
        start.elapsed()
    };
    let (short, long) = (waited(1.0), waited(4.0));
    assert!(short + Duration::from_secs(2) < long, "{short:?} and {long:?}");
}
