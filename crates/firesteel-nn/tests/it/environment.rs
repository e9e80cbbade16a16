// SPDX-License-Identifier: MIT OR Apache-2.0
//! `FIRESTEEL_KERNELS` is read once for a process, so that each case is a process: this test binary again.

use std::process::Command;

use firesteel_core::config::env;
use firesteel_nn::layers::{Dense, Input};
use firesteel_nn::{Sequential, layers};

const CASE: &str = "FIRESTEEL_TEST_CASE";

/// No test, unless the environment asks for it: prints how a network that is neither compiled nor loaded starts.
#[test]
fn process() {
    if env(CASE).is_none() {
        return;
    }
    let model = Sequential::from(layers![Input::new([2]), Dense::new(3)]).into_model();
    match model.count_params() {
        Ok(count) => println!("{count} parameters"),
        Err(error) => println!("refused: {error}"),
    }
}

fn start(kernels: &str) -> String {
    let mut process = Command::new(std::env::current_exe().unwrap());
    process.args(["--exact", "environment::process", "--nocapture"]);
    let output = process.env(CASE, "1").env("FIRESTEEL_KERNELS", kernels).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn unknown_instructions_are_refused_where_weights_are_made() {
    let text = start("scalar");
    assert!(text.contains("9 parameters"), "{text}");
    let text = start("avx51");
    assert!(text.contains("refused: ") && text.contains("FIRESTEEL_KERNELS"), "{text}");
}
