// SPDX-License-Identifier: MIT OR Apache-2.0
//! `firesteel scheduler`, `firesteel executor`, and a query on the cluster that they make.

use std::net::TcpListener;

use crate::program::{Service, command, run};
use crate::sql::query;

/// An address at which nobody listens.
fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
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
