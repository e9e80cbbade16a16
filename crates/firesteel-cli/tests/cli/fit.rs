// SPDX-License-Identifier: MIT OR Apache-2.0
//! `firesteel fit`: the training of real Keras, its files, and what is kept when it fails.

use std::fs;
use std::process::Command;

use firesteel::Json;
use firesteel::nn::testing::{Case, assert_close};
use firesteel::nn::{LoadModel, load_model, load_model_with};
use ndarray::ArrayD;

use crate::program::{command, run, run_head};
use crate::samples::{Training, assert_numbers, json, read_text, saved};

/// What three epochs of steps make of rounding in single weights.
const GROWN: f64 = 3e-5;

/// A training as Keras did it, into files of the training's folder.
fn fit(training: &Training, model: &str) -> Command {
    let mut command = command("fit");
    training.give(command.arg(model)).args(options(&training.case));
    command.args(["--output", &training.folder.path("trained.keras")]);
    command.args(["--history", &training.folder.path("history.json")]);
    command
}

/// The recorded arguments of Keras' `fit` as options.
fn options(case: &Case) -> Vec<String> {
    let mut options = vec!["--no-shuffle".to_owned()];
    for (name, value) in case.json("fit").as_object().unwrap() {
        match name.as_str() {
            "shuffle" => assert_eq!(value, &Json::Bool(false)),
            name => options.extend([format!("--{}", name.replace('_', "-")), value.to_string()]),
        }
    }
    options
}

fn history(training: &Training) -> Json {
    json(&read_text(&training.folder.path("history.json")))
}

fn assert_same_weights(got: &str, expected: &str) {
    let (got, expected) = (load_model(got).unwrap(), load_model(expected).unwrap());
    assert_eq!(got.weights().len(), expected.weights().len());
    for (got, expected) in got.weights().iter().zip(expected.weights()) {
        let (got, values) = (got.to_array().unwrap(), expected.to_array().unwrap());
        assert_close(expected.name(), &got, &values, GROWN).unwrap();
    }
}

#[test]
fn a_training_is_the_one_of_keras() {
    for name in
        ["mlp_mse_adam", "mlp_sparse", "validation_split", "conv_sgd", "multi_list", "multi_dict"]
    {
        let training = Training::new(name);
        run(fit(&training, &training.start()).arg("--quiet")).done();
        assert_numbers(name, &history(&training), training.case.json("history"));
        assert_same_weights(&training.folder.path("trained.keras"), &training.end());
    }
}

#[test]
fn threads_are_chosen_and_change_no_bit() {
    let training = Training::new("conv_sgd");
    let weights = |threads: &str| -> Vec<ArrayD<f32>> {
        run(fit(&training, &training.start()).args(["--quiet", "--threads", threads])).done();
        let model = load_model(training.folder.path("trained.keras")).unwrap();
        model.weights().iter().map(|weight| weight.to_array().unwrap()).collect()
    };
    assert_eq!(weights("1"), weights("3"));
    let refused = run(fit(&training, &training.start()).args(["--threads", "0"])).failed();
    assert!(refused.contains("at least 1"), "{refused}");
}

#[test]
fn each_epoch_is_one_line() {
    let training = Training::new("mlp_sparse");
    let text = run(&mut fit(&training, &training.start())).done();
    assert_eq!(text.lines().count(), 3, "{text}");
    for (epoch, line) in text.lines().enumerate() {
        let number = |name: &str| {
            let value = training.case.json("history")[name][epoch].as_f64().unwrap();
            format!(" - {name}: {value:.4}")
        };
        assert!(line.starts_with(&format!("Epoch {}/3 - 6/6 - ", epoch + 1)), "{line}");
        assert!(line.ends_with(&(number("accuracy") + &number("loss"))), "{line}");
    }
    let quiet = run(fit(&training, &training.start()).arg("--quiet")).done();
    assert_eq!(quiet, "");
}

#[test]
fn a_training_goes_on_where_it_stopped() {
    let training = Training::new("mlp_mse_adam");
    let path = |name: &str| training.folder.path(name);
    let mut epochs = Vec::new();
    for (from, to) in [(training.start(), "1.keras"), (path("1.keras"), "2.keras")] {
        let mut fit = command("fit");
        training.give(fit.arg(from)).args(["--no-shuffle", "--batch-size", "4", "--quiet"]);
        fit.args(["--output", &path(to), "--history", &path("history.json")]);
        run(&mut fit).done();
        epochs.push(history(&training)["loss"][0].clone());
    }
    let expected = training.case.json("history")["loss"].as_array().unwrap();
    assert_numbers("epochs apart", &Json::from(epochs), &Json::from(&expected[..2]));
}

