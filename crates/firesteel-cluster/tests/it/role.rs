// SPDX-License-Identifier: MIT OR Apache-2.0
//! The processes of a cluster: this test binary again, told by the environment which role it has.
//!
//! Closures are found by their place in the executable, so the roles must be this executable.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use firesteel_cluster::{ExecutorOptions, SchedulerOptions, run_executor, run_scheduler};
use firesteel_core::config::env;
use firesteel_core::{Json, JsonMap, json};

const ROLE: &str = "FIRESTEEL_TEST_ROLE";
const OPTIONS: &str = "FIRESTEEL_TEST_OPTIONS";

/// How long a role may take to start; the machine may be busy with other tests.
const START: Duration = Duration::from_secs(60);

/// No test, unless the environment names a role.
#[test]
fn process() {
    let report = |line: &str| println!("{line}");
    match env(ROLE).as_deref() {
        None => {}
        Some("scheduler") => {
            end_with_parent();
            let options = SchedulerOptions::from_config(&options()).unwrap();
            run_scheduler(&options, report).unwrap();
        }
        Some(_) => {
            end_with_parent();
            let options = ExecutorOptions::from_config(&options()).unwrap();
            run_executor(&options, report).unwrap();
        }
    }
}

fn options() -> JsonMap<String, Json> {
    let options: Json = env(OPTIONS).unwrap().parse().unwrap();
    options.as_object().unwrap().clone()
}

/// The options that a test gives on top of others.
fn on_top(mut options: Json, given: &Json) -> Json {
    let given = given.as_object().into_iter().flatten();
    options
        .as_object_mut()
        .unwrap()
        .extend(given.map(|(name, value)| (name.clone(), value.clone())));
    options
}

/// Ends this process when the test that started it is gone, however that ended.
fn end_with_parent() {
    thread::spawn(|| {
        let _ = std::io::stdin().read(&mut [0]);
        std::process::abort();
    });
}

/// A process with a role; dropping it kills it.
pub(crate) struct Role {
    child: Child,
    lines: Receiver<String>,
}

impl Role {
    /// Starts a scheduler with these options and returns its port.
    pub(crate) fn scheduler(options: &Json) -> (Self, u16) {
        let scheduler = Self::start("scheduler", &on_top(json!({"port": 0}), options));
        let line = scheduler.line_with("scheduler listening on 127.0.0.1:");
        let port = line.trim().rsplit(':').next().unwrap().parse().unwrap();
        (scheduler, port)
    }

    /// Starts an executor, with one vcore and these options, and waits until it is registered.
    pub(crate) fn executor(scheduler_port: u16, options: &Json) -> Self {
        let one = json!({"scheduler_port": scheduler_port, "vcores": 1});
        let executor = Self::start("executor", &on_top(one, options));
        executor.line_with(&format!("registered with 127.0.0.1:{scheduler_port}, 1 vcores"));
        executor
    }

    fn start(role: &str, options: &Json) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "role::process", "--nocapture"])
            .env(ROLE, role)
            .env(OPTIONS, options.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        Self { child, lines }
    }

    fn line_with(&self, text: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(START).expect("the role starts");
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Freezes the process: it still has its ports, and says nothing any more.
    #[cfg(unix)]
    pub(crate) fn freeze(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-STOP", &id]).status().unwrap().success());
    }

    /// Kills the process as a power cut would.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Role {
    fn drop(&mut self) {
        self.kill();
    }
}
