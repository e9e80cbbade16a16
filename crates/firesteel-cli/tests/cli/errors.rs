// SPDX-License-Identifier: MIT OR Apache-2.0
//! What all commands have in common: help, hints for slips of the pen, and files that are not what they should be.

use std::fs;
use std::io::Cursor;
use std::process::Command;

use ndarray::{Array1, Array2};
use ndarray_npy::NpzWriter;

use crate::program::{command, program, run};
use crate::samples::{Folder, saved};

const COMMANDS: [&str; 8] =
    ["tour", "summary", "fit", "predict", "evaluate", "sql", "scheduler", "executor"];

/// The commands that take a model, with all that they need beside it.
fn with_model(model: &str) -> Vec<Command> {
    let mut commands = ["summary", "fit", "predict", "evaluate"].map(command);
    commands.iter_mut().for_each(|command| {
        command.arg(model);
    });
    let [_, fit, predict, evaluate] = &mut commands;
    fit.args(["--x", "x.npy", "--y", "y.npy"]);
    predict.args(["--x", "x.npy", "--output", "predicted.npy"]);
    evaluate.args(["--x", "x.npy", "--y", "y.npy"]);
    commands.into()
}

/// A file with the array (3, 4) whose header says that it is larger than any memory.
fn boasting(mut bytes: Vec<u8>) -> Vec<u8> {
    let start = bytes.windows(2).position(|two| two == b"(3").unwrap();
    let end = start + bytes[start..].iter().position(|byte| *byte == b'\n').unwrap();
    let shape = b"(1152921504606846976,)}";
    bytes[start..end].fill(b' ');
    bytes[start..start + shape.len()].copy_from_slice(shape);
    bytes
}

/// `predict` on a model whose samples have four features.
fn predict(x: &str, output: &str) -> Command {
    let mut predict = command("predict");
    predict.arg(saved("seq_mlp.keras")).args(["--x", x, "--output", output]);
    predict
}

#[test]
fn help_is_no_failure() {
    let help = run(program().arg("--help")).done();
    for name in COMMANDS {
        assert!(help.contains(&format!("\n  {name} ")), "no `{name}` in:\n{help}");
        let help = run(command(name).arg("--help")).done();
        assert!(help.contains(&format!("Usage: firesteel {name}")), "{help}");
    }
    // the codes themselves: `refused` and `failed` of the tests below
    let codes = "0 when all went well, 1 when something failed, 2 when the command line";
    assert!(help.contains(codes), "{help}");
    let version = run(program().arg("--version")).done();
    assert_eq!(version, concat!("firesteel ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn no_command_at_all_shows_the_help() {
    let text = run(&mut program()).refused(2);
    assert!(text.contains("Usage: firesteel [OPTIONS] <COMMAND>"), "{text}");
    assert!(text.contains("Keras and Spark as one engine"), "{text}");
}

#[test]
fn slips_of_the_pen_have_hints() {
    let model = saved("seq_mlp.keras");
    let hints = [
        (vec!["sumary", &model], "'summary'"),
        (vec!["fit", &model, "--x", "x.npy", "--epoch", "3"], "'--epochs'"),
        (vec!["fit", &model, "--x", "x.npy", "--epochs", "many"], "'many'"),
        (vec!["sql", "SELECT 1", "--format", "tabel"], "'table'"),
        (vec!["sql", "SELECT 1", "--table", "cities.csv"], "cities=cities.csv"),
        (vec!["sql", "SELECT 1", "--table", "t=t.csv", "--option", "sep"], "KEY=VALUE"),
        (vec!["sql", "SELECT 1", "--option", "sep=;"], "--table"),
        (vec!["evaluate", &model, "--x", "x.npy", "--option", "sep=;"], "'--option <KEY=VALUE>'"),
        (vec!["summary"], "<MODEL>"),
        (vec!["predict", &model, "--x", "x.npy"], "--output"),
        (vec!["predict", &model, "--output", "y.npy"], "--x"),
        (vec!["evaluate", &model, "--table", "t.csv"], "--features"),
        (vec!["evaluate", &model, "--table", "t.csv", "--x", "x.npy"], "'--x <FILE>'"),
        (vec!["evaluate", &model, "--x", "x.npy", "--label", "y"], "'--label <COLUMN>'"),
    ];
    for (words, hint) in hints {
        let text = run(program().args(&words)).refused(2);
        assert!(text.starts_with("error: ") && text.contains(hint), "{words:?}: {text}");
    }
}

#[test]
fn a_model_that_is_not_there_is_named() {
    for mut command in with_model("no/such/model.keras") {
        let text = run(&mut command).failed();
        assert_eq!(text, "no/such/model.keras: no such file or folder; correct the path");
    }
}

#[test]
fn a_file_that_is_no_model_is_named() {
    let folder = Folder::new();
    let whole = fs::read(saved("seq_mlp.keras")).unwrap();
    let half = folder.file("half.keras", &whole[..whole.len() / 2]);
    let other = folder.file("other.keras", "layers: dense");
    for mut command in with_model(&half) {
        let text = run(&mut command).failed();
        assert!(text.starts_with(&format!("{half}: the zip is damaged or cut short")), "{text}");
    }
    for mut command in with_model(&other) {
        let text = run(&mut command).failed();
        let expected = "not a model: neither a `.keras` archive nor an HDF5 file";
        assert!(text.starts_with(&format!("{other}: {expected}")), "{text}");
    }
}

#[test]
fn a_layer_that_is_not_known_is_named() {
    let folder = Folder::new();
    let config = r#"{"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": [
        {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 4], "name": "i"}},
        {"module": "keras.layers", "class_name": "Dens", "config": {"name": "first", "units": 3}}]}}"#;
    folder.file("model/config.json", config);
    for mut command in with_model(&folder.path("model")) {
        let text = run(&mut command).failed();
        assert!(text.starts_with(&folder.path("model")), "{text}");
        let hint = "layer `first`: unknown layer `Dens`; did you mean `Dense`?";
        assert!(text.contains(hint), "{text}");
    }
}

