// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask bench`: runs the benchmarks, or checks that each of them, each query beside plain DataFusion and each
//! learner runs and gives its expected answer.

use std::process::Command;

use crate::Result;
use crate::environment::variable;
use crate::workspace::{Package, Workspace, root, target_folder};

pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let check = match arguments {
        [] => false,
        ["--check"] => true,
        [first, ..] => return Err(format!("bench: unknown argument `{first}`; known: --check")),
    };
    let workspace = Workspace::load()?;
    let Some(arguments) = cargo_arguments(&workspace.packages, check) else {
        println!("bench: no crate has a benchmark");
        return Ok(());
    };
    let cargo = variable("CARGO").unwrap_or_else(|| "cargo".into());
    succeed(Command::new(&cargo).args(&arguments), "cargo bench")?;
    if check { check_programs(Command::new(&cargo)) } else { Ok(()) }
}

/// Runs the queries of `tables`, where both engines must agree, and the learners of `ml`, on small files.
///
/// The programs are built beside the command line and with its features, so that nothing is compiled twice.
fn check_programs(mut cargo: Command) -> Result<()> {
    let packages = ["--package", "firesteel-cli", "--package", "firesteel-benches"];
    succeed(cargo.args(["build", "--release", "--bins"]).args(packages), "cargo build")?;
    let folder = target_folder()?.join("release");
    ["tables", "ml"].iter().try_for_each(|program| {
        succeed(Command::new(folder.join(program)).arg("--test"), &format!("{program} --test"))
    })
}

fn succeed(command: &mut Command, name: &str) -> Result<()> {
    let status =
        command.current_dir(root()).status().map_err(|error| format!("{name}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{name} ended with {status}")) }
}

/// The benchmarks are named one by one, because plain `cargo bench` would run the unit tests of the libraries too.
fn cargo_arguments(packages: &[Package], check: bool) -> Option<Vec<String>> {
    let mut arguments = vec!["bench".to_owned()];
    for package in packages.iter().filter(|package| !package.benches.is_empty()) {
        arguments.extend(["--package".to_owned(), package.name.clone()]);
        for bench in &package.benches {
            arguments.extend(["--bench".to_owned(), bench.clone()]);
        }
    }
    if arguments.len() == 1 {
        return None;
    }
    if check {
        // each benchmark runs once: criterion's do not time then, others work on small data
        arguments.extend(["--".to_owned(), "--test".to_owned()]);
    }
    Some(arguments)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, benches: &[&str]) -> Package {
        Package {
            name: name.into(),
            manifest: String::new(),
            dependencies: Vec::new(),
            benches: benches.iter().map(|&bench| bench.to_owned()).collect(),
        }
    }

    #[test]
    fn only_benchmarks_are_run() {
        let packages =
            [package("a", &["conv", "pool"]), package("b", &[]), package("c", &["rows"])];
        let arguments = cargo_arguments(&packages, true).unwrap().join(" ");
        assert_eq!(
            arguments,
            "bench --package a --bench conv --bench pool --package c --bench rows -- --test"
        );
        assert!(!cargo_arguments(&packages, false).unwrap().contains(&"--test".to_owned()));
    }

    #[test]
    fn no_benchmark_is_no_call() {
        assert_eq!(cargo_arguments(&[package("b", &[])], true), None);
    }
}
