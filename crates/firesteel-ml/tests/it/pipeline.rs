// SPDX-License-Identifier: MIT OR Apache-2.0
//! Pipelines: the one of the lecture, and how stages mix.

use std::sync::Arc;

use firesteel_core::Json;
use firesteel_data::datafusion::arrow::array::{AsArray, BooleanArray, RecordBatch};
use firesteel_data::datafusion::arrow::compute::{concat_batches, filter_record_batch};
use firesteel_data::datafusion::arrow::datatypes::Float64Type;
use firesteel_data::vector::VectorColumn;
use firesteel_data::{DataFrame, Session};
use firesteel_ml::classification::{DecisionTreeClassificationModel, DecisionTreeClassifier};
use firesteel_ml::clustering::KMeans;
use firesteel_ml::evaluation::MulticlassClassificationEvaluator;
use firesteel_ml::feature::{StandardScaler, StringIndexer, VectorAssembler, VectorIndexer};
use firesteel_ml::{Estimator as _, Pipeline, PipelineModel, Stage as _, Transformer as _, stages};

use crate::common::*;

/// A number by which the fixture recognises a row.
fn key(batch: &RecordBatch, row: usize) -> (f64, f64) {
    let label = batch.column(0).as_primitive::<Float64Type>().value(row);
    let mut key = 0.0;
    let features = VectorColumn::new(batch.column(1)).unwrap().row(row).unwrap();
    features.for_each_active(|i, x| key += (i + 1) as f64 * x);
    (label, key)
}

/// The rows that Spark drew.
fn chosen(session: &Session, df: &DataFrame, keys: &Json) -> DataFrame {
    let keys: Vec<Vec<f64>> = keys.as_array().unwrap().iter().map(numbers).collect();
    let batch = concat_batches(&df.schema(), &df.collect_batches().unwrap()).unwrap();
    let wanted = |row: usize| {
        let (label, key) = key(&batch, row);
        keys.iter().any(|k| k[0].total_cmp(&label).is_eq() && (k[1] - key).abs() < 0.5)
    };
    let mask: BooleanArray = (0..batch.num_rows()).map(|row| Some(wanted(row))).collect();
    let rows = filter_record_batch(&batch, &mask).unwrap();
    assert_eq!(rows.num_rows(), keys.len());
    session.from_partitions(rows.schema(), vec![vec![rows]]).unwrap()
}

fn lecture(data: &DataFrame, training: &DataFrame) -> PipelineModel {
    let label_indexer =
        StringIndexer::new().input_col("label").output_col("indexedLabel").fit(data).unwrap();
    let feature_indexer = VectorIndexer::new().input_col("features").output_col("indexedFeatures");
    let feature_indexer = feature_indexer.max_categories(5).fit(data).unwrap();
    let tree = DecisionTreeClassifier::new()
        .label_col("indexedLabel")
        .features_col("indexedFeatures")
        .seed(3);
    Pipeline::new(stages![label_indexer, feature_indexer, tree]).fit(training).unwrap()
}

fn body(text: &str) -> &str {
    text.split_once('\n').unwrap().1
}

#[test]
fn the_lecture_gives_sparks_tree_and_accuracy_on_sparks_rows() {
    let session = session();
    let data = libsvm(&session, "sample_libsvm_data.txt");
    for case in fixture("spark/ml/lecture")["cases"].as_array().unwrap() {
        let training = chosen(&session, &data, &case["training"]);
        let test = chosen(&session, &data, &case["test"]);
        let model = lecture(&data, &training);
        let tree: &DecisionTreeClassificationModel = model.stage(2).unwrap();
        assert_eq!(body(&tree.to_debug_string()), body(case["debug"].as_str().unwrap()));
        let predictions = model.transform(&test).unwrap();
        let accuracy = MulticlassClassificationEvaluator::new()
            .label_col("indexedLabel")
            .metric_name("accuracy");
        let accuracy = accuracy.evaluate(&predictions).unwrap();
        assert!((accuracy - case["accuracy"].as_f64().unwrap()).abs() < 1e-15);
    }
}

