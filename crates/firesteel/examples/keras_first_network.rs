// SPDX-License-Identifier: MIT OR Apache-2.0
//! A first network, built in both ways, trained, evaluated, saved and read back.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use firesteel::prelude::*;
use ndarray::{Array2, Axis};

fn main() -> Result<()> {
    // a target that a small network can learn: the sum of the first two features
    let x = Array2::from_shape_fn((320, 128), |(i, j)| ((i * 31 + j * 17) % 97) as f32 / 97.0);
    let y = x.map_axis(Axis(1), |row| row[0] + row[1]).insert_axis(Axis(1));
    let (x_train, y_train) = (x.slice(ndarray::s![..256, ..]), y.slice(ndarray::s![..256, ..]));
    let x_val = x.slice(ndarray::s![256.., ..]).to_owned();
    let y_val = y.slice(ndarray::s![256.., ..]).to_owned();

    let mut model = Sequential::new();
    model.add(Input::new([128]));
    model.add(Dense::new(10).activation("tanh"));
    model.add(Dense::new(1).activation("linear"));

    let mut model = Sequential::from(layers![
        Input::new([128]),
        Dense::new(10).activation("tanh"),
        Dense::new(1).activation("linear"),
    ]);
    model.set_seed(1);
    println!("{}", model.summary()?);

    model.compile(Compile::new().optimizer(Adam::new().learning_rate(1e-3)).loss("mse"))?;
    let fit = Fit::new().epochs(10).batch_size(32).validation_split(0.1);
    let history = model.fit((&x_train, &y_train), fit)?;
    println!("loss of each epoch: {:?}", &history["loss"]);

    let y_pred = model.predict(&x_val, Predict::new())?;
    let scores = model.evaluate((&x_val, &y_val), Evaluate::new())?;
    assert!((mse(&y_pred, &y_val) - scores.loss()).abs() < 1e-6);

    let file = std::env::temp_dir().join("firesteel_first_network.keras");
    model.save(&file)?;
    let again = load_model(&file)?;
    assert_eq!(again.predict(&x_val, Predict::new())?, y_pred);
    println!("validation: {scores}");
    Ok(())
}
