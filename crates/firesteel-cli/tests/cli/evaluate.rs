// SPDX-License-Identifier: MIT OR Apache-2.0
//! `firesteel evaluate`: the numbers of real Keras.

use firesteel::Json;

use crate::program::{command, run};
use crate::samples::{Training, assert_numbers, json, read_array, read_text, saved};

#[test]
fn loss_and_metrics_are_those_of_keras() {
    for name in ["mlp_mse_sgd", "mlp_sparse", "mlp_binary", "conv_sparse", "residual", "multi_list"]
    {
        let training = Training::new(name);
        let mut evaluate = command("evaluate");
        evaluate.arg(training.end()).args(["--batch-size", "5", "--json"]);
        let scores = json(&run(training.give(&mut evaluate)).done());
        assert_numbers(name, &scores, training.case.json("evaluate"));
    }
}

#[test]
fn a_line_shows_the_numbers_in_the_order_of_keras() {
    let training = Training::new("mlp_mse_sgd");
    let text = run(training.give(command("evaluate").arg(training.end()))).done();
    let expected = training.case.json("evaluate");
    let number = |name: &str| format!("{name}: {:.4}", expected[name].as_f64().unwrap());
    assert_eq!(text, format!("{} - {}\n", number("loss"), number("mae")));
}

#[test]
fn columns_of_a_table_give_the_same_numbers() {
    let training = Training::new("mlp_mse_momentum");
    let mut evaluate = command("evaluate");
    evaluate.arg(training.end()).args(["--table", &training.csv(), "--label", "y"]);
    let scores = json(&run(evaluate.args(["--features", "x0,x1,x2,x3,x4", "--json"])).done());
    assert_numbers("from a table", &scores, training.case.json("evaluate"));
    let semicolons = read_text(&training.csv()).replace(',', ";");
    let file = training.folder.file("semicolons.csv", semicolons);
    let mut evaluate = command("evaluate");
    evaluate.arg(training.end()).args(["--table", &file, "--option", "sep=;", "--label", "y"]);
    let scores = json(&run(evaluate.args(["--features", "x0,x1,x2,x3,x4", "--json"])).done());
    assert_numbers("with an option", &scores, training.case.json("evaluate"));
}

/// The check of the lecture: the mean squared error by hand is the one that is evaluated.
#[test]
fn the_error_by_hand_is_the_one_that_is_evaluated() {
    let training = Training::new("mlp_default_batch");
    let x = training.folder.path("x0.npy");
    let predicted = training.folder.path("predicted.npy");
    let mut predict = command("predict");
    predict.arg(training.end()).args(["--x", &x, "--output", &predicted]);
    assert_eq!(run(&mut predict).done(), "");
    let (y, predicted) = (training.arrays("y").swap_remove(0), read_array(&predicted));
    assert_eq!(y.shape(), predicted.shape());
    let squares = (&predicted - &y).mapv(|apart| f64::from(apart).powi(2));
    let scores = run(training.give(command("evaluate").arg(training.end()).arg("--json"))).done();
    let loss = json(&scores)["loss"].as_f64().unwrap();
    let apart = (squares.sum() / squares.len() as f64 - loss).abs();
    assert!(apart < 1e-6, "apart by {apart}");
}

#[test]
fn a_model_without_settings_cannot_be_evaluated() {
    let training = Training::new("residual");
    let file = saved("residual.keras");
    let text = run(training.give(command("evaluate").arg(&file))).failed();
    assert!(text.starts_with(&format!("{file}: the file holds no compile settings; ")), "{text}");
    assert!(text.contains("`firesteel fit --loss ..`"), "{text}");
}

/// In place of the file's, or where it has none that are known.
#[test]
fn loss_and_metrics_may_come_from_options() {
    let training = Training::new("multi_list");
    let losses = ["--loss", "mse,sparse_categorical_crossentropy", "--json"];
    let mut evaluate = command("evaluate");
    let scores = run(training.give(evaluate.arg(training.end())).args(losses)).done();
    assert_numbers("losses", &json(&scores), training.case.json("evaluate"));

    let training = Training::new("mlp_mse_sgd");
    let model = training.with_settings(|settings| settings["loss"] = Json::from("unheard"));
    let text = run(training.give(command("evaluate").arg(&model))).failed();
    assert!(
        text.ends_with("; give `--loss`, and perhaps `--metrics`, to take their place"),
        "{text}"
    );
    let options = ["--loss", "mse", "--metrics", "mae", "--json"];
    let ended = run(training.give(command("evaluate").arg(&model)).args(options));
    assert!(ended.stderr.contains("settings are left out: unknown loss `unheard`"), "{ended:?}");
    let known = run(training.give(command("evaluate").arg(training.start())).arg("--json")).done();
    assert_numbers("from options", &json(&ended.stdout), &json(&known));
}

#[test]
fn targets_are_needed() {
    let training = Training::new("mlp_mse_sgd");
    let x = training.folder.path("x0.npy");
    let text = run(command("evaluate").arg(training.end()).args(["--x", &x])).refused(2);
    assert_eq!(text, "firesteel: evaluate: `--y` must be given, got nothing\n");
    let table = training.folder.file("t.csv", "a,b\n1,2\n");
    let mut evaluate = command("evaluate");
    evaluate.arg(training.end()).args(["--table", &table, "--features", "a,b"]);
    let text = run(&mut evaluate).refused(2);
    assert_eq!(text, "firesteel: evaluate: `--label` must be given, got nothing\n");
}
