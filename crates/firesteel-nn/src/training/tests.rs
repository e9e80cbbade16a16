// SPDX-License-Identifier: MIT OR Apache-2.0
use ndarray::{Array1, Array2, ArrayD, Axis};

use crate::layers::{Dense, Input};
use crate::optimizers::{Adam, SGD};
use crate::{Compile, Evaluate, Fit, Generator, Model, Predict, Sequential, layers};
use firesteel_core::Seed;

fn line(n: usize) -> (Array2<f32>, Array2<f32>) {
    let mut rng = Seed::new(5).rng();
    let x = Array2::from_shape_fn((n, 3), |_| rng.uniform() as f32);
    let y = x.map_axis(Axis(1), |row| 2.0 * row[0] - row[1] + 0.5).insert_axis(Axis(1));
    (x, y)
}

fn model(optimizer: impl Into<crate::optimizers::AnyOptimizer>) -> Sequential {
    let mut model =
        Sequential::from(layers![Input::new([3]), Dense::new(8).activation("tanh"), Dense::new(1)]);
    model.set_seed(1);
    model.compile(Compile::new().optimizer(optimizer).loss("mse")).unwrap();
    model
}

fn mse(a: &ArrayD<f32>, b: &Array2<f32>) -> f64 {
    let squares = a.iter().zip(b).map(|(a, b)| f64::from(a - b).powi(2));
    squares.sum::<f64>() / b.len() as f64
}

#[test]
fn training_makes_the_loss_small() {
    let (x, y) = line(200);
    let mut model = model(Adam::new().learning_rate(0.02));
    let before = model.evaluate((&x, &y), Evaluate::new()).unwrap().loss();
    let history = model.fit((&x, &y), Fit::new().epochs(20).verbose(0)).unwrap();
    let after = model.evaluate((&x, &y), Evaluate::new()).unwrap().loss();
    assert_eq!(history["loss"].len(), 20);
    assert!(after < before / 20.0 && after < 0.01, "{before} and {after}");
}

/// The note's own check.
#[test]
fn manual_mse_is_what_evaluate_says() {
    let (x, y) = line(101);
    let mut model = model(SGD::new().learning_rate(0.1));
    model.fit((&x, &y), Fit::new().epochs(2).verbose(0)).unwrap();
    for size in [1, 2, 7, 32, 100, 101, 500] {
        let y_pred = model.predict(&x, Predict::new().batch_size(size)).unwrap();
        let scores = model.evaluate((&x, &y), Evaluate::new().batch_size(size)).unwrap();
        assert!((mse(&y_pred, &y) - scores.loss()).abs() < 1e-6, "batches of {size}");
    }
}

#[test]
fn validation_data_are_evaluated_when_asked() {
    let (x, y) = line(40);
    let (x_after, y_after) = line(60);
    let mut model = model("sgd");
    let fit = Fit::new().epochs(4).validation_freq(2).validation_data((&x_after, &y_after));
    let history = model.fit((&x, &y), fit.verbose(0)).unwrap();
    assert_eq!((history["loss"].len(), history["val_loss"].len()), (4, 2));
    let scores = model.evaluate((&x_after, &y_after), Evaluate::new()).unwrap();
    assert_eq!(history["val_loss"][1], scores.loss());
    // what is given goes before a share of the samples
    let both = Fit::new().validation_split(0.5).validation_data((&x_after, &y_after)).verbose(0);
    assert_eq!(model.fit((&x, &y), both).unwrap()["val_loss"].len(), 1);
}

/// A reduction to many numbers leaves nothing to train on.
#[test]
fn a_loss_must_be_one_number() {
    let (x, y) = line(10);
    let mut model = model("sgd");
    let loss = crate::losses::MeanSquaredError::new().reduction("none");
    model.compile(Compile::new().loss(loss)).unwrap();
    let error = model.fit((&x, &y), Fit::new().verbose(0)).unwrap_err();
    assert!(error.to_string().contains("`reduction`"), "{error}");
}

