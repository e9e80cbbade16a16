// SPDX-License-Identifier: MIT OR Apache-2.0
//! Segmentation with a U-Net: which pixels of a noisy image belong to a disc?
//!
//! On the way down the network halves the image twice, on the way up it doubles it again, and at each size it joins
//! what it knew there on the way down.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use firesteel::base::Seed;
use firesteel::prelude::*;
use ndarray::{Array4, ArrayD};

const SIDE: usize = 32;

/// Images of a disc or two on noise, and where the discs are.
fn discs(count: usize, seed: u64) -> (Array4<f32>, Array4<f32>) {
    let mut rng = Seed::new(seed).rng();
    let axes = (count, SIDE, SIDE, 1);
    let mut disc =
        || [rng.uniform_in(4.0, 28.0), rng.uniform_in(4.0, 28.0), rng.uniform_in(3.0, 8.0)];
    let places: Vec<[[f64; 3]; 2]> = (0..count).map(|_| [disc(), disc()]).collect();
    let is_in = |[centre_row, centre_column, radius]: [f64; 3], row: usize, column: usize| {
        (row as f64 - centre_row).hypot(column as f64 - centre_column) < radius
    };
    let truth = Array4::from_shape_fn(axes, |(image, row, column, _)| {
        let discs = &places[image][..1 + image % 2];
        f32::from(u8::from(discs.iter().any(|&disc| is_in(disc, row, column))))
    });
    let images = truth.mapv(|inside| 0.5 * inside + rng.uniform_in(0.0, 1.0) as f32);
    (images, truth)
}

/// Two convolutions, each normalised.
fn block(x: &SymbolicTensor, filters: usize) -> Result<SymbolicTensor> {
    let mut x = x.clone();
    for _ in 0..2 {
        x = Conv2D::new(filters, (3, 3)).padding("same").use_bias(false).call(&x)?;
        x = BatchNormalization::new().momentum(0.9).call(&x)?;
        x = ReLU::new().call(&x)?;
    }
    Ok(x)
}

fn unet() -> Result<Model> {
    let input = Input::new([SIDE, SIDE, 1]).tensor();
    let whole = block(&input, 8)?;
    let half = block(&MaxPooling2D::new((2, 2)).call(&whole)?, 16)?;
    let quarter = block(&MaxPooling2D::new((2, 2)).call(&half)?, 32)?;

    // one way up learns how to fill in, the other one interpolates
    let up = Conv2DTranspose::new(16, (3, 3)).strides((2, 2)).padding("same").call(&quarter)?;
    let joined = block(&Concatenate::new().call([&up, &half])?, 16)?;
    let up = UpSampling2D::new((2, 2)).interpolation("bilinear").call(&joined)?;
    let joined = block(&Concatenate::new().call([&up, &whole])?, 8)?;
    let output = Conv2D::new(1, (1, 1)).activation("sigmoid").call(&joined)?;
    Model::new(&input, &output)
}

/// The share of pixels that are told right.
fn pixel_accuracy(said: &ArrayD<f32>, truth: &Array4<f32>) -> f64 {
    let right = said.iter().zip(truth).filter(|&(&said, &truth)| (said > 0.5) == (truth > 0.5));
    right.count() as f64 / truth.len() as f64
}

/// A row of an image and of what the network makes of it, a sign for each pixel.
fn line(truth: &Array4<f32>, said: &ArrayD<f32>, row: usize) -> String {
    let sign = |value: f32| if value > 0.5 { '#' } else { '.' };
    let truth: String = (0..SIDE).map(|column| sign(truth[[0, row, column, 0]])).collect();
    let said: String = (0..SIDE).map(|column| sign(said[[0, row, column, 0]])).collect();
    format!("{truth}  {said}")
}

fn main() -> Result<()> {
    let mut model = unet()?;
    model.set_seed(3);
    let adam = Adam::new().learning_rate(0.005);
    model.compile(
        Compile::new().optimizer(adam).loss("binary_crossentropy").metrics(["accuracy"]),
    )?;
    println!("{}", model.summary()?);

    let (x, y) = discs(160, 1);
    let history = model.fit((&x, &y), Fit::new().epochs(8).batch_size(16))?;

    let (x, y) = discs(32, 2);
    println!("on new images: {}", model.evaluate((&x, &y), Evaluate::new().verbose(0))?);
    let said = model.predict(&x, Predict::new().verbose(0))?;
    (0..SIDE).step_by(2).for_each(|row| println!("{}", line(&y, &said, row)));
    let accuracy = pixel_accuracy(&said, &y);
    println!("pixel accuracy {accuracy:.3}");

    let losses = &history["loss"];
    assert!(losses[losses.len() - 1] < losses[0], "training makes the loss smaller: {losses:?}");
    let background = y.iter().filter(|&&truth| truth < 0.5).count() as f64 / y.len() as f64;
    assert!(accuracy > background, "better than to see no disc: {accuracy}, {background}");
    Ok(())
}
