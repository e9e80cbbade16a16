// SPDX-License-Identifier: MIT OR Apache-2.0
//! The pipeline of MLlib: index labels and features, grow a tree, evaluate it.

use std::path::Path;

use firesteel::Result;
use firesteel::prelude::*;

use super::report::Confusion;
use crate::output::say;

/// Trains and evaluates a decision tree on Spark's sample data and saves it as Spark does.
///
/// # Errors
/// Whatever reading, fitting or saving meets.
pub(super) fn grow_a_tree(
    spark: &Session,
    path: &str,
    folder: &Path,
    seed: u64,
) -> Result<Confusion> {
    let data = spark.read().format("libsvm").load(path)?;
    let label_indexer =
        StringIndexer::new().input_col("label").output_col("indexedLabel").fit(&data)?;
    let feature_indexer = VectorIndexer::new()
        .input_col("features")
        .output_col("indexedFeatures")
        .max_categories(5)
        .fit(&data)?;
    let [training, test] = data.random_split([0.7, 0.3], seed)?;
    let tree =
        DecisionTreeClassifier::new().label_col("indexedLabel").features_col("indexedFeatures");
    let model = Pipeline::new(stages![label_indexer, feature_indexer, tree]).fit(&training)?;
    let predictions = model.transform(&test)?;
    predictions.select(["prediction", "indexedLabel", "features"])?.show_n(5, true)?;
    let accuracy = MulticlassClassificationEvaluator::new()
        .label_col("indexedLabel")
        .metric_name("accuracy")
        .evaluate(&predictions)?;
    say(format!("accuracy on the test data: {accuracy:.4}"))?;
    let saved = folder.join("tree-pipeline");
    model.write().overwrite().save(&saved)?;
    say(format!("saved to {}", saved.display()))?;
    Confusion::of("Decision tree", &predictions, "indexedLabel", "prediction", accuracy)
}