#[test]
fn settings_that_the_file_lacks_come_from_options() {
    let training = Training::new("mlp_mse_adam");
    let bare = training.folder.path("bare.keras");
    let model = load_model_with(training.start(), &LoadModel::new().compile(false)).unwrap();
    model.save(&bare).unwrap();
    let text = run(&mut fit(&training, &bare)).failed();
    assert!(text.starts_with(&format!("{bare}: the file holds no compile settings; ")), "{text}");
    let mut fit = fit(&training, &bare);
    fit.args(["--optimizer", "Adam", "--learning-rate", "0.01", "--loss", "mse", "--quiet"]);
    run(fit.args(["--metrics", "mse,mae"])).done();
    assert_numbers("from options", &history(&training), training.case.json("history"));
}

/// What a file says of its training need not be known where the options say it all.
#[test]
fn settings_that_are_not_known_are_left_out() {
    let training = Training::new("mlp_mse_adam");
    let model = training.with_settings(|settings| {
        settings["optimizer"]["class_name"] = Json::from("Unheard");
    });
    for options in [&["--quiet"][..], &["--quiet", "--loss", "mse"]] {
        let text = run(fit(&training, &model).args(options)).failed();
        let expected = format!(
            "{model}: the compile settings cannot be restored: unknown optimizer `Unheard`"
        );
        assert!(text.starts_with(&expected), "{text}");
        let hint = "give `--optimizer` and `--loss`, and perhaps `--metrics`, to take their place";
        assert!(text.ends_with(hint) && !text.contains("LoadModel"), "{text}");
    }
    let mut fit = fit(&training, &model);
    fit.args(["--optimizer", "Adam", "--learning-rate", "0.01", "--loss", "mse", "--quiet"]);
    let ended = run(fit.args(["--metrics", "mse,mae"]));
    let note = format!(
        "firesteel: note: {model}: its compile settings are left out: unknown optimizer `Unheard`"
    );
    assert!(ended.code == Some(0) && ended.stderr.starts_with(&note), "{ended:?}");
    assert_numbers("from options", &history(&training), training.case.json("history"));
}

#[test]
fn each_output_may_have_a_loss_of_its_own() {
    let training = Training::new("multi_list");
    let model = training.with_settings(|settings| settings["loss"] = Json::from("mae"));
    for losses in [
        &["--loss", "mse,sparse_categorical_crossentropy"][..],
        &["--loss", "mse", "--loss", "sparse_categorical_crossentropy"],
    ] {
        run(fit(&training, &model).args(losses).arg("--quiet")).done();
        assert_numbers("a loss each", &history(&training), training.case.json("history"));
    }
    let text = run(fit(&training, &model).args(["--loss", "mse,mse,mse", "--quiet"])).failed();
    assert!(text.contains("a list of 2 values, one for each output, got 3"), "{text}");
}

#[test]
fn a_loss_that_runs_away_is_noticed() {
    let training = Training::new("mlp_mse_sgd");
    let mut fit = fit(&training, &training.start());
    let ended = run(fit.args(["--learning-rate", "1e30", "--quiet"]));
    let note = "firesteel: note: the loss is no finite number since epoch 1; try a smaller `--learning-rate`";
    assert!(ended.code == Some(0) && ended.stderr.starts_with(note), "{ended:?}");
    assert_eq!((ended.stderr.lines().count(), ended.stdout.as_str()), (1, ""));
}

#[test]
fn a_seed_decides_the_order_of_the_samples() {
    let training = Training::new("mlp_sparse");
    let losses = |seed: &str| {
        let mut fit = command("fit");
        training.give(fit.arg(training.start())).args(["--batch-size", "4", "--quiet"]);
        fit.args(["--seed", seed, "--history", &training.folder.path("history.json")]);
        run(&mut fit).done();
        history(&training)["loss"].clone()
    };
    let first = losses("1");
    assert_eq!(losses("1"), first);
    assert_ne!(losses("2"), first);
}

#[test]
fn columns_of_a_table_train_the_same_network() {
    let training = Training::new("mlp_mse_momentum");
    let mut fit = command("fit");
    fit.arg(training.start()).args(["--table", &training.csv(), "--label", "y", "--quiet"]);
    fit.args(["--features", "x0,x1,x2,x3,x4", "--history", &training.folder.path("history.json")]);
    run(fit.args(options(&training.case))).done();
    assert_numbers("from a table", &history(&training), training.case.json("history"));
}

