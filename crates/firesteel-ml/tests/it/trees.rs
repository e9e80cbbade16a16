// SPDX-License-Identifier: MIT OR Apache-2.0
//! Trees grown by real Spark: text, importances, predictions.

use firesteel_core::{Json, Options as _};
use firesteel_data::{DataFrame, Session};
use firesteel_ml::Stage as _;
use firesteel_ml::classification::{DecisionTreeClassificationModel, DecisionTreeClassifier};
use firesteel_ml::feature::VectorIndexer;

use crate::common::*;

/// The rows of `mixed_rows` in the fixture script.
fn mixed_rows(n: usize, seed: u64) -> Vec<Row> {
    let draws = lcg(n * 3, seed);
    let row = |i: usize| {
        let (x, y, noise) = (draws[3 * i], draws[3 * i + 1], draws[3 * i + 2]);
        let plain = if x < 0.3 {
            0.0
        } else if y < 0.55 {
            1.0
        } else {
            2.0
        };
        let label = if noise < 0.1 { (noise * 30.0).floor() } else { plain };
        (label, vec![x, y])
    };
    (0..n).map(row).collect()
}

/// The partitions that PySpark's `parallelize` makes: batches of 1,024 rows, shared out.
fn parallelize_sizes(n: usize, parts: usize) -> Vec<usize> {
    let batch = (n / parts).clamp(1, 1024);
    let n_batches = n.div_ceil(batch);
    let rows_before = |batches: usize| (batches * batch).min(n);
    (0..parts)
        .map(|i| rows_before((i + 1) * n_batches / parts) - rows_before(i * n_batches / parts))
        .collect()
}

fn data(session: &Session, json: &Json) -> DataFrame {
    let df = match json.get("file").and_then(Json::as_str) {
        Some(name) if name.ends_with(".txt") => libsvm(session, name),
        Some(name) => {
            let rows = csv(name);
            match json.get("weightSeed").and_then(Json::as_u64) {
                Some(seed) => {
                    let weights = lcg(rows.len(), seed);
                    table_in(session, &rows, &[("w", &weights)], &[rows.len()])
                }
                None => table(session, &rows),
            }
        }
        None => match json.get("mixed").and_then(Json::as_u64) {
            Some(n) => {
                let rows = mixed_rows(n as usize, json["seed"].as_u64().unwrap());
                let parts = json["parts"].as_u64().unwrap() as usize;
                table_in(session, &rows, &[], &parallelize_sizes(rows.len(), parts))
            }
            None => table(session, &rows(&json["rows"])),
        },
    };
    match json.get("maxCategories").and_then(Json::as_u64) {
        Some(n) => {
            let indexer = VectorIndexer::new().input_col("features").output_col("indexed");
            indexer.max_categories(n as usize).fit(&df).unwrap().transform(&df).unwrap()
        }
        None => df,
    }
}

fn fit(df: &DataFrame, params: &Json) -> DecisionTreeClassificationModel {
    let mut tree = DecisionTreeClassifier::new();
    tree.set_all(params.as_object().unwrap()).unwrap();
    tree.fit(df).unwrap()
}

/// The text below the first line, and the numbers of the first line without the uid.
fn comparable(text: &str) -> (String, String) {
    let (head, body) = text.split_once('\n').unwrap();
    (head.split_once(", ").unwrap().1.to_owned(), body.to_owned())
}

fn expanded(json: &Json) -> Vec<Vec<f64>> {
    let runs = json.as_array().unwrap().iter();
    runs.flat_map(|run| vec![numbers(&run[0]); run[1].as_u64().unwrap() as usize]).collect()
}

fn importances(text: &str) -> (String, Vec<f64>) {
    let (places, values) = text.trim_end_matches(')').split_once("],[").unwrap();
    let values = values.trim_end_matches(']').split(',').filter(|x| !x.is_empty());
    (places.to_owned(), values.map(|x| x.parse().unwrap()).collect())
}

#[test]
fn every_tree_is_the_one_that_spark_grows() {
    let session = session();
    let fixture = fixture("spark/ml/trees");
    for (name, case) in fixture["cases"].as_object().unwrap() {
        let df = data(&session, &case["data"]);
        let model = fit(&df, &case["params"]);
        assert_eq!(
            comparable(&model.to_debug_string()),
            comparable(case["debug"].as_str().unwrap()),
            "{name}"
        );
        let (places, values) = importances(&model.feature_importances().to_string());
        let (expected_places, expected) = importances(case["importances"].as_str().unwrap());
        assert_eq!(places, expected_places, "{name}");
        assert_near(&values, &expected, 1e-12);
        assert_eq!(model.depth() as u64, case["depth"].as_u64().unwrap());
        assert_eq!(model.num_nodes() as u64, case["numNodes"].as_u64().unwrap());
        if case.get("prediction").is_some() {
            predictions_are_sparks(name, &model.transform(&df).unwrap(), case);
        }
    }
}

fn predictions_are_sparks(name: &str, df: &DataFrame, case: &Json) {
    assert_near(&numbers_of(df, "prediction"), &numbers(&case["prediction"]), 0.0);
    let raw = arrays_of(df, "rawPrediction").concat();
    assert_near(&raw, &expanded(&case["raw"]).concat(), 1e-12);
    let probability = arrays_of(df, "probability").concat();
    assert_near(&probability, &expanded(&case["probability"]).concat(), 1e-12);
    assert!(!raw.is_empty(), "{name}");
}

#[test]
fn leaves_are_numbered_from_the_left() {
    let session = session();
    let fixture = fixture("spark/ml/trees");
    let df = table(&session, &csv("iris.csv"));
    let model = DecisionTreeClassifier::new().leaf_col("leaf").fit(&df).unwrap();
    let leaves = numbers_of(&model.transform(&df).unwrap(), "leaf");
    assert_near(&leaves, &numbers(&fixture["cases"]["iris"]["leaf"]), 0.0);
}

#[test]
fn empty_names_leave_columns_out() {
    let session = session();
    let df = table(&session, &csv("iris.csv"));
    let tree = DecisionTreeClassifier::new().raw_prediction_col("").probability_col("");
    let model = tree.fit(&df).unwrap();
    let predictions = model.transform(&df).unwrap();
    assert_eq!(predictions.columns(), ["label", "features", "prediction"]);
    let all = DecisionTreeClassifier::new().fit(&df).unwrap().transform(&df).unwrap();
    assert_near(&numbers_of(&predictions, "prediction"), &numbers_of(&all, "prediction"), 0.0);
    assert!(model.uid().starts_with("DecisionTreeClassifier_"));
}

#[test]
fn partitions_do_not_change_the_tree() {
    let session = session();
    let rows = csv("wine_data.csv");
    let whole = DecisionTreeClassifier::new().fit(&table(&session, &rows)).unwrap();
    for sizes in [vec![100, 78], vec![1, 2, 175], vec![0, 178]] {
        let parts = table_in(&session, &rows, &[], &sizes);
        let model = DecisionTreeClassifier::new().fit(&parts).unwrap();
        assert_eq!(comparable(&model.to_debug_string()), comparable(&whole.to_debug_string()));
    }
}
