// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every metric as real Spark computes it.

use std::sync::Arc;

use firesteel_core::Json;
use firesteel_data::datafusion::arrow::array::RecordBatch;
use firesteel_data::datafusion::arrow::datatypes::{DataType, Field, Schema};
use firesteel_data::vector::{VectorBuilder, vector_field};
use firesteel_data::{DataFrame, Session};
use firesteel_ml::Evaluator as _;
use firesteel_ml::evaluation::MulticlassClassificationEvaluator;

use crate::common::*;

/// The rows of the fixture: label, prediction, weight, probabilities.
pub(crate) fn predictions(session: &Session) -> DataFrame {
    let fixture = fixture("spark/ml/evaluator");
    let rows = fixture["rows"].as_array().unwrap();
    let column =
        |i: usize| doubles(&rows.iter().map(|row| row[i].as_f64().unwrap()).collect::<Vec<_>>());
    let mut builder = VectorBuilder::new();
    rows.iter().for_each(|row| builder.append_dense(numbers(&row[3])));
    let number = |name: &str| Field::new(name, DataType::Float64, true);
    let fields =
        vec![number("label"), number("prediction"), number("w"), vector_field("probability", true)];
    let schema = Arc::new(Schema::new(fields));
    let columns = vec![column(0), column(1), column(2), builder.finish().unwrap()];
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns).unwrap();
    session.from_partitions(schema, vec![vec![batch]]).unwrap()
}

#[test]
fn every_metric_is_sparks() {
    let session = session();
    let df = predictions(&session);
    let fixture = fixture("spark/ml/evaluator");
    for (name, case) in fixture["metrics"].as_object().unwrap() {
        let metric = || MulticlassClassificationEvaluator::new().metric_name(name.as_str());
        for (variant, evaluator) in [
            ("plain", metric()),
            ("weighted", metric().weight_col("w")),
            ("label1", metric().metric_label(1.0)),
            ("label2", metric().metric_label(2.0).weight_col("w")),
            ("beta2", metric().beta(2.0)),
            ("eps", metric().eps(0.3)),
        ] {
            let got = evaluator.evaluate(&df).unwrap();
            let expected = case[variant].as_f64().unwrap();
            assert!(
                (got - expected).abs() < 1e-12,
                "{name} {variant}: {got} instead of {expected}"
            );
        }
        assert_eq!(Json::from(metric().is_larger_better()), case["largerBetter"], "{name}");
    }
}

#[test]
fn the_names_of_spark_1_mean_accuracy() {
    let session = session();
    let df = predictions(&session);
    let of = |name: &str| {
        MulticlassClassificationEvaluator::new().metric_name(name).evaluate(&df).unwrap()
    };
    assert!((of("precision") - of("accuracy")).abs() < 1e-15);
    assert!((of("recall") - of("accuracy")).abs() < 1e-15);
}
