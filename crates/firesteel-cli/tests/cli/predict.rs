// SPDX-License-Identifier: MIT OR Apache-2.0
//! `firesteel predict`: the outputs of real Keras, from all kinds of files.

use std::fs::File;

use firesteel::nn::testing::assert_close;
use ndarray::{Array2, ArrayD, arr2};
use ndarray_npy::NpzReader;

use crate::program::{command, run};
use crate::samples::{Folder, Training, read_array, read_text, saved, saved_case};

/// Single precision, added up in another order.
const TOLERANCE: f64 = 1e-5;

/// Predicts from files and compares with the outputs that Keras has for the model.
fn predict(folder: &Folder, model: &str, inputs: &[String]) {
    let expected = saved_case(model).arrays("outputs").unwrap();
    let outputs: Vec<String> =
        (0..expected.len()).map(|i| folder.path(&format!("out{i}.npy"))).collect();
    let mut predict = command("predict");
    predict.arg(saved(model));
    for input in inputs {
        predict.args(["--x", input]);
    }
    for output in &outputs {
        predict.args(["--output", output]);
    }
    assert_eq!(run(&mut predict).done(), "");
    for (output, expected) in outputs.iter().zip(&expected) {
        assert_close(model, &read_array(output), expected, TOLERANCE).unwrap();
    }
}

fn inputs(folder: &Folder, model: &str) -> Vec<String> {
    let arrays = saved_case(model).arrays("inputs").unwrap();
    let write = |(i, array): (usize, &ArrayD<f32>)| folder.npy(&format!("{model}{i}.npy"), array);
    arrays.iter().enumerate().map(write).collect()
}

#[test]
fn outputs_are_those_of_keras() {
    for model in [
        "seq_mlp.keras",
        "seq_mlp.h5",
        "seq_conv_plain.keras",
        "residual.keras",
        "nested_seq.keras",
        "siamese.keras",
        "towers_list.keras",
        "towers_dict.keras",
    ] {
        let folder = Folder::new();
        predict(&folder, model, &inputs(&folder, model));
    }
}

#[test]
fn several_arrays_may_stand_in_one_file() {
    let folder = Folder::new();
    let arrays = saved_case("towers_list.keras").arrays("inputs").unwrap();
    let in_order = folder.npz("in_order.npz", [("left", &arrays[0]), ("right", &arrays[1])]);
    predict(&folder, "towers_list.keras", &[in_order]);
    let turned = folder.npz("turned.npz", [("right", &arrays[1]), ("left", &arrays[0])]);
    predict(&folder, "towers_list.keras", std::slice::from_ref(&turned));
    let named = ["left", "right"].map(|name| format!("{turned}:{name}"));
    predict(&folder, "towers_list.keras", &named);
    let mut unknown = command("predict");
    unknown.arg(saved("towers_list.keras")).args(["--x", &format!("{turned}:lefd")]);
    unknown.args(["--output", &folder.path("a.npy"), "--output", &folder.path("b.npy")]);
    let expected = "unknown array `lefd`; did you mean `left`? known names: right, left";
    assert_eq!(run(&mut unknown).failed(), format!("{turned}: {expected}"));
}

/// Names that are not the model's say nothing, and those of NumPy neither.
#[test]
fn arrays_under_other_names_are_taken_by_position() {
    let folder = Folder::new();
    let arrays = saved_case("towers_list.keras").arrays("inputs").unwrap();
    for (i, names) in [["arr_0", "arr_1"], ["zebra", "ant"]].into_iter().enumerate() {
        let members = [(names[0], &arrays[0]), (names[1], &arrays[1])];
        predict(&folder, "towers_list.keras", &[folder.npz(&format!("{i}.npz"), members)]);
    }
    let single = saved_case("seq_mlp.keras").arrays("inputs").unwrap();
    predict(&folder, "seq_mlp.keras", &[folder.npz("single.npz", [("images", &single[0])])]);
}

#[test]
fn names_of_which_some_fit_are_refused() {
    let folder = Folder::new();
    let arrays = saved_case("towers_list.keras").arrays("inputs").unwrap();
    let half = folder.npz("half.npz", [("rihgt", &arrays[1]), ("left", &arrays[0])]);
    let mut predict = command("predict");
    predict.arg(saved("towers_list.keras")).args(["--x", &half]);
    let text = run(predict.args(["--output", &folder.path("all.npz")])).failed();
    let expected = "predict: `--x` must be arrays named `left`, `right`, got `rihgt`, `left`; ";
    assert!(text.starts_with(expected), "{text}");
    assert_eq!(folder.names(), ["half.npz"]);
}

