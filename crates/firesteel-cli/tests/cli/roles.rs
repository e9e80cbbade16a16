// SPDX-License-Identifier: MIT OR Apache-2.0
//! `firesteel scheduler`, `firesteel executor`, and a query on the cluster that they make.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use firesteel::{JsonMap, Result, cluster, json};

use crate::program::{Service, command, run};
use crate::samples::{self, Folder};
use crate::sql::query;

/// An address at which nobody listens.
fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

fn port_of(address: &str) -> String {
    address.rsplit(':').next().unwrap().to_owned()
}

/// A scheduler and its address.
fn scheduler() -> (Service, String) {
    let scheduler = Service::start(command("scheduler").args(["--port", "0"]));
    let line = scheduler.line();
    let address = line.strip_prefix("scheduler listening on ");
    let address = address.unwrap_or_else(|| panic!("no address: {line}")).to_owned();
    (scheduler, address)
}

fn executor(scheduler: &str) -> Service {
    let mut command = command("executor");
    let executor = Service::start(command.args(["--scheduler", scheduler, "--vcores", "1"]));
    let line = executor.line();
    assert!(line.ends_with(&format!(" registered with {scheduler}, 1 vcores")), "{line}");
    executor
}

#[test]
fn a_query_on_a_cluster_prints_what_it_prints_here() {
    let (_scheduler, address) = scheduler();
    let _executors = [executor(&address), executor(&address)];
    let sql = "SELECT c.state, count(*) AS n, sum(o.population) AS people FROM cities c \
               LEFT JOIN other o ON c.location = o.location GROUP BY c.state ORDER BY c.state";
    let here = run(&mut query(sql)).done();
    assert!(here.contains("|state|"), "{here}");
    let there = run(query(sql).args(["--remote", &format!("df://{address}")])).done();
    assert_eq!(there, here);
}

