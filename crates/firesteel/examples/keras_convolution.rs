// SPDX-License-Identifier: MIT OR Apache-2.0
//! A convolutional network on images, channels last.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use firesteel::prelude::*;
use ndarray::{Array2, Array4};

fn main() -> Result<()> {
    // images with a bright square whose side is the target
    let side = |i: usize| 4 + (i * 7) % 24;
    let x = Array4::from_shape_fn((48, 32, 32, 3), |(i, row, column, _)| {
        f32::from(u8::from(row < side(i) && column < side(i)))
    });
    let y = Array2::from_shape_fn((48, 1), |(i, _)| side(i) as f32 / 32.0);

    let mut model = Sequential::from(layers![
        Input::new([32, 32, 3]),
        Conv2D::new(16, (3, 3)).activation("relu").padding("same"),
        MaxPooling2D::new((2, 2)),
        Conv2D::new(32, (3, 3)).activation("relu").padding("same"),
        BatchNormalization::new(),
        MaxPooling2D::new((2, 2)),
        Flatten::new(),
        Dropout::new(0.1),
        Dense::new(1).activation("linear"),
    ]);
    model.set_seed(3);
    println!("{}", model.summary()?);
    model.compile(Compile::new().optimizer("adam").loss("mse"))?;
    let history = model.fit((&x, &y), Fit::new().epochs(8).batch_size(16))?;
    let losses = &history["loss"];
    assert!(losses[losses.len() - 1] < losses[0], "training makes the loss smaller: {losses:?}");
    Ok(())
}