/// Inputs and targets in the wrong order, under the right names.
#[test]
fn arrays_are_found_by_the_names_of_the_model() {
    let training = Training::new("multi_list");
    let (x, y) = (training.arrays("x"), training.arrays("y"));
    let x = training.folder.npz("x.npz", [("right", &x[1]), ("left", &x[0])]);
    let y = training.folder.npz("y.npz", [("kind", &y[1]), ("value", &y[0])]);
    let mut fit = command("fit");
    fit.arg(training.start()).args(["--x", &x, "--y", &y, "--quiet"]).args(options(&training.case));
    run(fit.args(["--history", &training.folder.path("history.json")])).done();
    assert_numbers("by name", &history(&training), training.case.json("history"));
    let mut evaluate = command("evaluate");
    evaluate.arg(training.end()).args(["--x", &x, "--y", &y, "--json"]);
    assert_numbers("by name", &json(&run(&mut evaluate).done()), training.case.json("evaluate"));
}

/// An earlier result, and a training that fails after it was started.
#[test]
fn a_training_that_fails_leaves_what_was_there() {
    let training = Training::new("mlp_mse_sgd");
    for name in ["trained.keras", "history.json"] {
        training.folder.file(name, "precious");
    }
    let mut y: ArrayD<f32> = training.arrays("y").swap_remove(0);
    y[[20, 1]] = f32::NAN;
    training.folder.npy("y0.npy", &y);
    let before = training.folder.names();
    let text = run(&mut fit(&training, &training.start())).failed();
    assert!(text.contains("MeanSquaredError: `y` must be a number everywhere, got NaN"), "{text}");
    for name in ["trained.keras", "history.json"] {
        assert_eq!(read_text(&training.folder.path(name)), "precious");
    }
    assert_eq!(training.folder.names(), before, "nothing else stays behind");
}

#[test]
fn files_that_cannot_be_written_are_refused_before_the_training() {
    let training = Training::new("mlp_mse_sgd");
    let folder = training.folder.path("folder.keras");
    fs::create_dir(&folder).unwrap();
    let missing = training.folder.path("missing");
    let below = format!("{missing}/trained.keras");
    let refused = |option: &str, file: &str| {
        let mut fit = command("fit");
        run(training.give(fit.arg(training.start())).args([option, file])).failed()
    };
    assert_eq!(
        refused("--output", &folder),
        format!("{folder}: is a directory; give the path of a file")
    );
    let text = format!("{missing}: no such file or folder; correct the path");
    assert_eq!(refused("--output", &below), text);
    assert_eq!(refused("--history", &below), text);
    let named = |name: &str| {
        format!("fit: `--output` must be a name that ends in `.keras` or `.h5`, got `{name}`")
    };
    for name in ["trained", "trained.weights.h5"] {
        assert_eq!(refused("--output", name), named(name));
    }
}

#[test]
fn a_reader_that_goes_away_does_not_stop_the_training() {
    let training = Training::new("mlp_sparse");
    let ended = run_head(&mut fit(&training, &training.start()), 1);
    assert_eq!(ended.done().lines().count(), 1);
    assert_numbers("unread", &history(&training), training.case.json("history"));
}

#[test]
fn names_of_settings_have_hints() {
    let training = Training::new("mlp_sparse");
    for (option, name, hint) in [
        ("--optimizer", "adm", "unknown optimizer `adm`; did you mean `adam`?"),
        ("--loss", "mes", "unknown loss `mes`; did you mean `mse`?"),
        ("--metrics", "acuracy", "unknown metric `acuracy`; did you mean `accuracy`?"),
        ("--device", "cpv", "unknown device `cpv`; did you mean `cpu`?"),
    ] {
        let text = run(fit(&training, &training.start()).args([option, name])).failed();
        assert!(text.contains(hint), "{text}");
    }
}

#[test]
fn numbers_out_of_range_are_refused() {
    let training = Training::new("mlp_sparse");
    let refused = |option: &str, value: &str| {
        let mut fit = command("fit");
        run(training.give(fit.arg(saved("seq_mlp.keras"))).args([option, value])).failed()
    };
    assert_eq!(refused("--epochs", "0"), "fit: `epochs` must be at least 1, got 0");
    assert_eq!(refused("--batch-size", "0"), "fit: `batch_size` must be at least 1, got 0");
    let text = "fit: `validation_split` must be at least 0 and below 1, got 1.5";
    assert_eq!(refused("--validation-split", "1.5"), text);
}
