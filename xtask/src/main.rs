// SPDX-License-Identifier: MIT OR Apache-2.0
//! Automation of the firesteel workspace: `cargo xtask <task>`.
//!
//! Tasks: `tidy` checks the house rules, `metrics` prints the scorecard of the code, `fixtures` regenerates the
//! reference numbers from the real systems, `bench` runs the benchmarks, `figures` writes their results into the
//! `README.md`. Each is one module; adding a task is one module and one line in [`TASKS`].
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "what a task prints is its result")]

mod bench;
mod environment;
mod figures;
mod finding;
mod fixtures;
mod metrics;
mod tidy;
mod tokens;
mod workspace;

use std::process::ExitCode;

/// A task fails with a message for the person who started it.
type Result<T> = std::result::Result<T, String>;

/// A task, given the arguments after its name.
type Task = fn(&[&str]) -> Result<()>;

/// Name, arguments and purpose of each task.
const TASKS: &[(&str, &str, &str, Task)] = &[
    // registry: sorted
    (
        "bench",
        "[--check]",
        "runs every benchmark of a crate; --check runs each once, as a test",
        bench::run,
    ),
    ("figures", "", "writes the newest results of the benchmarks into README.md", figures::run),
    (
        "fixtures",
        "[keras|spark|sklearn] [--only X] [--check]",
        "writes the reference numbers anew; --check compares them with the committed ones",
        fixtures::run,
    ),
    ("metrics", "", "prints the scorecard of the code", metrics::run),
    ("tidy", "", "checks the house rules", tidy::run),
    // registry: end
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[&str]) -> Result<()> {
    let [name, rest @ ..] = arguments else {
        return Err(usage());
    };
    if ["--help", "-h", "help"].contains(name) {
        println!("{}", usage());
        return Ok(());
    }
    match TASKS.iter().find(|(known, ..)| known == name) {
        Some((_, _, _, task)) => task(rest),
        None => Err(format!("unknown task `{name}`\n{}", usage())),
    }
}

fn usage() -> String {
    let mut text = "usage: cargo xtask <task>".to_owned();
    for (name, arguments, purpose, _) in TASKS {
        text += &format!("\n  {}\n      {purpose}", format!("{name} {arguments}").trim_end());
    }
    text
}

/// Refuses arguments for a task that has none.
fn no_arguments(task: &str, arguments: &[&str]) -> Result<()> {
    match arguments {
        [] => Ok(()),
        [first, ..] => Err(format!("{task}: unknown argument `{first}`; it takes none")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_task_lists_the_known_ones() {
        let message = dispatch(&["tidi"]).unwrap_err();
        assert!(message.starts_with("unknown task `tidi`"), "{message}");
        for (name, ..) in TASKS {
            assert!(message.contains(name), "{message}");
        }
    }

    #[test]
    fn a_task_without_arguments_refuses_them() {
        assert_eq!(
            dispatch(&["tidy", "--fast"]).unwrap_err(),
            "tidy: unknown argument `--fast`; it takes none"
        );
    }
}
