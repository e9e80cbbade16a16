// SPDX-License-Identifier: MIT OR Apache-2.0
//! Training from a table.

use firesteel_bridge::{DataFrameExt, Features};
use firesteel_data::functions::{col, expr, lit};
use firesteel_nn::layers::{Conv2D, Dense, Flatten, Input};
use firesteel_nn::{Compile, Evaluate, Fit, Predict, Sequential, layers};

use crate::common::{arrays, network, session, table, weights};

fn quiet<'a>() -> Fit<'a> {
    Fit::new().epochs(2).batch_size(8).verbose(0)
}

/// The weights after training on features with the label `y`.
fn trained(features: Features, fit: Fit<'_>) -> Vec<f32> {
    let mut model = network(1);
    model.fit(features.label("y"), fit).unwrap();
    weights(&model)
}

#[test]
fn a_table_trains_as_its_arrays_do() {
    let spark = session();
    let features = table(&spark, 101).sort(["id"]).unwrap().features(["x1", "x2"]);
    let from_table = trained(features, quiet().shuffle(false));
    let (x, y) = arrays(101);
    let mut model = network(1);
    model.fit((&x, &y), quiet().shuffle(false)).unwrap();
    assert_eq!(from_table, weights(&model));
}

#[test]
fn scores_are_those_of_the_formula() {
    let (spark, model) = (session(), network(1));
    let (x, y) = arrays(50);
    let options = Evaluate::new();
    let scores =
        model.evaluate(table(&spark, 50).features(["x1", "x2"]).label("y"), options).unwrap();
    let errors = model.predict(&x, Predict::new()).unwrap() - y.into_dyn();
    let mse = f64::from(errors.mapv(|error| error * error).mean().unwrap());
    assert!((scores.loss() - mse).abs() < 1e-6, "{} {mse}", scores.loss());
}

#[test]
fn the_network_learns() {
    let spark = session();
    let mut model = network(1);
    let data = table(&spark, 2000).features(["x1", "x2"]).label("y");
    let history = model.fit(data, Fit::new().epochs(8).verbose(0)).unwrap();
    let losses = history.get("loss").unwrap();
    assert!(losses[7] < 0.1 * losses[0], "{losses:?}");
}

#[test]
fn the_seed_and_the_buffer_decide_the_order() {
    let spark = session();
    let features = || table(&spark, 300).features(["x1", "x2"]);
    let usual = trained(features(), quiet());
    assert_eq!(usual, trained(features(), quiet()));
    let ordered = trained(features(), quiet().shuffle(false));
    assert_ne!(usual, ordered);
    let nearly_ordered = trained(features().shuffle_buffer(3), quiet());
    assert_ne!(usual, nearly_ordered);
    assert_ne!(ordered, nearly_ordered);
    let mut other = network(1);
    other.set_seed(6);
    other.fit(features().label("y"), quiet()).unwrap();
    assert_ne!(usual, weights(&other));
}

/// Nobody could hold these rows: they are only read as far as they are trained on.
#[test]
fn a_table_without_end_is_streamed() {
    let spark = session();
    let endless = spark
        .range(0, 1 << 60)
        .select_expr(["id % 7 AS x1", "id % 3 AS x2", "id % 2 AS y"])
        .unwrap();
    let features = endless.features(["x1", "x2"]).shuffle_buffer(1000);
    let mut model = network(1);
    let history = model.fit(features.label("y"), quiet().steps_per_epoch(20)).unwrap();
    assert_eq!(history.len(), 2);
}

#[test]
fn rows_of_weight_zero_do_not_count() {
    let spark = session();
    let df = table(&spark, 64);
    let features = |columns: [&str; 2]| df.features(columns);
    let weighted = trained(features(["x1", "x2"]).sample_weight("weight"), quiet().shuffle(false));
    assert_ne!(weighted, trained(features(["x1", "x2"]), quiet().shuffle(false)));
    // what stands in the rows of weight zero makes no difference
    let spoiled = df.with_column("y", expr("CASE WHEN weight = 0 THEN 99 ELSE y END")).unwrap();
    let spoiled = spoiled.features(["x1", "x2"]).sample_weight("weight");
    assert_eq!(weighted, trained(spoiled, quiet().shuffle(false)));
}

#[test]
fn several_labels_and_an_image() {
    let spark = session();
    let df = table(&spark, 40);
    let mut two = network(2);
    two.fit(df.features(["x1", "x2"]).labels(["y", "x1"]), quiet()).unwrap();
    let mut image = Sequential::from(layers![
        Input::new([1, 2, 1]),
        Conv2D::new(3, (1, 1)),
        Flatten::new(),
        Dense::new(1)
    ]);
    image.compile(Compile::new().optimizer("sgd").loss("mse")).unwrap();
    let features = df.features(["x1", "x2"]).shape([1, 2, 1]).label("y");
    assert_eq!(image.fit(features, quiet()).unwrap().len(), 2);
}

#[test]
fn validation_comes_from_a_table_too() {
    let spark = session();
    let df = table(&spark, 100);
    let held_out = df.filter(col("id").lt(lit(20))).unwrap();
    let mut model = network(1);
    let fit = quiet().validation_data(held_out.features(["x1", "x2"]).label("y"));
    let history = model.fit(df.features(["x1", "x2"]).label("y"), fit).unwrap();
    let last = *history.get("val_loss").unwrap().last().unwrap();
    let options = Evaluate::new();
    let scores = model.evaluate(held_out.features(["x1", "x2"]).label("y"), options).unwrap();
    assert!((scores.loss() - last).abs() < 1e-6);
}
