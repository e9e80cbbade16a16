// SPDX-License-Identifier: MIT OR Apache-2.0
//! `random_split` and `sample` draw the rows that Spark draws.

use firesteel_data::{DataFrame, Row, Session, Value};
use serde_json::{Value as Json, json};

use super::{data, json as fixture, session, table};

fn rows(df: &DataFrame, show: impl Fn(&Row) -> Json) -> Json {
    Json::Array(df.collect().unwrap().iter().map(show).collect())
}

fn show_row(source: &str) -> fn(&Row) -> Json {
    match source {
        "range" => |row| json!(row.get_i64("id").unwrap()),
        "iris" => |row| {
            let texts = row
                .values()
                .iter()
                .map(|v| if v.is_null() { String::new() } else { v.to_string() });
            json!(texts.collect::<Vec<_>>().join(","))
        },
        "numbers" => |row| json!(row.to_string()),
        _ => |row| {
            let vector = row.get("features").unwrap().as_vector().unwrap().as_ref();
            let mut first = None;
            let mut sum = 0.0;
            vector.for_each_active(|index, value| {
                first.get_or_insert(index);
                sum += value;
            });
            json!([row.get_f64("label").unwrap(), first, sum])
        },
    }
}

fn source(spark: &Session, case: &Json) -> DataFrame {
    match case["source"].as_str().unwrap() {
        "range" => {
            let partitions = case["partitions"].as_u64().unwrap() as usize;
            spark.range_step(0, 100, 1, partitions).unwrap()
        }
        "iris" => spark.read().csv(data("iris.csv")).unwrap(),
        "numbers" => table(spark, "numbers"),
        _ => spark.read().format("libsvm").load(data("sample_libsvm_data.txt")).unwrap(),
    }
}

#[test]
fn parts_and_samples_are_those_of_spark() {
    let spark = session();
    for case in fixture("split/cases.json").as_array().unwrap() {
        let df = source(&spark, case);
        let show = show_row(case["source"].as_str().unwrap());
        let seed = case["seed"].as_i64().unwrap() as u64;
        if let Some(fraction) = case["fraction"].as_f64() {
            let drawn = df.sample(false, fraction, seed).unwrap();
            assert_eq!(rows(&drawn, show), case["rows"], "{case}");
            continue;
        }
        let weights: Vec<f64> = serde_json::from_value(case["weights"].clone()).unwrap();
        let parts = df.random_split_vec(&weights, seed).unwrap();
        for (part, spark) in parts.iter().zip(case["parts"].as_array().unwrap()) {
            assert_eq!(&rows(part, show), spark, "{} {} {}", case["source"], case["weights"], seed);
        }
    }
}

#[test]
fn every_row_is_in_one_part() {
    let spark = session();
    let path = tempfile::tempdir().unwrap().keep();
    let df = spark.range_step(0, 10_000, 1, 7).unwrap();
    df.write().csv(path.join("numbers")).unwrap();
    let df = spark.read().schema("id long").csv(path.join("numbers")).unwrap();
    let [a, b, c] = df.filter("id % 3 < 2").unwrap().random_split([0.2, 0.3, 0.5], 9).unwrap();
    let all = a.union(&b).unwrap().union(&c).unwrap();
    let mut ids: Vec<i64> =
        all.collect().unwrap().iter().map(|row| row.get_i64("id").unwrap()).collect();
    ids.sort_unstable();
    let expected: Vec<i64> = (0..10_000).filter(|id| id % 3 < 2).collect();
    assert_eq!(ids, expected);
    assert!(c.count().unwrap() > a.count().unwrap());
    std::fs::remove_dir_all(path).unwrap();
}

#[test]
fn bad_weights_are_named() {
    let df = session().range(0, 3);
    let error = df.random_split([0.5, -1.0], 1).unwrap_err();
    assert_eq!(
        error.to_string(),
        "random_split: `weights` must be finite numbers from 0 on, got -1"
    );
    assert!(df.random_split([0.0, 0.0], 1).unwrap_err().is_invalid_argument());
    assert!(df.sample(false, 1.5, 1).unwrap_err().is_invalid_argument());
    assert!(df.sample(true, 0.5, 1).unwrap_err().is_unsupported());
    assert_eq!(df.sample(false, 1.0, 1).unwrap().collect().unwrap()[2][0], Value::Int(2));
}
