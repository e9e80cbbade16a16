// SPDX-License-Identifier: MIT OR Apache-2.0
//! Convolutional networks on images, channels last: a large one for a few steps, and a small one until it has learned.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use firesteel::prelude::*;
use ndarray::{Array2, Array4};

/// Images with a bright square in a corner, and its side as a share of that of the image.
fn squares(count: usize, size: usize) -> (Array4<f32>, Array2<f32>) {
    let side = |i: usize| size / 8 + (i * 7) % (size * 3 / 4);
    let images = Array4::from_shape_fn((count, size, size, 3), |(i, row, column, _)| {
        f32::from(u8::from(row < side(i) && column < side(i)))
    });
    (images, Array2::from_shape_fn((count, 1), |(i, _)| side(i) as f32 / size as f32))
}

fn large() -> Result<()> {
    let mut model = Sequential::from(layers![
        Input::new([128, 128, 3]),
        Conv2D::new(64, (3, 3)).activation("relu").padding("same"),
        MaxPooling2D::new((2, 2)),
        Conv2D::new(128, (3, 3)).activation("relu").padding("same"),
        MaxPooling2D::new((2, 2)),
        Flatten::new(),
        Dense::new(1).activation("linear"),
    ]);
    model.set_seed(2);
    println!("{}", model.summary()?);
    model.compile(Compile::new().optimizer("Adam").loss("mse"))?;
    let (x, y) = squares(8, 128);
    let history = model.fit((&x, &y), Fit::new().epochs(1).batch_size(4))?;
    println!("mean loss of two steps: {:?}", history.values("loss")?);
    Ok(())
}

fn small() -> Result<()> {
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
    let (x, y) = squares(48, 32);
    let history = model.fit((&x, &y), Fit::new().epochs(8).batch_size(16))?;
    let losses = &history["loss"];
    assert!(losses[losses.len() - 1] < losses[0], "training makes the loss smaller: {losses:?}");
    Ok(())
}

fn main() -> Result<()> {
    large()?;
    small()
}
