// SPDX-License-Identifier: MIT OR Apache-2.0
//! What evaluation and prediction show: this test binary again, told by the environment how much to say.

use std::process::Command;

use firesteel_core::config::env;
use firesteel_nn::layers::{Dense, Input};
use firesteel_nn::{Compile, Evaluate, Model, Predict, Sequential, Verbose, layers};
use ndarray::Array2;

const VERBOSE: &str = "FIRESTEEL_TEST_VERBOSE";

fn model() -> Model {
    let mut model = Sequential::from(layers![Input::new([2]), Dense::new(1)]).into_model();
    model.compile(Compile::new().loss("mse").metrics(["mae"])).unwrap();
    model
}

/// No test, unless the environment says how much to show: 70 samples are 3 batches of Keras' usual size.
#[test]
fn process() {
    let Some(verbose) = env(VERBOSE) else { return };
    let verbose = Verbose::from(verbose.parse::<i32>().unwrap());
    let (x, y) = (Array2::<f32>::zeros((70, 2)), Array2::<f32>::zeros((70, 1)));
    model().evaluate((&x, &y), Evaluate::new().verbose(verbose)).unwrap();
    model().predict(&x, Predict::new().verbose(verbose)).unwrap();
}

/// The lines about steps, without the times.
fn lines(verbose: i32) -> Vec<String> {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "verbose::process", "--nocapture"]);
    let output = command.env(VERBOSE, verbose.to_string()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let about_steps = text.lines().filter(|line| line.contains("/step"));
    let timeless = about_steps.map(|line| {
        let parts = line.split(" - ").enumerate().filter(|(place, _)| ![1, 2].contains(place));
        parts.map(|(_, part)| part).collect::<Vec<_>>().join(" - ")
    });
    timeless.collect()
}

/// Where there is no terminal, a bar is a line; numbers without a meaning show nothing about steps, as in Keras.
#[test]
fn one_line_is_shown_or_none() {
    let both = ["3/3 - loss: 0.0000e+00 - mae: 0.0000e+00", "3/3"];
    assert_eq!(lines(2), both);
    assert_eq!(lines(-1), [""; 0]);
    assert_eq!(lines(7), [""; 0]);
    assert_eq!(lines(1), both);
    assert_eq!(lines(0), [""; 0]);
}