#[test]
fn every_type_of_number_is_taken() {
    let folder = Folder::new();
    let output = folder.path("output.npy");
    let predicted = |x: &str| {
        let mut predict = command("predict");
        predict.arg(saved("seq_noinput.keras")).args(["--x", x, "--output", &output]);
        run(&mut predict).done();
        read_array(&output)
    };
    let whole: Array2<f32> = arr2(&[[0.0, 1.0, 1.0, 0.0], [1.0, 0.0, 1.0, 1.0]]);
    let expected = predicted(&folder.npy("f32.npy", &whole));
    assert_eq!(expected.shape(), [2, 1]);
    assert_ne!(expected[[0, 0]].to_bits(), expected[[1, 0]].to_bits());
    for file in [
        folder.npy("f64.npy", &whole.mapv(f64::from)),
        folder.npy("i64.npy", &whole.mapv(|x| x as i64)),
        folder.npy("i32.npy", &whole.mapv(|x| x as i32)),
        folder.npy("i16.npy", &whole.mapv(|x| x as i16)),
        folder.npy("i8.npy", &whole.mapv(|x| x as i8)),
        folder.npy("u64.npy", &whole.mapv(|x| x as u64)),
        folder.npy("u32.npy", &whole.mapv(|x| x as u32)),
        folder.npy("u16.npy", &whole.mapv(|x| x as u16)),
        folder.npy("u8.npy", &whole.mapv(|x| x as u8)),
        folder.npy("bool.npy", &whole.mapv(|x| x > 0.5)),
        // one column after the other, as Fortran and `x.T` have it
        folder.npy("columns.npy", &whole.t().as_standard_layout().reversed_axes()),
    ] {
        assert_eq!(predicted(&file), expected, "{file}");
    }
}

#[test]
fn columns_of_a_table_give_the_same_outputs() {
    let training = Training::new("mlp_mse_momentum");
    let [from_arrays, from_table] =
        ["arrays.npy", "table.npy"].map(|name| training.folder.path(name));
    let x = training.folder.path("x0.npy");
    let mut predict = command("predict");
    predict.arg(training.end()).args(["--x", &x, "--output", &from_arrays]);
    run(predict.args(["--batch-size", "5"])).done();
    let mut predict = command("predict");
    predict.arg(training.end()).args(["--table", &training.csv(), "--output", &from_table]);
    run(predict.args(["--features", "x0,x1,x2,x3,x4"])).done();
    let expected = training.arrays("predict").swap_remove(0);
    for file in [&from_arrays, &from_table] {
        assert_close(file, &read_array(file), &expected, TOLERANCE).unwrap();
    }
}

#[test]
fn each_output_needs_a_file() {
    let folder = Folder::new();
    let model = "towers_list.keras";
    let mut predict = command("predict");
    predict.arg(saved(model)).args(["--output", &folder.path("only.npy")]);
    for input in inputs(&folder, model) {
        predict.args(["--x", &input]);
    }
    let text = "predict: `--output` must be given 2 times, once for each output of the model, or one `.npz`";
    assert_eq!(run(&mut predict).failed(), format!("{text}, got 1 times"));
}

/// Or one `.npz` holds them all, under the model's names.
#[test]
fn all_outputs_fit_in_one_file() {
    let folder = Folder::new();
    let model = "towers_list.keras";
    let together = folder.path("all.npz");
    let apart = [folder.path("first.npy"), folder.path("second.npy")];
    for outputs in [&[together.clone()][..], &apart] {
        let mut predict = command("predict");
        predict.arg(saved(model));
        for output in outputs {
            predict.args(["--output", output]);
        }
        for input in inputs(&folder, model) {
            predict.args(["--x", &input]);
        }
        run(&mut predict).done();
    }
    let mut archive = NpzReader::new(File::open(together).unwrap()).unwrap();
    assert_eq!(archive.names().unwrap(), ["value", "kind"]);
    for (name, file) in ["value", "kind"].iter().zip(&apart) {
        let array: ArrayD<f32> = archive.by_name(name).unwrap();
        assert_eq!(array, read_array(file));
    }
}

/// A single one has the name that NumPy gives.
#[test]
fn an_only_output_has_the_name_of_numpy() {
    let folder = Folder::new();
    let output = folder.path("output.npz");
    let mut predict = command("predict");
    predict.arg(saved("seq_mlp.keras")).args(["--output", &output]);
    run(predict.args(["--x", &inputs(&folder, "seq_mlp.keras")[0]])).done();
    let mut archive = NpzReader::new(File::open(output).unwrap()).unwrap();
    assert_eq!(archive.names().unwrap(), ["arr_0"]);
}

#[test]
fn an_output_has_a_known_ending_and_a_file_of_its_own() {
    let folder = Folder::new();
    let model = "towers_list.keras";
    for (outputs, expected) in [
        (["first.npy", "second.txt"], "`--output` must be a name that ends in `.npy` or `.npz`"),
        (["first.npy", "first.npy"], "`--output` must be a file of its own for each output"),
    ] {
        let mut predict = command("predict");
        predict.arg(saved(model));
        for output in outputs {
            predict.args(["--output", &folder.path(output)]);
        }
        for input in inputs(&folder, model) {
            predict.args(["--x", &input]);
        }
        let text = run(&mut predict).failed();
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn a_prediction_that_fails_leaves_what_was_there() {
    let folder = Folder::new();
    let output = folder.file("output.npy", "precious");
    let refused = |x: &str, output: &str| {
        let mut predict = command("predict");
        run(predict.arg(saved("seq_mlp.keras")).args(["--x", x, "--output", output])).failed()
    };
    let wide = folder.npy("wide.npy", &Array2::<f32>::ones((2, 5)));
    let text = refused(&wide, &output);
    assert_eq!(text, "input `input_layer`: the shape does not fit, expected (None, 4), got (2, 5)");
    assert_eq!(read_text(&output), "precious");
    assert_eq!(folder.names(), ["output.npy", "wide.npy"]);
    let fitting = folder.npy("fitting.npy", &Array2::<f32>::ones((2, 4)));
    let target = folder.path("");
    let target = target.trim_end_matches('/');
    assert_eq!(
        refused(&fitting, target),
        format!("{target}: is a directory; give the path of a file")
    );
}
