// SPDX-License-Identifier: MIT OR Apache-2.0
//! Folders of real Spark, read and written.

use std::path::Path;
use std::sync::Arc;

use firesteel_core::Json;
use firesteel_data::datafusion::arrow::array::{ArrayRef, RecordBatch};
use firesteel_data::datafusion::arrow::datatypes::{DataType, Field, Schema};
use firesteel_data::vector::{VectorBuilder, vector_field};
use firesteel_data::{DataFrame, Session};
use firesteel_ml::classification::{DecisionTreeClassificationModel, DecisionTreeClassifier};
use firesteel_ml::clustering::{KMeans, KMeansModel};
use firesteel_ml::feature::{
    IndexToString, StandardScaler, StringIndexer, VectorAssembler, VectorIndexer,
};
use firesteel_ml::persistence::StageRegistry;
use firesteel_ml::{Pipeline, PipelineModel, PipelineStage, Stage, Transformer as _, stages};

use crate::common::*;

/// The table of `saved` in the fixture script.
fn words(session: &Session) -> DataFrame {
    let label = |i: usize| Some(["maybe", "no", "yes"][i % 3]);
    let labels: Vec<Option<&str>> = (0..30).map(label).collect();
    let mut builder = VectorBuilder::new();
    (0..30).for_each(|i| builder.append_dense([i % 4, i, (i * 7) % 5].map(f64::from)));
    let schema = Schema::new(vec![
        Field::new("label", DataType::Utf8, true),
        vector_field("features", true),
    ]);
    let schema = Arc::new(schema);
    let columns: Vec<ArrayRef> = vec![texts(&labels), builder.finish().unwrap()];
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns).unwrap();
    session.from_partitions(schema, vec![vec![batch]]).unwrap()
}

fn saved(name: &str) -> std::path::PathBuf {
    root().join("fixtures/spark/ml/saved").join(name)
}

#[test]
fn sparks_pipeline_model_is_loaded() {
    let (session, fixture) = (session(), fixture("spark/ml/saved"));
    let df = words(&session);
    let model = PipelineModel::load(saved("pipeline_model")).unwrap();
    let tree: &DecisionTreeClassificationModel = model.stage(2).unwrap();
    assert_eq!(tree.to_debug_string(), fixture["debug"].as_str().unwrap());
    let predictions = model.transform(&df).unwrap();
    let pairs = fixture["prediction"].as_array().unwrap();
    let expected: Vec<f64> = pairs.iter().map(|pair| pair[0].as_f64().unwrap()).collect();
    assert_near(&numbers_of(&predictions, "prediction"), &expected, 0.0);
    let expected: Vec<String> =
        pairs.iter().map(|pair| pair[1].as_str().unwrap().to_owned()).collect();
    assert_eq!(texts_of(&predictions, "text").into_iter().flatten().collect::<Vec<_>>(), expected);
    let expected: Vec<f64> =
        fixture["probability"].as_array().unwrap().iter().flat_map(numbers).collect();
    assert_near(&arrays_of(&predictions, "probability").concat(), &expected, 1e-15);
}

#[test]
fn sparks_unfitted_pipeline_fits_to_sparks_model() {
    let (session, fixture) = (session(), fixture("spark/ml/saved"));
    let pipeline = Pipeline::load(saved("pipeline")).unwrap();
    assert_eq!(pipeline.stages().len(), 4);
    let model = pipeline.fit(&words(&session)).unwrap();
    let tree: &DecisionTreeClassificationModel = model.stage(2).unwrap();
    assert_eq!(tree.to_debug_string(), fixture["debug"].as_str().unwrap());
}

#[test]
fn sparks_scaler_and_groups_are_loaded() {
    let (session, fixture) = (session(), fixture("spark/ml/saved"));
    let model = PipelineModel::load(saved("clusters")).unwrap();
    let result = model.transform(&words(&session)).unwrap();
    assert_near(&numbers_of(&result, "prediction"), &numbers(&fixture["clusters"]), 0.0);
    let scaled: Vec<f64> = fixture["scaled"].as_array().unwrap().iter().flat_map(numbers).collect();
    let uid = model.stages()[0].options().get("outputCol").unwrap();
    assert_near(&arrays_of(&result, uid.as_str().unwrap()).concat(), &scaled, 1e-14);
    let groups: &KMeansModel = model.stage(1).unwrap();
    assert_eq!(groups.options().get("seed"), Some(Json::from(-7)));
    assert!(groups.summary().is_none());
}

