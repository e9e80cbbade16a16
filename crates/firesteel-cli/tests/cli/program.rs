// SPDX-License-Identifier: MIT OR Apache-2.0
//! The program under test, which is killed when it takes too long.

use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::{self, JoinHandle, sleep};
use std::time::{Duration, Instant};

/// No run of the program takes longer, even without optimisation on a busy machine.
const DEADLINE: Duration = Duration::from_secs(180);

/// The pause between two looks whether the program has ended.
const PAUSE: Duration = Duration::from_millis(5);

/// One of the program's commands, still without options.
pub(crate) fn command(name: &str) -> Command {
    let mut command = program();
    command.arg(name);
    command
}

/// The program alone.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_firesteel"));
    command.stdin(Stdio::null());
    command
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    /// What was printed by a run that did all it was asked for, without a complaint.
    #[track_caller]
    pub(crate) fn done(self) -> String {
        assert_eq!((self.code, self.stderr.as_str()), (Some(0), ""), "{}", self.stdout);
        self.stdout
    }

    /// The complaint of a run that ended with this exit code and printed nothing else.
    #[track_caller]
    pub(crate) fn refused(self, code: i32) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (Some(code), ""), "{}", self.stderr);
        self.stderr
    }

    /// The complaint of a command that failed: one line after the program's name, and perhaps its causes.
    #[track_caller]
    pub(crate) fn failed(self) -> String {
        let text = self.refused(1);
        let complaint = text.strip_prefix("firesteel: ");
        complaint.unwrap_or_else(|| panic!("whose words are these? {text}")).trim_end().to_owned()
    }
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Outcome {
    run_with(command, text)
}

/// Runs a command whose reader goes away after so many lines, as `head` does.
pub(crate) fn run_head(command: &mut Command, lines: usize) -> Outcome {
    run_with(command, move |stdout| {
        let read = BufReader::new(stdout).lines().take(lines);
        read.map(|line| line.unwrap() + "\n").collect()
    })
}

fn run_with(
    command: &mut Command,
    read: impl FnOnce(ChildStdout) -> String + Send + 'static,
) -> Outcome {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (stdout, stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let stdout: JoinHandle<String> = thread::spawn(move || read(stdout));
    let stderr = thread::spawn(move || text(stderr));
    let code = wait(&mut child).code();
    Outcome { code, stdout: stdout.join().unwrap(), stderr: stderr.join().unwrap() }
}

fn text(mut stream: impl Read) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

fn wait(child: &mut Child) -> ExitStatus {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if start.elapsed() > DEADLINE {
            child.kill().unwrap();
            let _ = child.wait();
            panic!("the program was killed, it took longer than {DEADLINE:?}");
        }
        sleep(PAUSE);
    }
}

/// A command that runs until it is asked to end; dropping it kills it.
pub(crate) struct Service {
    child: Child,
    lines: Receiver<String>,
}

impl Service {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        Self { child, lines }
    }

    /// The next line that it prints.
    pub(crate) fn line(&self) -> String {
        let line = self.lines.recv_timeout(DEADLINE);
        line.unwrap_or_else(|error| panic!("the service prints no line: {error}"))
    }

    /// Asks it to end, as a supervisor does, and waits for its exit code.
    #[cfg(unix)]
    pub(crate) fn end(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        wait(&mut self.child).code()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // it may have ended already
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