/// One weight for each sample is also right for values of more axes; a wrong number is refused.
#[test]
fn sample_weights_follow_the_first_axes() {
    let layers = layers![Input::new([4, 3]), Dense::new(2)];
    let mut model = Sequential::from(layers);
    model.compile(Compile::new().loss("mse")).unwrap();
    let mut rng = Seed::new(3).rng();
    let x = ndarray::Array3::from_shape_fn((5, 4, 3), |_| rng.normal() as f32);
    let y = ndarray::Array3::<f32>::zeros((5, 4, 2));
    let loss = |weight: &ArrayD<f32>| {
        model.evaluate((&x, &y, weight), Evaluate::new()).map(|scores| scores.loss())
    };
    let by_sample = ArrayD::from_shape_fn(vec![5], |i| i[0] as f32);
    let by_step = ArrayD::from_shape_fn(vec![5, 4], |i| i[0] as f32);
    assert!((loss(&by_sample).unwrap() - loss(&by_step).unwrap()).abs() < 1e-6);
    let other = ArrayD::from_shape_fn(vec![5, 4], |i| i[1] as f32);
    assert!((loss(&by_sample).unwrap() - loss(&other).unwrap()).abs() > 1e-3);
    assert!(loss(&ArrayD::ones(vec![5, 3])).unwrap_err().is_shape());
}

#[test]
fn the_same_seed_gives_the_same_result() {
    let (x, y) = line(50);
    let run = |shuffle: bool| {
        let mut model = model("adam");
        model.fit((&x, &y), Fit::new().epochs(3).shuffle(shuffle).verbose(0)).unwrap()["loss"]
            .to_vec()
    };
    assert_eq!(run(true), run(true));
    assert_ne!(run(true), run(false));
}

#[test]
fn a_flat_target_is_one_output() {
    let (x, y) = line(40);
    let flat: Array1<f32> = y.iter().copied().collect();
    let model = model("sgd");
    let flat = model.evaluate((&x, &flat), Evaluate::new()).unwrap();
    assert_eq!(flat, model.evaluate((&x, &y), Evaluate::new()).unwrap());
}

#[test]
fn generators_and_arrays_give_the_same_weights() {
    let (x, y) = line(64);
    let mut by_arrays = model("sgd");
    by_arrays.fit((&x, &y), Fit::new().epochs(2).batch_size(16).shuffle(false).verbose(0)).unwrap();
    let batches = (0..8).map(|i| {
        let rows = ndarray::s![(i % 4) * 16..(i % 4 + 1) * 16, ..];
        Ok(crate::Batch::from((x.slice(rows).to_owned(), y.slice(rows).to_owned())))
    });
    let mut by_generator = model("sgd");
    let fit = Fit::new().epochs(2).steps_per_epoch(4).verbose(0);
    by_generator.fit(Generator::new(batches), fit).unwrap();
    let predict = |model: &Model| model.predict(&x, Predict::new()).unwrap();
    assert_eq!(predict(&by_arrays), predict(&by_generator));
}

#[test]
fn bad_data_are_refused_by_name() {
    let (x, mut y) = line(20);
    let mut model = model("sgd");
    let wide = Array2::<f32>::zeros((20, 4));
    let error = model.fit((&wide, &y), Fit::new().verbose(0)).unwrap_err();
    assert!(error.is_shape());
    assert_eq!(
        error.to_string(),
        "input `input_layer`: the shape does not fit, expected (None, 3), got (20, 4)"
    );
    let none = Array2::<f32>::zeros((0, 3));
    let nothing = Array2::<f32>::zeros((0, 1));
    assert!(model.fit((&none, &nothing), Fit::new()).unwrap_err().is_invalid_argument());
    y[[7, 0]] = f32::NAN;
    let error = model.fit((&x, &y), Fit::new().shuffle(false).verbose(0)).unwrap_err();
    assert!(error.to_string().contains("NaN in sample 7"), "{error}");
    let error = Model::from(Sequential::new()).fit((&x, &y), Fit::new()).unwrap_err();
    assert!(error.is_not_built());
}

#[test]
fn class_and_sample_weights_change_training() {
    let (x, y) = line(30);
    let weights: Array1<f32> = (0..30).map(|i| i as f32 / 10.0).collect();
    let plain = model("sgd").fit((&x, &y), Fit::new().verbose(0)).unwrap();
    let weighted = model("sgd").fit((&x, &y, &weights), Fit::new().verbose(0)).unwrap();
    assert_ne!(plain["loss"], weighted["loss"]);
    let classes = y.mapv(|value| f32::from(value > 0.5));
    let with = Fit::new().class_weight([(1, 3.0)]).verbose(0);
    let weighted = model("sgd").fit((&x, &classes), with).unwrap();
    let plain = model("sgd").fit((&x, &classes), Fit::new().verbose(0)).unwrap();
    assert_ne!(plain["loss"], weighted["loss"]);
}
