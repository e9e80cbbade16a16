// SPDX-License-Identifier: MIT OR Apache-2.0
//! Weights in a file: read into the same network, the top cut off, a new head, the base frozen.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use firesteel::prelude::*;
use ndarray::{Array2, Array4};

/// A base without weights as yet, and a head of one number.
fn network() -> Sequential {
    let base = Sequential::from(layers![
        Input::new([16, 16, 1]),
        Conv2D::new(8, (3, 3)).activation("relu").padding("same"),
        MaxPooling2D::new((2, 2)),
        Flatten::new(),
        Dense::new(16).activation("relu"),
    ]);
    Sequential::from(layers![base, Dense::new(1)])
}

/// Images with a bright square, and a row of targets for each, made of the length of its side.
fn squares<const N: usize>(target: impl Fn(usize) -> [f32; N]) -> (Array4<f32>, Array2<f32>) {
    let side = |i: usize| 3 + i % 11;
    let x = Array4::from_shape_fn((66, 16, 16, 1), |(i, row, column, _)| {
        f32::from(u8::from(row < side(i) && column < side(i)))
    });
    (x, Array2::from_shape_fn((66, N), |(i, j)| target(side(i))[j]))
}

fn main() -> Result<()> {
    let file = std::env::temp_dir().join("firesteel_example.weights.h5");

    // the first task: how long is the side?
    let mut first = network();
    first.set_seed(1);
    first.compile(Compile::new().optimizer("adam").loss("mse"))?;
    let (x, sides) = squares(|side| [side as f32 / 13.0]);
    first.fit((&x, &sides), Fit::new().epochs(10))?;
    first.save_weights(&file)?;

    // the second: is the square large? The same base, read from the file, with another head
    let mut again = network();
    again.load_weights(&file)?;
    assert_eq!(again.predict(&x, Predict::new())?, first.predict(&x, Predict::new())?);
    let base = again.layer_mut(0)?;
    let learned = base.weights()[0].to_array()?;
    let mut model = Sequential::from(layers![base, Dense::new(2).activation("softmax")]);
    model.layer_mut(0)?.set_trainable(false);
    let adam = Adam::new().learning_rate(0.01);
    model.compile(
        Compile::new().optimizer(adam).loss("categorical_crossentropy").metrics(["accuracy"]),
    )?;
    let (x, large) = squares(|side| if side > 7 { [0.0, 1.0] } else { [1.0, 0.0] });
    model.fit((&x, &large), Fit::new().epochs(20))?;
    assert_eq!(model.layer_mut(0)?.weights()[0].to_array()?, learned, "the base is frozen");
    println!("{}", model.evaluate((&x, &large), Evaluate::new())?);
    Ok(())
}
