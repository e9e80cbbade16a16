// SPDX-License-Identifier: MIT OR Apache-2.0
//! What users read when something is wrong.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use firesteel_cluster::{
    ExecutorOptions, SchedulerOptions, connect, start_executor, start_scheduler,
};
use firesteel_data::Session;

use crate::cluster::Cluster;
use crate::rows;

fn no_session(url: &str) -> String {
    let start = Instant::now();
    let error = Session::builder().remote(url).build_with(connect).unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(10));
    error.to_string()
}

/// An address at which nobody listens.
fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

#[test]
fn nobody_at_the_address() {
    let address = free_address();
    let text = no_session(&format!("df://{address}"));
    assert!(text.starts_with(&format!("no scheduler answers at {address}: ")), "{text}");
    assert!(
        text.ends_with("start one with `firesteel scheduler`, or correct the address"),
        "{text}"
    );
}

#[test]
fn somebody_else_at_the_address() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let text = no_session(&format!("df://{}", silent.local_addr().unwrap()));
    assert!(text.contains("is silent: no answer within 5s; look whether"), "{text}");
}

#[test]
fn not_an_address() {
    let text = no_session("http://127.0.0.1:50050");
    assert_eq!(text, "Session: `remote` must be `df://host:port`, got `http://127.0.0.1:50050`");
}

#[test]
fn the_words_of_a_function_arrive() {
    let cluster = Cluster::start(2);
    let session = cluster.session();
    let numbers = session.parallelize_with(0..100_u64, 4).unwrap();
    let failing = numbers.map(|x| if x == 77 { panic!("{x} is not a rating") } else { x });
    let error = failing.count().unwrap_err();
    assert!(error.is_remote(), "{error:?}");
    assert!(error.to_string().contains("77 is not a rating"), "{error}");
    // the executors live on
    assert_eq!(numbers.count().unwrap(), 100);
}

#[test]
fn the_words_of_the_engine_arrive() {
    let folder = tempfile::tempdir().unwrap();
    rows::write_tables(folder.path());
    let cluster = Cluster::start(1);
    let session = cluster.session();
    rows::register(&session, folder.path());
    let error = rows::try_rows(&session, "select sum(cast(name as int)) from cities").unwrap_err();
    assert!(error.is_remote(), "{error:?}");
    assert!(error.to_string().contains("city 1"), "{error}");
}

#[test]
fn options_are_checked() {
    let error = start_scheduler(&SchedulerOptions::new().port(65_536)).unwrap_err();
    assert_eq!(error.to_string(), "SchedulerOptions: `port` must be at most 65535, got 65536");
    let error = start_scheduler(&SchedulerOptions::new().bind_host("0.0.0.0").port(0)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "SchedulerOptions: `external_host` must be given when `bind_host` is 0.0.0.0, got nothing"
    );
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = start_scheduler(&SchedulerOptions::new().port(usize::from(port))).unwrap_err();
    let text = error.to_string();
    assert!(error.is_io() && text.starts_with(&format!("127.0.0.1:{port}: ")), "{text}");
    let fix = "; end what listens there, or choose another `port`; 0 takes a free one";
    assert!(text.ends_with(fix), "{text}");
    let error = start_executor(&ExecutorOptions::new().heartbeat(0)).unwrap_err();
    assert_eq!(error.to_string(), "ExecutorOptions: `heartbeat` must be at least 1, got 0");
    let error = start_executor(&ExecutorOptions::new().port(7001).grpc_port(7001)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "ExecutorOptions: `grpc_port` must be another than `port`, or 0, got 7001"
    );
}

#[test]
fn an_executors_port_that_is_taken_is_named() {
    let scheduler = start_scheduler(&SchedulerOptions::new().port(0)).unwrap();
    let scheduler_port = scheduler.address().rsplit(':').next().unwrap().parse().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = usize::from(taken.local_addr().unwrap().port());
    let options = || ExecutorOptions::new().scheduler_port(scheduler_port);
    for (options, name) in
        [(options().port(port), "port"), (options().grpc_port(port), "grpc_port")]
    {
        let text = start_executor(&options).unwrap_err().to_string();
        assert!(text.starts_with(&format!("127.0.0.1:{port}: ")), "{text}");
        assert!(text.contains(&format!("choose another `{name}`")), "{text}");
    }
}

/// The file is found by name and line, as in this process.
#[test]
fn a_ragged_file_is_named_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ragged.csv");
    std::fs::write(&path, "a,b\n1,2\n3,4\n5,6,7\n").unwrap();
    let cluster = Cluster::start(1);
    let [there, here] = [cluster.session(), Session::builder().build().unwrap()].map(|session| {
        let table =
            session.read().option("header", true).schema("a INT, b INT").csv(&path).unwrap();
        table.collect().unwrap_err()
    });
    assert_eq!(there.to_string(), here.to_string());
    assert_eq!(there.kind(), here.kind());
    assert!(
        there.to_string().contains("ragged.csv") && there.to_string().contains("line 4"),
        "{there}"
    );
}

#[test]
fn an_executor_without_a_scheduler() {
    let address = free_address();
    let port: usize = address.rsplit(':').next().unwrap().parse().unwrap();
    let options = ExecutorOptions::new().scheduler_port(port).connect_timeout(1);
    let start = Instant::now();
    let error = start_executor(&options).unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(10));
    assert!(error.is_remote() && error.to_string().contains(&address), "{error}");
}

#[test]
fn a_dead_executor_is_dropped_at_once() {
    let mut cluster = Cluster::start(2);
    assert_eq!(cluster.registered(), 2);
    cluster.kill_executor();
    let start = Instant::now();
    cluster.wait_until("the executor is dropped", || cluster.registered() == 1);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}