#[test]
fn sparks_assembler_is_loaded() {
    let (session, fixture) = (session(), fixture("spark/ml/saved"));
    let assembler = VectorAssembler::load(saved("assembler")).unwrap();
    let df = columns(&session, vec![("a", doubles(&[1.0])), ("b", doubles(&[2.0]))]);
    let result = assembler.transform(&df).unwrap();
    assert_eq!(vectors_of(&result, "f"), ["[1.0,2.0]"]);
    assert_json(&metadata_of(&result, "f"), &fixture["assemblerMetadata"]);
    assert_eq!(assembler.options().get("handleInvalid"), Some(Json::from("keep")));
}

/// Every kind of stage, fitted and not.
fn everything(session: &Session) -> (Pipeline, PipelineModel) {
    let pipeline = Pipeline::new(stages![
        StringIndexer::new().input_col("label").output_col("indexedLabel").handle_invalid("keep"),
        VectorIndexer::new().input_col("features").output_col("indexed").max_categories(4),
        StandardScaler::new().input_col("features").output_col("scaled").with_mean(true),
        VectorAssembler::new().input_cols(["scaled", "indexedLabel"]).output_col("both"),
        DecisionTreeClassifier::new()
            .label_col("indexedLabel")
            .features_col("indexed")
            .max_depth(3),
        IndexToString::new()
            .input_col("prediction")
            .output_col("text")
            .labels(["maybe", "no", "yes", "?"]),
        KMeans::new().features_col("scaled").prediction_col("group").k(3).seed(-7).tol(1e-3),
    ]);
    let model = pipeline.fit(&words(session)).unwrap();
    (pipeline, model)
}

#[test]
fn what_we_save_we_load() {
    let (session, folder) = (session(), scratch());
    let df = words(&session);
    let (pipeline, model) = everything(&session);
    model.write().save(folder.path().join("model")).unwrap();
    pipeline.write().save(folder.path().join("pipeline")).unwrap();
    let loaded = PipelineModel::load(folder.path().join("model")).unwrap();
    let fitted = Pipeline::load(folder.path().join("pipeline")).unwrap().fit(&df).unwrap();
    let expected = model.transform(&df).unwrap();
    for other in [&loaded, &fitted] {
        let got = other.transform(&df).unwrap();
        assert_eq!(got.schema(), expected.schema());
        assert_eq!(got.collect_batches().unwrap(), expected.collect_batches().unwrap());
    }
    assert_eq!(loaded.uid(), model.uid());
    let stage = |i: usize| {
        folder.path().join("model/stages").join(format!("{i}_{}", model.stages()[i].uid()))
    };
    assert!(stage(4).join("data/part-00000.parquet").is_file());
    assert!(stage(3).join("metadata/_SUCCESS").is_file());
}

/// What `fixtures/spark/ml/open_ours.py` opens in real Spark; the script sets the folder.
#[test]
fn what_we_save_is_laid_out_for_spark() {
    let (session, folder) = (session(), scratch());
    let target = firesteel_core::config::env("FIRESTEEL_SAVE_FOR_SPARK");
    let path = target.map_or_else(|| folder.path().join("ours"), std::path::PathBuf::from);
    let (pipeline, model) = everything(&session);
    model.write().overwrite().save(path.join("model")).unwrap();
    pipeline.write().overwrite().save(path.join("pipeline")).unwrap();
    let predictions = model.transform(&words(&session)).unwrap();
    let tree: &DecisionTreeClassificationModel = model.stage(4).unwrap();
    let expected = firesteel_core::json!({
        "prediction": numbers_of(&predictions, "prediction"),
        "group": numbers_of(&predictions, "group"),
        "probability": arrays_of(&predictions, "probability"),
        "scaled": arrays_of(&predictions, "scaled"),
        "debug": tree.to_debug_string(),
    });
    std::fs::write(path.join("expected.json"), expected.to_string()).unwrap();
    let metadata = std::fs::read_to_string(path.join("model/metadata/part-00000")).unwrap();
    let metadata: Json = serde_json::from_str(&metadata).unwrap();
    assert_eq!(metadata["class"], "org.apache.spark.ml.PipelineModel");
    assert_eq!(metadata["defaultParamMap"], firesteel_core::json!({}));
    assert_eq!(metadata["paramMap"]["stageUids"].as_array().unwrap().len(), 7);
}

