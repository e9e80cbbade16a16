// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tables that a network cannot learn from: the error says which column and why, the weights stay.

use std::sync::Arc;

use firesteel_bridge::{DataFrameExt, Features, ModelExt};
use firesteel_core::Error;
use firesteel_data::DataFrame;
use firesteel_data::datafusion::arrow::array::AsArray as _;
use firesteel_data::datafusion::arrow::datatypes::{DataType, Int64Type};
use firesteel_data::datafusion::error::DataFusionError;
use firesteel_data::datafusion::logical_expr::{ColumnarValue, Volatility, create_udf};
use firesteel_data::functions::col;
use firesteel_nn::{Fit, Predict};

use crate::common::{arrays, network, session, table};

fn refused(features: Features) -> Error {
    let mut model = network(1);
    let x = arrays(9).0;
    let before = model.predict(&x, Predict::new()).unwrap();
    let error = model.fit(features, Fit::new().verbose(0)).unwrap_err();
    let after = model.predict(&x, Predict::new()).unwrap();
    assert_eq!(before, after, "a refused table changed the weights");
    error
}

#[track_caller]
fn says(error: &Error, parts: &[&str]) {
    let text = error.to_string();
    for part in parts {
        assert!(text.contains(part), "`{part}` is missing in: {text}");
    }
}

fn on_table(choose: impl Fn(&DataFrame) -> Features) -> Error {
    refused(choose(&table(&session(), 20)))
}

#[test]
fn columns_that_do_not_fit() {
    says(&on_table(|df| df.features(["x1", "x3"]).label("y")), &["x3", "did you mean `x1`"]);
    says(&on_table(|df| df.features(["x1", "x2"]).label("Y2")), &["Y2"]);
    says(&on_table(|df| df.features(["x1", "name"]).label("y")), &["`name`", "no numbers"]);
    says(&on_table(|df| df.features(["x1", "holes"]).label("y")), &["`holes`", "nulls", "dropna"]);
    says(&on_table(|df| df.features(["x1", "x2", "id"]).label("y")), &["2", "3"]);
    says(
        &on_table(|df| df.features(["x1", "x2"]).shape([3]).label("y")),
        &["do not fill the shape"],
    );
    says(&on_table(|df| df.features(["x1", "x2"])), &["target"]);
}

#[test]
fn labels_that_are_no_numbers() {
    let nan =
        table(&session(), 20).select_expr(["x1", "x2", "CAST('NaN' AS DOUBLE) AS y"]).unwrap();
    says(&refused(nan.features(["x1", "x2"]).label("y")), &["NaN"]);
}

#[test]
fn weights_that_are_vectors() {
    let several = network(3).transform(table(&session(), 20).features(["x1", "x2"]), "scores");
    let features = several.unwrap().features(["x1", "x2"]).label("y").sample_weight("scores");
    says(&refused(features), &["`scores`", "one number in every row", "vectors of 3 values"]);
}

/// A function that panics in a late batch ends training; the batches before it are not taken for the table.
#[test]
fn a_panic_of_the_query() {
    let function = |args: &[ColumnarValue]| -> Result<ColumnarValue, DataFusionError> {
        let ids = args[0].to_array(1)?;
        let mut ids = ids.as_primitive::<Int64Type>().values().iter();
        assert!(ids.all(|id| *id != 25_000), "row 25000 is too much");
        Ok(args[0].clone())
    };
    let (types, volatility) = (vec![DataType::Int64], Volatility::Volatile);
    let function = create_udf("late", types, DataType::Int64, volatility, Arc::new(function));
    let df = table(&session(), 30_000).with_column("x1", function.call(vec![col("id")])).unwrap();
    let features = df.features(["x1", "x2"]).label("y");
    let error = network(1).fit(features, Fit::new().batch_size(1000).verbose(0)).unwrap_err();
    says(&error, &["row 25000 is too much"]);
}

#[test]
fn a_table_without_rows() {
    let none = table(&session(), 20).filter("id < 0").unwrap();
    says(&refused(none.features(["x1", "x2"]).label("y")), &["at least one batch"]);
}

#[test]
fn transform_checks_the_columns() {
    let (spark, model) = (session(), network(1));
    let df = table(&spark, 5);
    let error = model.transform(df.features(["x1", "x9"]), "p").unwrap_err();
    says(&error, &["x9"]);
    let error = model
        .transform(df.features(["x1", "x2", "id"]), "p")
        .and_then(|rows| rows.collect())
        .unwrap_err();
    says(&error, &["2", "3"]);
}