#[test]
fn the_lecture_draws_the_rows_that_spark_draws() {
    let session = session();
    let data = libsvm(&session, "sample_libsvm_data.txt");
    for case in fixture("spark/ml/lecture")["cases"].as_array().unwrap() {
        let weights = numbers(&case["weights"]);
        let seed = case["seed"].as_u64().unwrap();
        let [training, test] = data.random_split([weights[0], weights[1]], seed).unwrap();
        let keys = |df: &DataFrame| -> Vec<Vec<f64>> {
            let batches = df.collect_batches().unwrap();
            let rows = batches
                .iter()
                .flat_map(|b| (0..b.num_rows()).map(|row| key(b, row)).collect::<Vec<_>>());
            rows.map(|(label, key)| vec![label, key]).collect()
        };
        for (part, name) in [(&training, "training"), (&test, "test")] {
            let expected: Vec<f64> =
                case[name].as_array().unwrap().iter().flat_map(numbers).collect();
            assert_near(&keys(part).concat(), &expected, 1e-12);
        }
        let model = lecture(&data, &training);
        let predictions = model.transform(&test).unwrap();
        assert_near(&numbers_of(&predictions, "prediction"), &numbers(&case["prediction"]), 0.0);
        assert_near(
            &numbers_of(&predictions, "indexedLabel"),
            &numbers(&case["indexedLabel"]),
            0.0,
        );
    }
}

#[test]
fn features_scaled_and_grouped() {
    let session = session();
    let rows = csv("iris.csv");
    let column =
        |i: usize| doubles(&rows.iter().map(|(_, features)| features[i]).collect::<Vec<_>>());
    let df = columns(&session, vec![("a", column(0)), ("b", column(1)), ("c", column(2))]);
    let assembler = VectorAssembler::new().input_cols(["a", "b", "c"]).output_col("raw");
    let scaler = StandardScaler::new().input_col("raw").output_col("features").with_mean(true);
    let pipeline =
        Pipeline::new(stages![assembler.clone(), scaler.clone(), KMeans::new().k(3).seed(1)]);
    assert_eq!(pipeline.transform_schema(&df.schema()).unwrap().fields().len(), 6);
    let model = pipeline.fit(&df).unwrap();
    let assembled = assembler.transform(&df).unwrap();
    let scaled = scaler.fit(&assembled).unwrap().transform(&assembled).unwrap();
    let by_hand = KMeans::new().k(3).seed(1).fit(&scaled).unwrap().transform(&scaled).unwrap();
    let by_pipeline = model.transform(&df).unwrap();
    assert_near(&numbers_of(&by_pipeline, "prediction"), &numbers_of(&by_hand, "prediction"), 0.0);
    assert_eq!(model.transform_schema(&df.schema()).unwrap(), by_pipeline.schema());
    assert_eq!(model.stages().len(), 3);
    assert!(model.stage::<DecisionTreeClassificationModel>(2).is_none());
    // pipelines nest
    let outer = Pipeline::new(stages![pipeline.clone()]).fit(&df).unwrap();
    assert_near(
        &numbers_of(&outer.transform(&df).unwrap(), "prediction"),
        &numbers_of(&by_hand, "prediction"),
        0.0,
    );
    let boxed = pipeline.copy();
    assert_eq!(boxed.uid(), pipeline.uid());
}

#[test]
fn an_empty_pipeline_changes_nothing() {
    let session = session();
    let df = columns(&session, vec![("x", doubles(&[1.0]))]);
    let model = Pipeline::new(stages![]).fit(&df).unwrap();
    assert_eq!(model.transform(&df).unwrap().columns(), ["x"]);
}

#[test]
fn stages_are_shared_between_threads() {
    let session = session();
    let df = table(&session, &csv("iris.csv"));
    let model = Arc::new(DecisionTreeClassifier::new().fit(&df).unwrap());
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let (model, df) = (Arc::clone(&model), df.clone());
            std::thread::spawn(move || numbers_of(&model.transform(&df).unwrap(), "prediction"))
        })
        .collect();
    let answers: Vec<Vec<f64>> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(answers[0].len(), 150);
}