#[test]
fn a_folder_is_replaced_only_when_asked_for_and_complete() {
    let folder = scratch();
    let path = folder.path().join("kmeans");
    KMeans::new().k(3).save(&path).unwrap();
    let error = KMeans::new().k(4).save(&path).unwrap_err();
    assert!(error.is_io());
    assert!(error.to_string().contains("overwrite"), "{error}");
    let k = |path: &Path| KMeans::load(path).unwrap().options().get("k");
    assert_eq!(k(&path), Some(Json::from(3)));
    KMeans::new().k(4).write().overwrite().save(&path).unwrap();
    assert_eq!(k(&path), Some(Json::from(4)));
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 1);
}

#[test]
fn damaged_folders_are_named() {
    let folder = scratch();
    let path = folder.path().join("stage");
    KMeans::new().seed(5).save(&path).unwrap();
    assert!(StringIndexer::load(&path).unwrap_err().to_string().contains("expected StringIndexer"));
    assert!(KMeans::load(folder.path().join("absent")).unwrap_err().is_io());
    let metadata = path.join("metadata/part-00000");
    let good = std::fs::read_to_string(&metadata).unwrap();
    let with = |from: &str, to: &str| {
        assert!(good.contains(from), "{good}");
        std::fs::write(&metadata, good.replace(from, to)).unwrap();
        KMeans::load(&path).unwrap_err()
    };
    let error = with("clustering.KMeans", "clustering.KMeens");
    assert!(error.is_unsupported());
    assert!(
        error
            .to_string()
            .contains("the nearest known one is `org.apache.spark.ml.clustering.KMeans`"),
        "{error}"
    );
    assert!(
        with("\"paramMap\":{", "\"paramMap\":{\"maxItr\":2,")
            .to_string()
            .contains("did you mean `maxIter`?")
    );
    assert!(
        with("\"paramMap\":{", "\"paramMap\":{\"k\":\"x\",")
            .to_string()
            .contains("expected an integer")
    );
    assert!(with("{", "").is_format());
}

#[test]
fn hostile_trees_are_refused() {
    let session = session();
    let folder = scratch();
    let path = folder.path().join("tree");
    let df = table(&session, &csv("iris.csv"));
    DecisionTreeClassifier::new().fit(&df).unwrap().save(&path).unwrap();
    let metadata = path.join("metadata/part-00000");
    let good = std::fs::read_to_string(&metadata).unwrap();
    for (from, to) in
        [("\"numFeatures\":4", "\"numFeatures\":1"), ("\"numClasses\":3", "\"numClasses\":2")]
    {
        assert!(good.contains(from), "{good}");
        std::fs::write(&metadata, good.replace(from, to)).unwrap();
        assert!(DecisionTreeClassificationModel::load(&path).unwrap_err().is_format());
    }
    std::fs::write(&metadata, good).unwrap();
    std::fs::write(path.join("data/part-00000.parquet"), "no parquet").unwrap();
    assert!(DecisionTreeClassificationModel::load(&path).unwrap_err().is_format());
}

#[test]
fn other_classes_can_be_registered() {
    let folder = scratch();
    let path = folder.path().join("stage");
    KMeans::new().save(&path).unwrap();
    let metadata = path.join("metadata/part-00000");
    let text = std::fs::read_to_string(&metadata).unwrap();
    std::fs::write(&metadata, text.replace("org.apache.spark.ml.clustering.KMeans", "my.Stage"))
        .unwrap();
    let registry = StageRegistry::builtin().with("my.Stage", |saved| {
        assert_eq!(saved.class(), "my.Stage");
        Ok(PipelineStage::from(KMeans::new().k(9)))
    });
    let stage = registry.load(&path).unwrap();
    assert_eq!(stage.as_stage().options().get("k"), Some(Json::from(9)));
}
