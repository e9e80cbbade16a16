// SPDX-License-Identifier: MIT OR Apache-2.0
//! Transfer learning: a base from a file, frozen, under a new head.
//!
//! Without an argument the base is a small network that the real Keras trained and saved, by the script beside the file;
//! with one it is a ResNet50 with the weights of that file, as `resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5`.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use firesteel::nn::applications::ResNet50;
use firesteel::prelude::*;
use ndarray::{Array2, Array4, ArrayD};

const SIDE: usize = 32;

/// It knows stripes from boards in images whose red is bright.
const BASE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/keras/examples/stripes.keras");

/// Horizontal stripes, vertical stripes and boards in turn, bright in blue.
fn images(count: usize) -> Array4<f32> {
    Array4::from_shape_fn((count, SIDE, SIDE, 3), |(i, row, column, channel)| {
        let (row, column) = ((row + i) / 2 % 2, (column + i / 3) / 2 % 2);
        let is_bright = [row == 0, column == 0, row == column][i % 3];
        let brightness = if channel == 2 { 1.0 } else { 0.6 };
        f32::from(u8::from(is_bright)) * brightness
    })
}

/// Whether an image is a board: a column for no and one for yes.
fn is_board(count: usize) -> Array2<f32> {
    Array2::from_shape_fn((count, 2), |(i, column)| {
        f32::from(u8::from((i % 3 == 2) == (column == 1)))
    })
}

fn weights(layer: &LayerRef) -> Result<Vec<ArrayD<f32>>> {
    layer.weights().iter().map(|weight| weight.to_array()).collect()
}

fn main() -> Result<()> {
    let base = match std::env::args().nth(1) {
        Some(path) => {
            let network = ResNet50::new().weights(path).include_top(false).pooling("avg");
            network.input_shape([SIDE, SIDE, 3]).build()?
        }
        None => load_model(BASE)?,
    };

    let mut model = Sequential::from(layers![base, Dense::new(2).activation("softmax")]);
    model.set_seed(6);
    let frozen = model.layer_mut(0)?;
    frozen.set_trainable(false);
    let adam = Adam::new().learning_rate(0.01);
    let settings = Compile::new().optimizer(adam).loss("categorical_crossentropy");
    model.compile(settings.metrics(["accuracy"]))?;
    println!("{}", model.summary()?);

    // a new question about images in another colour: is it a board?
    let (x, y) = (images(36), is_board(36));
    let before = weights(&frozen)?;
    let history = model.fit((&x, &y), Fit::new().epochs(12).batch_size(12))?;
    println!("{}", model.evaluate((&x, &y), Evaluate::new())?);

    assert_eq!(before, weights(&frozen)?, "the base stays as it was");
    let losses = &history["loss"];
    assert!(losses[losses.len() - 1] < losses[0], "training makes the loss smaller: {losses:?}");
    Ok(())
}
