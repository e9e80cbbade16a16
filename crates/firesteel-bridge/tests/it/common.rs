// SPDX-License-Identifier: MIT OR Apache-2.0
//! A table and a network that the tests share.

use firesteel_data::{DataFrame, Session};
use firesteel_nn::layers::{Dense, Input};
use firesteel_nn::{Compile, Model, Sequential, layers};
use ndarray::Array2;

pub(crate) fn session() -> Session {
    Session::builder().partitions(3).build().unwrap()
}

/// `n` rows of `x1`, `x2`, `y = 2 x1 - x2 + 0.5`, `weight`, and some columns that are no features.
pub(crate) fn table(spark: &Session, n: i64) -> DataFrame {
    spark
        .range(0, n)
        .select_expr([
            "id",
            "(id % 17) / 17 AS x1",
            "(id % 5) / 5 AS x2",
            "2 * ((id % 17) / 17) - (id % 5) / 5 + 0.5 AS y",
            "CASE WHEN id % 2 = 0 THEN 0 ELSE 1 END AS weight",
            "CAST(id AS STRING) AS name",
            "CASE WHEN id = 7 THEN NULL ELSE id END AS holes",
        ])
        .unwrap()
}

/// The columns `x1`, `x2` and `y` of the first `n` rows, as arrays.
pub(crate) fn arrays(n: usize) -> (Array2<f32>, Array2<f32>) {
    let x = |row: usize, column: usize| {
        if column == 0 { (row % 17) as f64 / 17.0 } else { (row % 5) as f64 / 5.0 }
    };
    let y = |row: usize| (2.0 * x(row, 0) - x(row, 1) + 0.5) as f32;
    (
        Array2::from_shape_fn((n, 2), |(row, column)| x(row, column) as f32),
        Array2::from_shape_fn((n, 1), |(row, _)| y(row)),
    )
}

/// A network of two inputs and `units` outputs, always with the same first weights.
pub(crate) fn network(units: usize) -> Model {
    let mut model = Sequential::from(layers![
        Input::new([2]),
        Dense::new(4).activation("tanh"),
        Dense::new(units)
    ]);
    model.set_seed(5);
    model.compile(Compile::new().optimizer("adam").loss("mse")).unwrap();
    model.into_model()
}

/// All weights, one after the other.
pub(crate) fn weights(model: &Model) -> Vec<f32> {
    model.weights().iter().flat_map(|weight| weight.to_array().unwrap().into_iter()).collect()
}
