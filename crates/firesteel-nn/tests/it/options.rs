// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every option of compiling, training and evaluating changes something.

use firesteel_core::testing::check_type;
use firesteel_nn::layers::{Dense, Input};
use firesteel_nn::{
    Batch, Callable as _, Compile, Evaluate, Fit, Generator, Model, Predict, Sequential, layers,
};
use firesteel_tensor::Device;
use ndarray::{Array2, Axis, s};

fn data() -> (Array2<f32>, Array2<f32>) {
    let x =
        Array2::from_shape_fn((10, 2), |(row, column)| ((3 * row + 5 * column) % 7) as f32 / 7.0);
    let y = x.sum_axis(Axis(1)).insert_axis(Axis(1));
    (x, y)
}

fn one_output() -> Model {
    let mut model = Sequential::from(layers![Input::new([2]), Dense::new(3), Dense::new(1)]);
    model.set_seed(1);
    model.compile(Compile::new().optimizer("sgd").loss("mse")).unwrap();
    model.into_model()
}

/// Two outputs, `a` and `b`, on one input.
fn two_outputs(settings: Compile) -> Model {
    let input = Input::new([2]).tensor();
    let a = Dense::new(1).name("a").call(&input).unwrap();
    let b = Dense::new(1).name("b").call(&input).unwrap();
    let mut model = Model::new(&input, [&a, &b]).unwrap();
    model.set_seed(1);
    model.compile(settings.optimizer("sgd").loss("mse")).unwrap();
    model
}

fn quiet<'a>() -> Fit<'a> {
    Fit::new().batch_size(2).verbose(0)
}

#[test]
fn option_tables_hold() {
    check_type::<Evaluate>(&[]).unwrap();
    check_type::<Predict>(&[]).unwrap();
}

type Change = for<'a> fn(Fit<'a>) -> Fit<'a>;

