// SPDX-License-Identifier: MIT OR Apache-2.0
//! MLlib's side: a pipeline with a decision tree, and k-means.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use firesteel::prelude::*;

fn main() -> Result<()> {
    let spark = Session::builder().app_name("lecture").build()?;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data");
    let data = spark.read().format("libsvm").load(format!("{folder}/sample_libsvm_data.txt"))?;

    let label_indexer =
        StringIndexer::new().input_col("label").output_col("indexedLabel").fit(&data)?;
    let feature_indexer = VectorIndexer::new()
        .input_col("features")
        .output_col("indexedFeatures")
        .max_categories(5)
        .fit(&data)?;
    let [training, test] = data.random_split([0.75, 0.25], 42)?;
    let tree =
        DecisionTreeClassifier::new().label_col("indexedLabel").features_col("indexedFeatures");
    let model = Pipeline::new(stages![label_indexer, feature_indexer, tree]).fit(&training)?;
    let predictions = model.transform(&test)?;
    let accuracy = MulticlassClassificationEvaluator::new()
        .label_col("indexedLabel")
        .metric_name("accuracy")
        .evaluate(&predictions)?;
    println!("accuracy of the tree: {accuracy}");

    let points = spark.read().format("libsvm").load(format!("{folder}/sample_kmeans_data.txt"))?;
    let clusters = KMeans::new().k(2).max_iter(10).init_mode("random").seed(1).fit(&points)?;
    for center in clusters.cluster_centers() {
        println!("center {center:?}");
    }
    Ok(())
}
