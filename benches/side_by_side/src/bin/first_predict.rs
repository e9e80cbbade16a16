// SPDX-License-Identifier: MIT OR Apache-2.0
//! `first_predict [--rounds N] [ROW ..]`: seconds from the start of `firesteel predict` to its end.
//!
//! The command reads a small model and an array from files, and writes what the model says to another one. It must
//! stand beside this program, where building both with the same profile puts it.
#![expect(clippy::print_stdout, reason = "what a benchmark prints is its result")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use firesteel::err;
use firesteel::prelude::*;
use firesteel_benches::{Arguments, Measurement, uniform};

const ROW: &str = "first_predict";

fn main() -> Result<()> {
    let arguments = Arguments::parse(std::env::args().skip(1), &[ROW])?;
    let folder = tempfile::tempdir().map_err(|error| err::io(ROW, error))?;
    let files = Files::write(folder.path())?;
    // the first start reads the program from the disk
    files.predict()?;
    let runs = (0..arguments.rounds).map(|_| files.predict()).collect::<Result<Vec<_>>>()?;
    println!("{}", Measurement { row: ROW.to_owned(), unit: "s", runs, loss: None, answer: None });
    Ok(())
}

/// The command, and the files that it is given.
struct Files {
    command: PathBuf,
    model: PathBuf,
    x: PathBuf,
    y: PathBuf,
}

impl Files {
    /// A model of 128-10-1 and 32 samples for it.
    fn write(folder: &Path) -> Result<Self> {
        let program = std::env::current_exe().map_err(|error| err::io(ROW, error))?;
        let command = format!("firesteel{}", std::env::consts::EXE_SUFFIX);
        let files = Self {
            command: program.with_file_name(command),
            model: folder.join("model.keras"),
            x: folder.join("x.npy"),
            y: folder.join("y.npy"),
        };
        let layers = layers![Input::new([128]), Dense::new(10).activation("relu"), Dense::new(1)];
        let mut model = Sequential::from(layers);
        model.set_seed(1);
        model.save(&files.model)?;
        let written = ndarray_npy::write_npy(&files.x, &uniform(&[32, 128], 1));
        written.map_err(|error| err::internal(format!("an array was not written: {error}")))?;
        Ok(files)
    }

    /// Runs the command and says how long it took.
    fn predict(&self) -> Result<f64> {
        let start = Instant::now();
        let done = Command::new(&self.command)
            .arg("predict")
            .arg(&self.model)
            .arg("--x")
            .arg(&self.x)
            .arg("--output")
            .arg(&self.y)
            .output()
            .map_err(|error| err::io(&self.command, error))?;
        let seconds = start.elapsed().as_secs_f64();
        let size = std::fs::metadata(&self.y).map_or(0, |file| file.len());
        if !done.status.success() || size < 32 * 4 {
            return Err(err::internal(format!("`firesteel predict`, {}", done.status))
                .expected("32 numbers")
                .got(String::from_utf8_lossy(&done.stderr)));
        }
        std::fs::remove_file(&self.y).map_err(|error| err::io(&self.y, error))?;
        Ok(seconds)
    }
}