/// Waits until a query runs that has a finished stage.
fn wait_for_second_stage(scheduler: &str) {
    let start = Instant::now();
    let is_there = || {
        let mut stream = TcpStream::connect(scheduler).unwrap();
        write!(stream, "GET /api/jobs HTTP/1.0\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let jobs = samples::json(answer.split_once("\r\n\r\n").unwrap().1);
        jobs.as_array()
            .unwrap()
            .iter()
            .any(|job| job["status"] == "Running" && job["completed_stages"].as_u64() >= Some(1))
    };
    while !is_there() {
        assert!(start.elapsed() < Duration::from_secs(60), "no query has a finished stage");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn an_executor_is_killed_while_another_lives() {
    let (_scheduler, address) = scheduler();
    let (doomed, _survivor) = (executor(&address), executor(&address));
    let folder = Folder::new();
    let people: String = (0..5000).map(|id| format!("{id},{}\n", id * 17 % 6)).collect();
    let table = format!("people={}", folder.file("people.csv", format!("id,stars\n{people}")));
    let here = |sql: &str| run(command("sql").args([sql, "--table", &table])).done();
    let there = |sql: &str| {
        let mut query = command("sql");
        query.args([sql, "--table", &table, "--remote", &format!("df://{address}")]);
        run(query.args(["--deadline", "60"]))
    };
    let slow = "SELECT count(*) AS n, sum(a.id * b.id % 7) AS s FROM \
                (SELECT id, sum(stars) AS stars FROM people GROUP BY id) a JOIN \
                (SELECT id, max(stars) AS stars FROM people GROUP BY id) b ON a.id % 3 = b.id % 2";
    let start = Instant::now();
    let answer = thread::scope(|scope| {
        let running = scope.spawn(|| there(slow));
        wait_for_second_stage(&address);
        drop(doomed);
        running.join().unwrap()
    });
    assert!(start.elapsed() < Duration::from_secs(80), "{:?}", start.elapsed());
    if answer.code == Some(0) {
        assert_eq!(answer.done(), here(slow));
    } else {
        let text = answer.failed();
        assert!(text.contains("127.0.0.1:"), "{text}");
    }
    let fast = "SELECT stars, count(*) AS n FROM people GROUP BY stars ORDER BY stars";
    assert_eq!(there(fast).done(), here(fast));
}

/// The ports of an executor behind a firewall are chosen, and those are the ports that it has.
#[test]
fn ports_are_chosen() {
    let [port, rows, tasks] = [0, 1, 2].map(|_| port_of(&free_address()));
    let mut scheduler = command("scheduler");
    let scheduler = Service::start(scheduler.args(["--port", &port, "--keep-results", "60"]));
    let address = format!("127.0.0.1:{port}");
    assert_eq!(scheduler.line(), format!("scheduler listening on {address}"));
    let mut executor = command("executor");
    executor.args(["--scheduler", &address, "--vcores", "1", "--heartbeat", "2"]);
    let executor = Service::start(executor.args(["--port", &rows, "--grpc-port", &tasks]));
    assert!(executor.line().contains("registered"));
    for port in [&rows, &tasks] {
        assert!(TcpStream::connect(format!("127.0.0.1:{port}")).is_ok(), "{port}");
    }
    let mut second = command("executor");
    second.args(["--scheduler", &address, "--port", &rows]);
    let text = run(&mut second).failed();
    assert!(text.starts_with(&format!("127.0.0.1:{rows}: ")), "{text}");
    assert!(text.contains("choose another `port`; 0 takes a free one"), "{text}");
}

/// Every option of the roles can be given to the command, and its help names it.
#[test]
fn all_options_of_the_roles_are_in_the_help() {
    let nonsense = JsonMap::from_iter([("nonsense".to_owned(), json!(1))]);
    let known = |refusal: Result<()>| -> Vec<String> {
        let text = refusal.unwrap_err().to_string();
        let (_, names) = text.split_once("known names: ").unwrap();
        names.split(", ").map(|name| format!("--{}", name.replace('_', "-"))).collect()
    };
    let scheduler = known(cluster::run_scheduler(&nonsense, |_| {}));
    let executor = known(cluster::run_executor(&nonsense, |_| {}));
    assert_eq!((scheduler.len(), executor.len()), (5, 10));
    for (role, options) in [("scheduler", scheduler), ("executor", executor)] {
        let help = run(command(role).arg("--help")).done();
        for option in options {
            // where the scheduler is stands in one option
            let option = option.replace("--scheduler-host", "--scheduler");
            let option = option.replace("--scheduler-port", "--scheduler");
            assert!(help.contains(&format!("{option} <")), "{option} in\n{help}");
        }
    }
}

#[test]
fn the_settings_of_a_query_on_a_cluster() {
    let (_scheduler, address) = scheduler();
    let remote = format!("df://{address}");
    let query = |option: &str, value: &str| {
        run(query("SELECT 1").args(["--remote", &remote, option, value])).failed()
    };
    // there is no executor
    let text = query("--grace", "1");
    assert!(text.contains("has no executor, after waiting 1 s; start one with"), "{text}");
    let text = query("--deadline", "1");
    assert!(text.contains("did not finish within 1 s; set a longer `deadline`"), "{text}");
    assert!(run(command("sql").arg("--help")).done().contains("--reruns <TIMES>"));
    for option in ["--grace", "--deadline", "--reruns"] {
        let text = run(command("sql").args(["SELECT 1", option, "1"])).refused(2);
        assert!(text.contains("--remote <URL>"), "{text}");
    }
}

/// Its tables are read and joined over there, and the models are trained here.
#[test]
fn the_tour_goes_to_a_cluster() {
    let (_scheduler, address) = scheduler();
    let _executors = [executor(&address), executor(&address)];
    let folder = tempfile::tempdir().unwrap();
    let tour = |remote: Option<&str>| {
        let mut tour = command("tour");
        tour.args(["--epochs", "1", "--output"]).arg(folder.path());
        tour.args(remote.iter().flat_map(|url| ["--remote", url]));
        let text = run(&mut tour).done();
        text.split("== 3.").next().unwrap().to_owned()
    };
    let there = tour(Some(&format!("df://{address}")));
    assert!(there.contains("== 2."), "{there}");
    assert_eq!(there, tour(None));
}

/// What a supervisor does: it asks, and expects an end in order.
#[cfg(unix)]
#[test]
fn the_roles_end_when_they_are_asked_to() {
    let (scheduler, address) = scheduler();
    let executor = executor(&address);
    assert_eq!(executor.end(), Some(0));
    assert_eq!(scheduler.end(), Some(0));
}

#[test]
fn options_out_of_range_are_refused() {
    for (role, option, value) in [
        ("scheduler", "--port", "65536"),
        ("scheduler", "--port", "fast"),
        ("executor", "--vcores", "-1"),
        ("executor", "--vcores", "many"),
    ] {
        let text = run(command(role).arg(format!("{option}={value}"))).refused(2);
        assert!(text.contains(option) && text.contains(value), "{text}");
    }
    let text = run(command("executor").args(["--scheduler", "127.0.0.1:http"])).failed();
    assert_eq!(text, "executor: `--scheduler` must be host:port, got `127.0.0.1:http`");
    let text = run(command("executor").args(["--schedular", "127.0.0.1:1"])).refused(2);
    assert!(text.contains("'--scheduler'"), "{text}");
}

#[test]
fn a_scheduler_for_everybody_needs_a_name() {
    let text = run(command("scheduler").args(["--bind-host", "0.0.0.0", "--port", "0"])).failed();
    assert!(text.contains("`external_host` must be given when `bind_host` is 0.0.0.0"), "{text}");
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let text = run(command("scheduler").args(["--port", &port])).failed();
    assert!(text.starts_with(&format!("127.0.0.1:{port}: ")), "{text}");
    assert!(text.ends_with("or choose another `port`; 0 takes a free one"), "{text}");
}

#[test]
fn a_scheduler_that_is_not_there_is_named() {
    let address = free_address();
    let text = run(command("executor").args(["--scheduler", &address])).failed();
    assert!(text.contains(&address), "{text}");
    let text = run(query("SELECT 1").args(["--remote", &format!("df://{address}")])).failed();
    assert!(text.starts_with(&format!("no scheduler answers at {address}: ")), "{text}");
    let text = run(query("SELECT 1").args(["--remote", &address])).failed();
    assert!(text.starts_with("Session: `remote` must be `df://host:port`, got "), "{text}");
}
