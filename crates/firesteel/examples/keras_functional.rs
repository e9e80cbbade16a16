// SPDX-License-Identifier: MIT OR Apache-2.0
//! The functional model with a skip connection: a small U-Net.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use firesteel::prelude::*;
use ndarray::Array4;

fn main() -> Result<()> {
    let input = Input::new([28, 28, 1]).tensor();
    let c1 = Conv2D::new(32, (3, 3)).activation("relu").padding("same").call(&input)?;
    let c1 = Conv2D::new(32, (3, 3)).activation("relu").padding("same").call(&c1)?;
    let p1 = MaxPooling2D::new((2, 2)).call(&c1)?;
    let c2 = Conv2D::new(32, (3, 3)).activation("relu").padding("same").call(&p1)?;
    let up = UpSampling2D::new((2, 2)).call(&c2)?;
    let merged = Concatenate::new().call([&up, &c1])?;
    let output = Conv2D::new(1, (1, 1)).activation("sigmoid").call(&merged)?;
    let mut model = Model::new(&input, &output)?;
    model.set_seed(4);
    println!("{}", model.summary()?);

    // segment the bright half of each image
    let x = Array4::from_shape_fn((16, 28, 28, 1), |(i, row, ..)| {
        f32::from(u8::from(row > 8 + i)) + (i * row % 3) as f32 / 10.0
    });
    let y = x.mapv(|value| f32::from(u8::from(value > 0.9)));
    model.compile(
        Compile::new().optimizer("adam").loss("binary_crossentropy").metrics(["accuracy"]),
    )?;
    let history = model.fit((&x, &y), Fit::new().epochs(5).batch_size(4))?;
    let scores = model.evaluate((&x, &y), Evaluate::new())?;
    println!("loss {:.4}, accuracy {:.4}", scores.loss(), scores["accuracy"]);
    let losses = &history["loss"];
    assert!(losses[losses.len() - 1] < losses[0], "training makes the loss smaller: {losses:?}");
    Ok(())
}
