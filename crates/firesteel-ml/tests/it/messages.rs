// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bad input gets an error that says where, what and how to go on.

use firesteel_core::Error;
use firesteel_data::DataFrame;
use firesteel_ml::Stage as _;
use firesteel_ml::Transformer as _;
use firesteel_ml::classification::DecisionTreeClassifier;
use firesteel_ml::clustering::KMeans;
use firesteel_ml::evaluation::MulticlassClassificationEvaluator;
use firesteel_ml::feature::{StandardScaler, StringIndexer, VectorAssembler, VectorIndexer};

use crate::common::*;

#[track_caller]
fn says(error: &Error, parts: &[&str]) {
    let text = error.to_string();
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
}

fn tree_error(df: &DataFrame, tree: &DecisionTreeClassifier) -> Error {
    tree.fit(df).unwrap_err()
}

#[test]
fn missing_columns_are_named_with_the_nearest() {
    let session = session();
    let df = table(&session, &csv("iris.csv"));
    let tree = || DecisionTreeClassifier::new();
    says(
        &tree_error(&df, &tree().features_col("featurs")),
        &["DecisionTreeClassifier: no column `featurs`", "did you mean `features`?"],
    );
    says(&tree_error(&df, &tree().label_col("lable")), &["did you mean `label`?"]);
    says(
        &tree_error(&df, &tree().weight_col("w")),
        &["no column `w`; columns are: label, features"],
    );
    says(
        &StringIndexer::new().fit(&df).unwrap_err(),
        &["StringIndexer: `inputCol` must be set, got nothing"],
    );
    says(
        &VectorAssembler::new().transform(&df).unwrap_err(),
        &["VectorAssembler: `inputCols` must be set"],
    );
    // names are found in any case, as in Spark
    assert!(tree().features_col("FEATURES").fit(&df).is_ok());
}

#[test]
fn wrong_types_and_taken_names_are_refused() {
    let session = session();
    let df = table(&session, &csv("iris.csv"));
    says(
        &KMeans::new().features_col("label").fit(&df).unwrap_err(),
        &["KMeans: column `label` is of the wrong type, expected vectors", "VectorAssembler"],
    );
    let text = columns(&session, vec![("label", texts(&[Some("a")])), ("x", doubles(&[1.0]))]);
    let assembler = VectorAssembler::new().input_cols(["label"]).output_col("v");
    says(
        &assembler.transform(&text).unwrap_err(),
        &["column `label` is of the wrong type", "StringIndexer"],
    );
    let taken = StandardScaler::new().input_col("features").output_col("label");
    says(&taken.fit(&df).unwrap_err(), &["output column `label` exists already"]);
    says(
        &StringIndexer::new().input_col("features").output_col("i").fit(&df).unwrap_err(),
        &["expected texts or numbers"],
    );
}

#[test]
fn bad_values_are_refused_with_their_row() {
    let session = session();
    let with = |label: f64, value: f64| {
        table(&session, &[(0.0, vec![1.0]), (1.0, vec![2.0]), (label, vec![value])])
    };
    let tree = DecisionTreeClassifier::new;
    says(
        &tree_error(&with(f64::NAN, 1.0), &tree()),
        &["DecisionTreeClassifier: `label` must be finite, got NaN in row 2"],
    );
    says(
        &tree_error(&with(0.5, 1.0), &tree()),
        &["a class number: 0, 1, 2, .., got 0.5", "StringIndexer"],
    );
    says(&tree_error(&with(-1.0, 1.0), &tree()), &["got -1"]);
    says(&tree_error(&with(1e6, 1.0), &tree()), &["must be below 100"]);
    says(
        &tree_error(&with(1.0, f64::INFINITY), &tree()),
        &["`features` must be vectors of finite numbers, got inf in row 2"],
    );
    says(
        &KMeans::new().fit(&with(0.0, f64::NAN)).unwrap_err(),
        &["KMeans: `features`", "got NaN in row 2"],
    );
    let rows = [(0.0, vec![1.0]), (1.0, vec![2.0, 3.0])];
    let ragged = table(&session, &rows);
    says(
        &KMeans::new().fit(&ragged).unwrap_err(),
        &["vectors of different sizes, expected 1, got 2 in row 1"],
    );
    let rows = csv("iris.csv");
    let weights = vec![-1.0; rows.len()];
    let df = table_in(&session, &rows, &[("w", &weights)], &[rows.len()]);
    says(
        &tree_error(&df, &tree().weight_col("w")),
        &["`w` must be finite and not negative, got -1 in row 0"],
    );
}

