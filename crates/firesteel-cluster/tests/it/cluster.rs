// SPDX-License-Identifier: MIT OR Apache-2.0
//! A small cluster on this machine.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::{Duration, Instant};

use firesteel_cluster::{ClusterOptions, connect_with};
use firesteel_core::{Json, json};
use firesteel_data::{Session, SessionBuilder};

use crate::role::Role;

/// No action of these tests takes longer.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

/// One scheduler and some executors of one vcore each.
pub(crate) struct Cluster {
    pub(crate) executors: Vec<Role>,
    port: u16,
    _scheduler: Role,
}

impl Cluster {
    pub(crate) fn start(executors: usize) -> Self {
        Self::with(&json!({}), &vec![json!({}); executors])
    }

    /// A cluster whose roles have these options.
    pub(crate) fn with(scheduler: &Json, executors: &[Json]) -> Self {
        let (scheduler, port) = Role::scheduler(scheduler);
        let executors = executors.iter().map(|options| Role::executor(port, options)).collect();
        Self { executors, port, _scheduler: scheduler }
    }

    pub(crate) fn add_executor(&mut self) {
        self.executors.push(Role::executor(self.port, &json!({})));
    }

    pub(crate) fn kill_executor(&mut self) {
        self.executors.remove(0).kill();
    }

    pub(crate) fn session(&self) -> Session {
        self.session_with(DEADLINE, &ClusterOptions::new())
    }

    pub(crate) fn session_with(&self, deadline: Duration, options: &ClusterOptions) -> Session {
        let connect = |remote: &_, runtime: &_| connect_with(remote, runtime, options);
        self.builder().deadline(deadline).build_with(connect).unwrap()
    }

    /// The settings of a session on this cluster.
    pub(crate) fn builder(&self) -> SessionBuilder {
        Session::builder().remote(format!("df://127.0.0.1:{}", self.port))
    }

    /// Waits until the running job has a finished stage, and a little longer.
    pub(crate) fn wait_for_second_stage(&self) {
        self.wait_until("a stage is finished", || {
            let jobs = self.get("/api/jobs");
            jobs.as_array().unwrap().iter().any(|job| {
                job["status"] == "Running" && job["completed_stages"].as_u64() >= Some(1)
            })
        });
        sleep(Duration::from_millis(300));
    }

    /// How many executors the scheduler knows.
    pub(crate) fn registered(&self) -> usize {
        self.get("/api/executors").as_array().unwrap().len()
    }

    pub(crate) fn wait_until(&self, what: &str, condition: impl Fn() -> bool) {
        let start = Instant::now();
        while !condition() {
            assert!(start.elapsed() < DEADLINE, "{what}: not within {DEADLINE:?}");
            sleep(Duration::from_millis(20));
        }
    }

    pub(crate) fn get(&self, path: &str) -> Json {
        get(&format!("127.0.0.1:{}", self.port), path)
    }
}

/// What a scheduler answers.
pub(crate) fn get(scheduler: &str, path: &str) -> Json {
    let mut stream = TcpStream::connect(scheduler).unwrap();
    write!(stream, "GET {path} HTTP/1.0\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split_once("\r\n\r\n").unwrap().1.parse().unwrap()
}
