// SPDX-License-Identifier: MIT OR Apache-2.0
//! `FIRESTEEL_KERNELS` is read once for a process, so that each case is a process: this test binary again.

use std::process::Command;

use firesteel_core::config::env;
use firesteel_kernels::Isa;
use firesteel_kernels::isa::VARIABLE;

const CASE: &str = "FIRESTEEL_TEST_CASE";

/// No test, unless the environment asks for it: prints the set in use.
#[test]
fn process() {
    if env(CASE).is_some() {
        println!("set in use: {}.", Isa::active().name());
    }
}

/// What a process with this value of the variable says.
fn active(kernels: &str) -> std::io::Result<String> {
    let mut process = Command::new(std::env::current_exe()?);
    process.args(["--exact", "process", "--nocapture"]);
    let output = process.env(CASE, "1").env(VARIABLE, kernels).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn the_set_that_is_asked_for_is_used() {
    let sets = Isa::available();
    assert_eq!(sets.last().map(|set| set.name()), Some("scalar"));
    for set in sets {
        let text = active(set.name()).unwrap();
        assert!(text.contains(&format!("set in use: {}.", set.name())), "{text}");
    }
}