#[test]
fn empty_and_small_tables_are_refused() {
    let session = session();
    let empty = table(&session, &[]);
    says(
        &tree_error(&empty, &DecisionTreeClassifier::new()),
        &["`dataset` must be a table with rows, got none"],
    );
    says(
        &StandardScaler::new().input_col("features").output_col("o").fit(&empty).unwrap_err(),
        &["a table with rows"],
    );
    let two = table(&session, &[(0.0, vec![1.0]), (0.0, vec![2.0])]);
    says(
        &KMeans::new().k(5).fit(&two).unwrap_err(),
        &["KMeans: `k` must be at most the number of rows, 2, got 5"],
    );
    let zero = table(&session, &[(0.0, vec![1.0]), (0.0, vec![0.0])]);
    says(
        &KMeans::new().distance_measure("cosine").fit(&zero).unwrap_err(),
        &["only zeros in row 1"],
    );
    let evaluator = MulticlassClassificationEvaluator::new().prediction_col("label");
    says(&evaluator.evaluate(&empty).unwrap_err(), &["a table with rows"]);
}

#[test]
fn unknown_names_get_the_nearest() {
    let session = session();
    let df = table(&session, &csv("iris.csv"));
    let evaluator = MulticlassClassificationEvaluator::new().prediction_col("label");
    says(
        &evaluator.clone().metric_name("acuracy").evaluate(&df).unwrap_err(),
        &["did you mean `accuracy`?"],
    );
    says(
        &evaluator.metric_name("recallByLabel").metric_label(7.0).evaluate(&df).unwrap_err(),
        &["`metricLabel` must be one of the labels [0.0, 1.0, 2.0], got 7"],
    );
    says(
        &tree_error(&df, &DecisionTreeClassifier::new().impurity("gimi")),
        &["did you mean `gini`?"],
    );
    says(&KMeans::new().init_mode("k-means").fit(&df).unwrap_err(), &["did you mean `k-means||`?"]);
    let error = KMeans::new().options_mut().set("maxItr", &firesteel_core::json!(3)).unwrap_err();
    says(&error, &["did you mean `maxIter`?"]);
}

#[test]
fn categories_need_bins() {
    let session = session();
    let rows: Vec<Row> = (0..60).map(|i| (f64::from(i % 2), vec![f64::from(i % 40)])).collect();
    let df = table(&session, &rows);
    let indexer =
        VectorIndexer::new().input_col("features").output_col("indexed").max_categories(50);
    let indexed = indexer.fit(&df).unwrap().transform(&df).unwrap();
    let tree = DecisionTreeClassifier::new().features_col("indexed");
    says(
        &tree_error(&indexed, &tree.clone()),
        &[
            "`maxBins` must be at least 40, the number of categories of feature 0, got 32 bins for 60 rows",
        ],
    );
    assert!(tree.max_bins(40).fit(&indexed).is_ok());
}

#[test]
fn thresholds_must_fit_the_classes() {
    let session = session();
    let df = table(&session, &csv("iris.csv"));
    let tree = |thresholds: &[f64]| {
        tree_error(&df, &DecisionTreeClassifier::new().thresholds(thresholds.to_vec()))
    };
    says(&tree(&[0.5, 0.5]), &["`thresholds` must be one number for each of the 3 classes"]);
    says(&tree(&[0.0, 0.0, 1.0]), &["not negative, with at most one zero"]);
}

#[test]
fn a_model_refuses_vectors_of_another_size() {
    let session = session();
    let model = DecisionTreeClassifier::new().fit(&table(&session, &csv("iris.csv"))).unwrap();
    let wine = table(&session, &csv("wine_data.csv"));
    let error = model.transform(&wine).unwrap().collect_batches().unwrap_err();
    assert!(error.is_shape());
    says(&error, &["expected 4 values, got 13"]);
    assert!(model.predict(&firesteel_data::vector::Vectors::dense([1.0])).unwrap_err().is_shape());
}

#[test]
fn a_ragged_file_is_named_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ragged.csv");
    std::fs::write(&path, "x,y,label\n1,2,0\n3,4,1\n5,6,0,7\n").unwrap();
    let reader = session().read().option("header", true);
    let rows = reader.schema("x DOUBLE, y DOUBLE, label DOUBLE").csv(&path).unwrap();
    let assembler = VectorAssembler::new().input_cols(["x", "y"]).output_col("features");
    let table = assembler.transform(&rows).unwrap();
    for error in
        [tree_error(&table, &DecisionTreeClassifier::new()), KMeans::new().fit(&table).unwrap_err()]
    {
        assert!(error.is_format(), "{error:?}");
        says(&error, &["ragged.csv", "line 4"]);
    }
}
