// SPDX-License-Identifier: MIT OR Apache-2.0
//! Training gives the same numbers on any number of threads, to the last bit.

use firesteel_core::{Result, Seed};
use firesteel_nn::layers::{
    BatchNormalization, Conv2D, Dense, Dropout, Flatten, Input, LSTM, MaxPooling2D,
};
use firesteel_nn::{Compile, Fit, LayerRef, Predict, Sequential, layers};
use ndarray::{ArrayD, IxDyn};

/// Enough for each kernel to have work for several threads.
const SAMPLES: usize = 96;
const BATCH: usize = 32;
const CLASSES: usize = 10;

fn numbers(axes: &[usize], seed: u64) -> ArrayD<f32> {
    let mut rng = Seed::new(seed).rng();
    ArrayD::from_shape_simple_fn(IxDyn(axes), || rng.normal() as f32)
}

/// The bits of all weights and predictions after two epochs.
fn trained(layers: Vec<LayerRef>, sample: &[usize]) -> Result<Vec<u32>> {
    let mut model = Sequential::from(layers);
    model.set_seed(7);
    let loss = "sparse_categorical_crossentropy";
    model.compile(Compile::new().optimizer("adam").loss(loss).metrics(["accuracy"]))?;
    let x = numbers(&[&[SAMPLES][..], sample].concat(), 1);
    let y = ArrayD::from_shape_fn(vec![SAMPLES], |i| (i[0] % CLASSES) as f32);
    model.fit((&x, &y), Fit::new().epochs(2).batch_size(BATCH).verbose(0))?;
    let predicted = model.predict(&x, Predict::new().verbose(0))?;
    let weights = model.weights().iter().map(|w| w.to_array()).collect::<Result<Vec<_>>>()?;
    let numbers = weights.iter().chain([&predicted]).flatten();
    Ok(numbers.map(|number| number.to_bits()).collect())
}

fn same_on_any_threads(network: fn() -> Vec<LayerRef>, sample: &[usize]) -> Result<()> {
    let on = |n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        pool.install(|| trained(network(), sample))
    };
    let one = on(1)?;
    assert!(one.iter().all(|&bits| f32::from_bits(bits).is_finite()));
    for n_threads in [2, 5] {
        let apart = one.iter().zip(on(n_threads)?).filter(|(one, other)| *one != other).count();
        assert_eq!(apart, 0, "of {} numbers on {n_threads} threads", one.len());
    }
    Ok(())
}

fn cnn() -> Vec<LayerRef> {
    layers![
        Input::new([16, 16, 3]),
        Conv2D::new(16, 3).padding("same").activation("relu"),
        BatchNormalization::new(),
        MaxPooling2D::new(2),
        Conv2D::new(24, 3).activation("relu"),
        Dropout::new(0.2),
        Flatten::new(),
        Dense::new(64).activation("relu"),
        Dense::new(CLASSES).activation("softmax"),
    ]
}

fn lstm() -> Vec<LayerRef> {
    layers![
        Input::new([16, 24]),
        LSTM::new(48).return_sequences(true),
        LSTM::new(32).dropout(0.1),
        Dense::new(CLASSES).activation("softmax"),
    ]
}

#[test]
fn a_convolutional_network_is_the_same_on_any_threads() -> Result<()> {
    same_on_any_threads(cnn, &[16, 16, 3])
}

#[test]
fn a_recurrent_network_is_the_same_on_any_threads() -> Result<()> {
    same_on_any_threads(lstm, &[16, 24])
}