#[test]
fn samples_that_do_not_fit_are_described() {
    let folder = Folder::new();
    let path = |name: &str| folder.path(name);
    folder.npy("wide.npy", &Array2::<f32>::ones((3, 5)));
    folder.npy("none.npy", &Array2::<f32>::ones((0, 4)));
    folder.npy("x.npy", &Array2::<f32>::ones((3, 4)));
    folder.npy("short.npy", &Array2::<f32>::ones((2, 2)));
    folder.npy("targets.npy", &Array2::<f32>::ones((3, 3)));
    folder.npy("flat.npy", &Array1::<f32>::ones(4));
    let output = path("output.npy");
    for (x, words) in [
        ("wide.npy", "input `input_layer`: the shape does not fit, expected (None, 4), got (3, 5)"),
        ("flat.npy", "input `input_layer`: the shape does not fit, expected (None, 4), got (4,)"),
        ("none.npy", "data: `x` must be at least one sample, got none"),
    ] {
        let text = run(&mut predict(&path(x), &output)).failed();
        assert!(text.starts_with(words), "{text}");
    }
    let mut twice = predict(&path("x.npy"), &output);
    let text = run(twice.args(["--x", &path("x.npy")])).failed();
    assert_eq!(text, "Model: the number of inputs does not fit, expected 1, got 2");
    let evaluate = |y: &str| {
        let mut evaluate = command("evaluate");
        evaluate.arg(saved("seq_mlp.keras")).args(["--x", &path("x.npy"), "--y", &path(y)]);
        run(&mut evaluate).failed()
    };
    let text = evaluate("short.npy");
    assert!(text.contains("differ in their number of samples, expected 3, got 2"), "{text}");
    let text = evaluate("targets.npy");
    assert!(text.contains("(3, 2)") && text.contains("(3, 3)"), "{text}");
}

#[test]
fn arrays_that_cannot_be_read_are_named() {
    let folder = Folder::new();
    let output = folder.path("output.npy");
    let missing = folder.path("missing.npy");
    let text = run(&mut predict(&missing, &output)).failed();
    assert_eq!(text, format!("{missing}: no such file or folder; correct the path"));
    let whole = fs::read(folder.npy("x.npy", &Array2::<f32>::ones((3, 4)))).unwrap();
    let header = "{'descr': '<U1', 'fortran_order': False, 'shape': (1,), }";
    let header = format!("{header:<117}\n");
    let words = [b"\x93NUMPY\x01\0\x76\0".as_slice(), header.as_bytes(), b"a\0\0\0"].concat();
    for (name, bytes) in [
        ("cut.npy", whole[..whole.len() - 7].to_vec()),
        ("text.npy", b"1,2,3,4\n".to_vec()),
        ("words.npy", words),
        ("boasting.npy", boasting(whole.clone())),
        ("empty.npy", Vec::new()),
    ] {
        let file = folder.file(name, bytes);
        let text = run(&mut predict(&file, &output)).failed();
        assert!(text.starts_with(&format!("{file}: not a NumPy array of numbers: ")), "{text}");
    }
    let mut npz = NpzWriter::new(Cursor::new(Vec::new()));
    npz.add_array("x", &Array2::<f32>::ones((3, 4))).unwrap();
    let npz = folder.file("boasting.npz", boasting(npz.finish().unwrap().into_inner()));
    let text = run(&mut predict(&npz, &output)).failed();
    assert!(text.starts_with(&format!("{npz}:x: not a NumPy array of numbers: ")), "{text}");
    let npz = folder.file("text.npz", "no zip");
    let text = run(&mut predict(&npz, &output)).failed();
    assert!(text.starts_with(&format!("{npz}: not an .npz file: ")), "{text}");
}

#[test]
fn columns_that_are_not_there_have_hints() {
    let folder = Folder::new();
    let table = folder.file("t.csv", "height,width,name\n1,2,a\n3,4,b\n");
    for (features, words) in [
        (
            "height,widht",
            "no column `widht`; did you mean `width`? columns are: height, width, name",
        ),
        ("height,name", "column `name` holds no numbers, expected a number, a boolean or a vector"),
    ] {
        let mut predict = command("predict");
        predict.arg(saved("opt_SGD.keras")).args(["--table", &table, "--features", features]);
        let text = run(predict.args(["--output", &folder.path("output.npy")])).failed();
        assert!(text.starts_with(words), "{text}");
    }
    let mut fit = command("fit");
    fit.arg(saved("opt_SGD.keras")).args(["--table", &table, "--features", "height,width"]);
    let text = run(fit.args(["--label", "nam"])).failed();
    assert!(text.starts_with("no column `nam`; did you mean `name`?"), "{text}");
}

#[test]
fn instructions_that_are_not_known_have_hints() {
    for file in ["seq_mlp.keras", "seq_mlp.h5"] {
        let mut summary = command("summary");
        let text = run(summary.arg(saved(file)).env("FIRESTEEL_KERNELS", "avx51")).failed();
        assert!(text.contains("FIRESTEEL_KERNELS") && text.contains("`avx512`"), "{text}");
    }
}
