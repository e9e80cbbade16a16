// SPDX-License-Identifier: MIT OR Apache-2.0
//! Data generators: any Rust iterator of batches, endless or not.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

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
    Ok(())
}