/// The options of `Fit` hold data and callbacks, which no config can, and so have no table.
#[test]
fn numbers_of_a_training_are_bounded() {
    fn refusal(change: impl Fn(Fit<'_>) -> Fit<'_>) -> String {
        let (x, y) = data();
        one_output().fit((&x, &y), change(quiet())).unwrap_err().to_string()
    }
    let zeros: [(&str, Change); 6] = [
        ("epochs", |fit| fit.epochs(0)),
        ("batch_size", |fit| fit.batch_size(0)),
        ("steps_per_epoch", |fit| fit.steps_per_epoch(0)),
        ("validation_batch_size", |fit| fit.validation_batch_size(0)),
        ("validation_steps", |fit| fit.validation_steps(0)),
        ("validation_freq", |fit| fit.validation_freq(0)),
    ];
    for (name, zero) in zeros {
        let expected = format!("fit: `{name}` must be at least 1, got 0");
        assert_eq!(refusal(zero), expected);
    }
    for share in [-0.1, 1.0, f64::NAN] {
        let expected =
            format!("fit: `validation_split` must be at least 0 and below 1, got {share}");
        assert_eq!(refusal(|fit| fit.validation_split(share)), expected);
    }
}

#[test]
fn epochs_begin_where_they_are_told() {
    let (x, y) = data();
    let history = one_output().fit((&x, &y), quiet().epochs(5).initial_epoch(3)).unwrap();
    assert_eq!(history.len(), 2);
}

#[test]
fn steps_limit_what_is_seen() {
    let (x, y) = data();
    let (first_x, first_y) = (x.slice(s![..4, ..]).to_owned(), y.slice(s![..4, ..]).to_owned());
    let mut model = one_output();
    let by_steps = model.evaluate((&x, &y), Evaluate::new().batch_size(2).steps(2)).unwrap();
    let of_rows = model.evaluate((&first_x, &first_y), Evaluate::new().batch_size(2)).unwrap();
    let of_all = model.evaluate((&x, &y), Evaluate::new().batch_size(2)).unwrap();
    assert_eq!(by_steps.loss(), of_rows.loss());
    assert_ne!(by_steps.loss(), of_all.loss());

    let predicted = model.predict(&x, Predict::new().batch_size(2).steps(2)).unwrap();
    assert_eq!(predicted.shape(), [4, 1]);

    let fit = quiet().validation_data((&x, &y)).validation_batch_size(2).validation_steps(2);
    let history = model.fit((&x, &y), fit).unwrap();
    let of_rows = model.evaluate((&first_x, &first_y), Evaluate::new().batch_size(2)).unwrap();
    assert_eq!(history.get("val_loss").unwrap(), [of_rows.loss()]);

    let batches = std::iter::repeat_with(|| Ok(Batch::from((x.clone(), y.clone()))));
    let history = model.fit(Generator::new(batches), quiet().steps_per_epoch(3)).unwrap();
    assert_eq!(history.len(), 1);
}

#[test]
fn losses_are_weighted() {
    let (x, y) = data();
    let scores = |settings: Compile| {
        two_outputs(settings).evaluate((&x, [&y, &y]), Evaluate::new()).unwrap()
    };
    let plain = scores(Compile::new());
    let (a, b) = (plain.get("a_loss").unwrap(), plain.get("b_loss").unwrap());
    let listed = scores(Compile::new().loss_weights([2.0, 0.5]));
    assert!((listed.loss() - (2.0 * a + 0.5 * b)).abs() < 1e-6);
    let named = Compile::new().output_loss_weight("a", 2.0).output_loss_weight("b", 0.5);
    assert_eq!(scores(named).loss(), listed.loss());
}

#[test]
fn metrics_belong_to_outputs() {
    let (x, y) = data();
    let settings = Compile::new().output_metrics("b", ["mae"]);
    let scores = two_outputs(settings).evaluate((&x, [&y, &y]), Evaluate::new()).unwrap();
    let names: Vec<&str> = scores.iter().map(|(name, _)| name).collect();
    let metrics: Vec<&&str> = names.iter().filter(|name| !name.ends_with("loss")).collect();
    assert_eq!(metrics, [&"b_mae"]);
}

#[test]
fn frozen_layers_stay_as_they_are() {
    let (x, y) = data();
    let mut model = one_output();
    model.layer_mut(0).unwrap().set_trainable(false);
    model.compile(Compile::new().optimizer("sgd").loss("mse")).unwrap();
    model.predict(&x, Predict::new()).unwrap();
    let weights = |model: &Model| -> Vec<_> {
        model.weights().iter().map(|weight| weight.to_array().unwrap()).collect()
    };
    let before = weights(&model);
    model.fit((&x, &y), quiet()).unwrap();
    let after = weights(&model);
    assert_eq!(before[..2], after[..2]);
    assert_ne!(before[2..], after[2..]);
    assert_eq!(model.trainable_weights().len(), 2);
    assert!(model.layer_mut(9).unwrap_err().is_invalid_argument());
}

#[test]
fn a_layer_can_be_taken_off() {
    let mut model = Sequential::from(layers![Input::new([2]), Dense::new(3), Dense::new(1)]);
    assert_eq!(model.pop().unwrap().class_name(), "Dense");
    let shapes = model.into_model().output_shapes().unwrap();
    assert_eq!(shapes[0].to_string(), "(None, 3)");
}

#[test]
fn devices_are_named() {
    let mut model = one_output();
    model.set_device(Device::named("cpu").unwrap()).unwrap();
    assert!(model.device().is_cpu());
    assert!(Device::named("cpu:1").unwrap_err().is_invalid_argument());
    assert!(Device::named("cpo").unwrap_err().to_string().contains("did you mean `cpu`"));
}

#[test]
fn step_sizes_are_checked() {
    let mut model = one_output();
    model.set_learning_rate(0.5).unwrap();
    for wrong in [f64::NAN, f64::INFINITY, -0.1] {
        assert!(model.set_learning_rate(wrong).unwrap_err().is_invalid_argument());
        assert_eq!(model.learning_rate().unwrap(), 0.5);
    }
}
