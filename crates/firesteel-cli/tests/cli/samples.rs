// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the program is given: files of real Keras and Spark, and arrays as NumPy files.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use firesteel::Json;
use firesteel::nn::load_model;
use firesteel::nn::testing::{Case, Fixture};
use ndarray::ArrayD;
use ndarray_npy::{NpzWriter, WriteNpyExt, read_npy, write_npy};
use tempfile::TempDir;

/// Single precision, added up in another order.
const TOLERANCE: f64 = 1e-5;

/// A folder that goes when the test ends.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> String {
        text_of(&self.0.path().join(name))
    }

    /// Writes an array as `.npy`.
    pub(crate) fn npy(&self, name: &str, array: &impl WriteNpyExt) -> String {
        let path = self.path(name);
        write_npy(&path, array).unwrap();
        path
    }

    /// Writes arrays under their names as `.npz`.
    pub(crate) fn npz<'a>(
        &self,
        name: &str,
        members: impl IntoIterator<Item = (&'a str, &'a ArrayD<f32>)>,
    ) -> String {
        let path = self.path(name);
        let mut writer = NpzWriter::new_compressed(File::create(&path).unwrap());
        for (name, array) in members {
            writer.add_array(name, array).unwrap();
        }
        writer.finish().unwrap();
        path
    }

    /// Writes a file, and the folders that its name has.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::create_dir_all(Path::new(&path).parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// The names of everything in it.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// A file that comes with the repository.
pub(crate) fn repository(name: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    text_of(&root.join(name))
}

/// A model that real Keras saved.
pub(crate) fn saved(name: &str) -> String {
    repository(&format!("fixtures/keras/saving/{name}"))
}

/// What real Keras says of that model.
pub(crate) fn saved_case(name: &str) -> Case {
    let all = Fixture::read("keras/saving/saving").unwrap();
    all.case(&name.replace('.', "_")).unwrap().clone()
}

fn text_of(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

pub(crate) fn json(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

pub(crate) fn read_text(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

pub(crate) fn read_array(path: &str) -> ArrayD<f32> {
    read_npy(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Refuses numbers, by name, that are not those of Keras.
#[track_caller]
pub(crate) fn assert_numbers(what: &str, got: &Json, expected: &Json) {
    match (got, expected) {
        (Json::Object(got), Json::Object(expected)) => {
            let names = |object: &firesteel::JsonMap<String, Json>| {
                let mut names: Vec<String> = object.keys().cloned().collect();
                names.sort();
                names
            };
            assert_eq!(names(got), names(expected), "{what}");
            got.iter().for_each(|(name, got)| {
                assert_numbers(&format!("{what}: {name}"), got, &expected[name]);
            });
        }
        (Json::Array(got), Json::Array(expected)) => {
            assert_eq!(got.len(), expected.len(), "{what}");
            got.iter().zip(expected).for_each(|(got, expected)| {
                assert_numbers(what, got, expected);
            });
        }
        _ => {
            let (got, expected) = (got.as_f64().unwrap(), expected.as_f64().unwrap());
            let apart = (got - expected).abs();
            let near = apart <= TOLERANCE * expected.abs().max(0.1);
            assert!(near, "{what}: {got} instead of {expected}");
        }
    }
}

/// A training that real Keras did: its model before and after, and its samples as NumPy files.
pub(crate) struct Training {
    pub(crate) case: Case,
    pub(crate) folder: Folder,
    x: Vec<String>,
    y: Vec<String>,
}

impl Training {
    pub(crate) fn new(name: &str) -> Self {
        let all = Fixture::read(&format!("keras/training/{name}")).unwrap();
        let (case, folder) = (all.case(name).unwrap().clone(), Folder::new());
        let files = |kind: &str| -> Vec<String> {
            let arrays = case.named_arrays(kind).unwrap();
            let write = |(i, (_, array)): (usize, &(String, ArrayD<f32>))| {
                folder.npy(&format!("{kind}{i}.npy"), array)
            };
            arrays.iter().enumerate().map(write).collect()
        };
        let (x, y) = (files("x"), files("y"));
        Self { case, folder, x, y }
    }

    /// The arrays under a name, such as `x`.
    pub(crate) fn arrays(&self, name: &str) -> Vec<ArrayD<f32>> {
        self.case.named_arrays(name).unwrap().into_iter().map(|(_, array)| array).collect()
    }

    /// The model's file before the training.
    pub(crate) fn start(&self) -> String {
        self.model("start")
    }

    /// The model's file after the training.
    pub(crate) fn end(&self) -> String {
        self.model("end")
    }

    /// The model before the training as an unpacked file, with other settings in place of its own.
    pub(crate) fn with_settings(&self, change: impl FnOnce(&mut Json)) -> String {
        let model = load_model(self.start()).unwrap();
        let mut config = json(&model.to_json().unwrap());
        change(&mut config["compile_config"]);
        self.folder.file("changed/config.json", config.to_string());
        model.save_weights(self.folder.path("changed/model.weights.h5")).unwrap();
        self.folder.path("changed")
    }

    fn model(&self, field: &str) -> String {
        let name = self.case.json(field).as_str().unwrap();
        repository(&format!("fixtures/keras/training/{name}"))
    }

    /// Adds `--x` and `--y`, each as often as the model has inputs and outputs.
    pub(crate) fn give<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        for path in &self.x {
            command.args(["--x", path]);
        }
        for path in &self.y {
            command.args(["--y", path]);
        }
        command
    }

    /// The samples as csv, for a model with one input: columns `x0`, `x1`, .. and `y`.
    pub(crate) fn csv(&self) -> String {
        let (x, y) = (self.arrays("x").swap_remove(0), self.arrays("y").swap_remove(0));
        let names: Vec<String> = (0..x.shape()[1]).map(|i| format!("x{i}")).collect();
        let mut text = format!("{},y\n", names.join(","));
        for (row, label) in x.rows().into_iter().zip(&y) {
            row.iter().for_each(|value| text += &format!("{value},"));
            text += &format!("{label}\n");
        }
        self.folder.file("samples.csv", text)
    }
}
