// SPDX-License-Identifier: MIT OR Apache-2.0
//! Predictions as a column.

use firesteel_bridge::{DataFrameExt, ModelExt};
use firesteel_data::functions::{col, lit, sum};
use firesteel_nn::{Fit, Predict};

use crate::common::{arrays, network, session, table};

#[test]
fn one_output_is_a_number() {
    let (spark, model) = (session(), network(1));
    let df = table(&spark, 30).sort(["id"]).unwrap();
    let rows = model.transform(df.features(["x1", "x2"]), "prediction").unwrap();
    assert_eq!(rows.columns().last().unwrap(), "prediction");
    let (x, _) = arrays(30);
    let want = model.predict(&x, Predict::new()).unwrap();
    let got = rows.select(["id", "prediction"]).unwrap().collect().unwrap();
    assert_eq!(got.len(), 30);
    for row in got {
        let id = row.get_i64("id").unwrap() as usize;
        let prediction = row.get_f64("prediction").unwrap();
        assert!((prediction - f64::from(want[[id, 0]])).abs() < 1e-6, "row {id}");
    }
}

#[test]
fn several_outputs_are_a_vector() {
    let (spark, model) = (session(), network(3));
    let df = table(&spark, 10).sort(["id"]).unwrap();
    let rows = model.transform(df.features(["x1", "x2"]), "scores").unwrap();
    let want = model.predict(&arrays(10).0, Predict::new()).unwrap();
    let mut seen = 0;
    for row in rows.select(["id", "scores"]).unwrap().sort(["id"]).unwrap().collect().unwrap() {
        let vector = row.get("scores").unwrap().as_vector().unwrap().to_array();
        assert_eq!(vector.len(), 3);
        for (unit, value) in vector.iter().enumerate() {
            assert!((value - f64::from(want[[seen, unit]])).abs() < 1e-6, "row {seen}");
        }
        seen += 1;
    }
    assert_eq!(seen, 10);
}

#[test]
fn the_column_is_a_column_as_any() {
    let (spark, model) = (session(), network(1));
    let rows = model.transform(table(&spark, 30).features(["x1", "x2"]), "p").unwrap();
    let high = rows.filter(col("p").gt(lit(0.0))).unwrap().count().unwrap();
    let low = rows.filter(col("p").lt_eq(lit(0.0))).unwrap().count().unwrap();
    assert_eq!(high + low, 30);
    let nothing = table(&spark, 30).filter("id < 0").unwrap();
    let empty = model.transform(nothing.features(["x1", "x2"]), "p").unwrap();
    assert_eq!(empty.count().unwrap(), 0);
}

#[test]
fn a_table_without_rows_has_the_column_too() {
    let spark = session();
    for outputs in [1, 3] {
        let nothing = table(&spark, 30).filter("id < 0").unwrap().cache().unwrap();
        let empty = network(outputs).transform(nothing.features(["x1", "x2"]), "p").unwrap();
        assert_eq!(empty.collect().unwrap().len(), 0);
    }
}

/// The query is lazy: it computes with the weights that the network has when rows are asked for.
#[test]
fn later_weights_count() {
    let spark = session();
    let mut model = network(1);
    let df = table(&spark, 20);
    let rows = model.transform(df.features(["x1", "x2"]), "p").unwrap();
    let total = || rows.agg([sum("p")]).unwrap().first().unwrap().unwrap();
    let before = total().values()[0].as_f64().unwrap();
    model.fit(df.features(["x1", "x2"]).label("y"), Fit::new().epochs(3).verbose(0)).unwrap();
    let after = total().values()[0].as_f64().unwrap();
    assert!((before - after).abs() > 1e-4, "{before} {after}");
}
