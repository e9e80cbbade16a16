// SPDX-License-Identifier: MIT OR Apache-2.0
//! Transfer learning: a base from a file, frozen, under a new head.
//!
//! Without an argument the base is a small network that is trained and saved first; with one it is a ResNet50 with the
//! weights of that file, as `resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5`.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use firesteel::nn::applications::ResNet50;
use firesteel::prelude::*;
use ndarray::{Array2, Array4, ArrayD};

const SIDE: usize = 32;

/// Horizontal stripes, vertical stripes and boards in turn, bright in one of the colours.
fn images(count: usize, colour: usize) -> Array4<f32> {
    Array4::from_shape_fn((count, SIDE, SIDE, 3), |(i, row, column, channel)| {
        let (row, column) = ((row + i) / 2 % 2, (column + i / 3) / 2 % 2);
        let is_bright = [row == 0, column == 0, row == column][i % 3];
        let brightness = if channel == colour { 1.0 } else { 0.6 };
        f32::from(u8::from(is_bright)) * brightness
    })
}

/// One column for each class, with a one for that of the image.
fn one_hot(count: usize, classes: usize, class: impl Fn(usize) -> usize) -> Array2<f32> {
    Array2::from_shape_fn((count, classes), |(i, column)| f32::from(u8::from(class(i) == column)))
}

fn settings() -> Compile {
    let adam = Adam::new().learning_rate(0.01);
    Compile::new().optimizer(adam).loss("categorical_crossentropy").metrics(["accuracy"])
}

/// A network that knows stripes from boards, without its top.
fn small_base() -> Result<Model> {
    let input = Input::new([SIDE, SIDE, 3]).tensor();
    let x = Conv2D::new(8, (3, 3)).strides((2, 2)).activation("relu").call(&input)?;
    let x = BatchNormalization::new().momentum(0.8).call(&x)?;
    let x = Conv2D::new(16, (3, 3)).activation("relu").call(&x)?;
    let base = Model::new(&input, &GlobalAveragePooling2D::new().call(&x)?)?.name("base");

    let mut whole = Sequential::from(layers![base.share(), Dense::new(3).activation("softmax")]);
    whole.set_seed(5);
    whole.compile(settings())?;
    let (x, y) = (images(48, 0), one_hot(48, 3, |i| i % 3));
    whole.fit((&x, &y), Fit::new().epochs(8).batch_size(12))?;
    Ok(base)
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
        None => {
            let path = std::env::temp_dir().join(format!("base-{}.keras", std::process::id()));
            small_base()?.save(&path)?;
            let base = load_model(&path);
            std::fs::remove_file(&path).map_err(|error| firesteel::err::io(&path, error))?;
            base?
        }
    };

    let mut model = Sequential::from(layers![base, Dense::new(2).activation("softmax")]);
    model.set_seed(6);
    let frozen = model.layer_mut(0)?;
    frozen.set_trainable(false);
    model.compile(settings())?;
    println!("{}", model.summary()?);

    // a new question about images in another colour: is it a board?
    let (x, y) = (images(36, 2), one_hot(36, 2, |i| usize::from(i % 3 == 2)));
    let before = weights(&frozen)?;
    let history = model.fit((&x, &y), Fit::new().epochs(12).batch_size(12))?;
    println!("{}", model.evaluate((&x, &y), Evaluate::new())?);

    assert_eq!(before, weights(&frozen)?, "the base stays as it was");
    let losses = &history["loss"];
    assert!(losses[losses.len() - 1] < losses[0], "training makes the loss smaller: {losses:?}");
    Ok(())
}
