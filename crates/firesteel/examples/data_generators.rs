// SPDX-License-Identifier: MIT OR Apache-2.0
//! Data generators: any Rust iterator of batches, endless or not, and csv files one after the other.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::path::PathBuf;

use firesteel::prelude::*;
use ndarray::Array2;

fn batches(seed: usize) -> impl Iterator<Item = Result<Batch>> + Send {
    (seed..).map(|step| {
        let x =
            Array2::from_shape_fn((32, 4), |(i, j)| ((step * 32 + i) * (j + 3) % 11) as f32 / 11.0);
        let y = Array2::from_shape_fn((32, 1), |(i, _)| x[[i, 0]] - x[[i, 3]]);
        Ok(Batch::from((x, y)))
    })
}

fn main() -> Result<()> {
    let mut model =
        Sequential::from(layers![Input::new([4]), Dense::new(8).activation("tanh"), Dense::new(1)]);
    model.set_seed(2);
    model.compile(Compile::new().optimizer(SGD::new().learning_rate(0.1)).loss("mse"))?;
    let history =
        model.fit(Generator::new(batches(0)), Fit::new().epochs(10).steps_per_epoch(20))?;
    println!("losses {:?}", &history["loss"]);
    let y = model.predict(Generator::new(batches(9)), Predict::new().steps(3))?;
    assert_eq!(y.shape(), [96, 1]);

    let files = write_files()?;
    let batches = csv_batches(&files, load_process_data);
    model.fit(Generator::new(batches), Fit::new().epochs(2).steps_per_epoch(6))?;
    let once = csv_batches(&files, load_process_data).take(files.len());
    println!("{}", model.evaluate(Generator::new(once), Evaluate::new())?);
    Ok(())
}

/// What becomes of the table of one file.
fn load_process_data(table: &DataFrame) -> Result<Batch> {
    let scaled = table.dropna()?.with_column("x4", col("x4") / lit(100.0))?;
    scaled.features(["x1", "x2", "x3", "x4"]).label("y").to_batch()
}

fn write_files() -> Result<Vec<PathBuf>> {
    let folder = std::env::temp_dir().join("firesteel_csv_batches");
    std::fs::create_dir_all(&folder).map_err(|error| firesteel::err::io(&folder, error))?;
    let file = |number: usize| {
        let mut text = "x1,x2,x3,x4,y\n".to_owned();
        for i in 0..64 {
            let x1 = (i * number % 7) as f32 / 7.0;
            text += &format!("{x1},0.5,{},{i},{x1}\n", i % 2);
        }
        let path = folder.join(format!("{number}.csv"));
        firesteel::files::write_bytes(&path, text.as_bytes())?;
        Ok(path)
    };
    (1..=3).map(file).collect()
}
