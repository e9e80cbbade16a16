// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every estimator keeps the promises of `check_estimator`, and the check notices when one does not.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use firesteel_core::{Options, Result};
use firesteel_data::DataFrame;
use firesteel_data::datafusion::arrow::datatypes::SchemaRef;
use firesteel_ml::classification::DecisionTreeClassifier;
use firesteel_ml::clustering::KMeans;
use firesteel_ml::feature::{StandardScaler, StringIndexer, VectorIndexer};
use firesteel_ml::testing::{EstimatorCheck, check_estimator};
use firesteel_ml::{Estimator, Model, Pipeline, PipelineStage, Stage, stages};

use crate::common::*;

#[test]
fn string_indexer() {
    let session = session();
    let labels = [Some("b"), Some("a"), Some("c"), Some("a"), Some("c")];
    let df =
        columns(&session, vec![("s", texts(&labels)), ("x", doubles(&[1.0, 2.0, 2.0, 1.0, 3.0]))]);
    check_estimator(StringIndexer::new().input_col("s").output_col("i"), &df).unwrap();
    check_estimator(
        StringIndexer::new().input_col("x").output_col("i").handle_invalid("keep"),
        &df,
    )
    .unwrap();
    let both = StringIndexer::new().input_cols(["s", "x"]).output_cols(["i", "j"]);
    check_estimator(both.string_order_type("alphabetDesc").handle_invalid("skip"), &df).unwrap();
}

#[test]
fn vector_indexer() {
    let session = session();
    let df = table(&session, &csv("iris.csv"));
    check_estimator(
        VectorIndexer::new().input_col("features").output_col("out").max_categories(22),
        &df,
    )
    .unwrap();
}

#[test]
fn standard_scaler() {
    let session = session();
    let df = table(&session, &csv("wine_data.csv"));
    check_estimator(
        StandardScaler::new().input_col("features").output_col("out").with_mean(true),
        &df,
    )
    .unwrap();
}

#[test]
fn decision_tree_classifier() {
    let session = session();
    let df = table(&session, &csv("iris.csv"));
    check_estimator(DecisionTreeClassifier::new().leaf_col("leaf"), &df).unwrap();
}

#[test]
fn kmeans() {
    let session = session();
    let df = table(&session, &csv("iris.csv"));
    EstimatorCheck::new(KMeans::new().k(3)).partitions_matter().run(&df).unwrap();
    EstimatorCheck::new(KMeans::new().k(3).distance_measure("cosine"))
        .partitions_matter()
        .run(&df)
        .unwrap();
}

#[test]
fn pipeline() {
    let session = session();
    let df = table(&session, &csv("iris.csv"));
    let scaler = StandardScaler::new().input_col("features").output_col("scaled");
    let tree = DecisionTreeClassifier::new().features_col("scaled");
    check_estimator(Pipeline::new(stages![scaler, tree]), &df).unwrap();
}

/// A scaler that breaks a promise.
#[derive(Debug)]
struct Broken {
    inner: StandardScaler,
    how: &'static str,
    fits: AtomicUsize,
}

impl Broken {
    fn new(how: &'static str) -> Self {
        let inner = StandardScaler::new().input_col("features").output_col("out");
        Self { inner, how, fits: AtomicUsize::new(0) }
    }
}

impl Stage for Broken {
    fn uid(&self) -> String {
        self.inner.uid()
    }

    fn options(&self) -> &dyn Options {
        self.inner.options()
    }

    fn options_mut(&mut self) -> &mut dyn Options {
        self.inner.options_mut()
    }

    fn transform_schema(&self, schema: &SchemaRef) -> Result<SchemaRef> {
        if self.how == "schema" {
            Ok(Arc::clone(schema))
        } else {
            self.inner.transform_schema(schema)
        }
    }

    fn into_stage(self: Box<Self>) -> PipelineStage {
        PipelineStage::Estimator(self)
    }

    fn spark_class(&self) -> &'static str {
        self.inner.spark_class()
    }
}

impl Estimator for Broken {
    fn fit(&self, df: &DataFrame) -> Result<Box<dyn Model>> {
        let fits = self.fits.fetch_add(1, Ordering::Relaxed);
        let scaler = match self.how {
            "twice" => self.inner.clone().with_std(fits == 0),
            _ => self.inner.clone(),
        };
        Ok(Box::new(scaler.fit(df)?))
    }

    fn copy(&self) -> Box<dyn Estimator> {
        Box::new(Self { inner: self.inner.clone(), how: self.how, fits: AtomicUsize::new(0) })
    }
}

#[test]
fn broken_promises_are_noticed() {
    let session = session();
    let df = table(&session, &csv("iris.csv"));
    for (how, message) in [("schema", "foretells other columns"), ("twice", "fitting twice")] {
        let error = check_estimator(Broken::new(how), &df).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
    }
    check_estimator(Broken::new("nothing"), &df).unwrap();
}
