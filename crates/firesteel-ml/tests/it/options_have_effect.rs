// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every option changes something, and no option is forgotten here.

use firesteel_core::{Json, Options, json};
use firesteel_data::datafusion::prelude::{col, lit};
use firesteel_data::{DataFrame, Session};
use firesteel_ml::classification::DecisionTreeClassifier;
use firesteel_ml::clustering::{KMeans, KMeansTrain};
use firesteel_ml::evaluation::MulticlassClassificationEvaluator;
use firesteel_ml::feature::{
    IndexToString, StandardScaler, StringIndexer, VectorAssembler, VectorIndexer,
};
use firesteel_ml::{Estimator, Stage, Transformer};

use crate::common::*;
use crate::evaluator::predictions;

/// Everything that can be seen of a table: columns, metadata, values.
fn seen(df: &DataFrame) -> String {
    let values = match df.collect_batches() {
        Ok(batches) => format!("{batches:?}"),
        Err(error) => error.to_string(),
    };
    format!("{:?} {values}", df.schema())
}

fn fitted(estimator: &dyn Estimator, df: &DataFrame) -> String {
    match estimator.fit(df).and_then(|model| model.transform(df)) {
        Ok(result) => seen(&result),
        Err(error) => error.to_string(),
    }
}

/// Sets each option in turn and compares; the list must name every option of the table.
#[track_caller]
fn each_option_matters<T: Options + Clone>(
    start: &T,
    changes: &[(&str, Json)],
    show: impl Fn(&T) -> String,
) {
    let listed: Vec<&str> = changes.iter().map(|(name, _)| *name).collect();
    let all: Vec<&str> = start.table().iter().map(|row| row.name).collect();
    for name in &all {
        assert!(listed.contains(name), "option `{name}` has no effect test");
    }
    let before = show(start);
    for (name, value) in changes {
        let mut changed = start.clone();
        changed.set(name, value).unwrap();
        assert_ne!(changed.get(name), start.get(name), "`{name}` is not changed");
        assert_ne!(show(&changed), before, "`{name}` changes nothing");
    }
}

fn session_with(rows: &[Row]) -> (Session, DataFrame) {
    let session = session();
    let weights = lcg(rows.len(), 3);
    let df = table_in(&session, rows, &[("w", &weights)], &[rows.len()]);
    (session, df)
}

#[test]
fn of_the_tree() {
    // a label that follows two features with noise, and more rows than thresholds are chosen from
    let draws = lcg(4 * 12_000, 77);
    let row = |i: usize| {
        let (x, y, noise) = (draws[4 * i], draws[4 * i + 1], draws[4 * i + 2]);
        let label = if noise < 0.2 {
            (noise * 15.0).floor()
        } else {
            f64::from(x < 0.4) + f64::from(y < 0.3)
        };
        (label, vec![x, y, draws[4 * i + 3]])
    };
    let rows: Vec<Row> = (0..12_000).map(row).collect();
    let (_session, df) = session_with(&rows);
    let df = df.with_column("other", col("label") * lit(2.0)).unwrap();
    let df = df.with_column("others", col("features")).unwrap();
    let start = DecisionTreeClassifier::new().max_depth(7).max_bins(9);
    let changes = [
        ("featuresCol", json!("no_features")),
        ("labelCol", json!("other")),
        ("predictionCol", json!("p")),
        ("probabilityCol", json!("q")),
        ("rawPredictionCol", json!("r")),
        ("leafCol", json!("leaf")),
        ("weightCol", json!("w")),
        ("thresholds", json!([0.1, 1.0, 1.0])),
        ("maxDepth", json!(2)),
        ("maxBins", json!(4)),
        ("minInstancesPerNode", json!(2000)),
        ("minWeightFractionPerNode", json!(0.2)),
        ("minInfoGain", json!(0.01)),
        ("impurity", json!("entropy")),
        ("pruneTree", json!(false)),
        ("seed", json!(5)),
    ];
    each_option_matters(&start, &changes, |tree| match tree.fit(&df) {
        Ok(model) => {
            let text = model.to_debug_string();
            let text = text.split_once('\n').unwrap().1.to_owned();
            let predictions = model.transform(&df).unwrap();
            let shown = numbers_of(
                &predictions,
                predictions
                    .columns()
                    .iter()
                    .find(|c| ["p", "prediction"].contains(&c.as_str()))
                    .unwrap(),
            );
            format!("{text} {:?} {shown:?}", predictions.columns())
        }
        Err(error) => error.to_string(),
    });
}

#[test]
fn of_kmeans() {
    let (_session, df) = session_with(&csv("iris.csv"));
    let start = KMeans::new().k(3).seed(4).max_iter(7).tol(0.0);
    let changes = [
        ("featuresCol", json!("no_features")),
        ("predictionCol", json!("group")),
        ("k", json!(4)),
        ("initMode", json!("random")),
        ("initSteps", json!(5)),
        ("maxIter", json!(1)),
        ("tol", json!(1.0)),
        ("seed", json!(9)),
        ("distanceMeasure", json!("cosine")),
        ("weightCol", json!("w")),
    ];
    let show = |kmeans: &KMeans| match kmeans.fit(&df) {
        Ok(model) => {
            let columns = model.transform(&df).unwrap().columns();
            format!("{:?} {:?} {columns:?}", model.cluster_centers(), model.summary())
        }
        Err(error) => error.to_string(),
    };
    each_option_matters(&start, &changes, show);
    let arguments = KMeansTrain::new().seed(4).max_iterations(7).epsilon(0.0);
    let changes = [
        ("maxIterations", json!(1)),
        ("initializationMode", json!("random")),
        ("seed", json!(9)),
        ("initializationSteps", json!(5)),
        ("epsilon", json!(1.0)),
        ("distanceMeasure", json!("cosine")),
        ("featuresCol", json!("no_features")),
    ];
    let show = |arguments: &KMeansTrain| match KMeans::train(&df, 3, arguments) {
        Ok(model) => format!("{:?} {:?}", model.cluster_centers(), model.summary()),
        Err(error) => error.to_string(),
    };
    for (name, value) in changes {
        let mut changed = arguments.clone();
        changed.set(name, &value).unwrap();
        assert_ne!(show(&changed), show(&arguments), "`{name}` changes nothing");
    }
    // the one option that is there for old programs alone
    assert_eq!(show(&arguments.clone().runs(10)), show(&arguments));
}

#[test]
fn of_the_indexers() {
    let session = session();
    let labels = [Some("b"), Some("a"), Some("c"), Some("b"), None];
    let df = columns(&session, vec![("s", texts(&labels)), ("t", texts(&labels))]);
    let start = StringIndexer::new().input_col("s").output_col("i");
    let changes = [
        ("inputCol", json!("t")),
        ("outputCol", json!("j")),
        ("inputCols", json!(["s"])),
        ("outputCols", json!(["i"])),
        ("stringOrderType", json!("alphabetAsc")),
        ("handleInvalid", json!("keep")),
    ];
    let show = |indexer: &StringIndexer| {
        let model = indexer.fit(&df);
        // the model shows which column was read
        format!(
            "{} {:?}",
            fitted(indexer, &df),
            model.map(|model| (model.labels().to_vec(), Stage::options(&model).get("inputCol")))
        )
    };
    each_option_matters(&start, &changes, show);

    let df =
        table(&session, &[(0.0, vec![1.0, 5.0]), (0.0, vec![2.0, 6.0]), (0.0, vec![3.0, 6.0])]);
    let start = VectorIndexer::new().input_col("features").output_col("out").max_categories(2);
    let changes = [
        ("inputCol", json!("label")),
        ("outputCol", json!("other")),
        ("maxCategories", json!(3)),
        ("handleInvalid", json!("keep")),
    ];
    each_option_matters(&start, &changes, |indexer| fitted(indexer, &df));

    let df = columns(&session, vec![("i", doubles(&[0.0, 1.0])), ("j", doubles(&[1.0, 0.0]))]);
    let start = IndexToString::new().input_col("i").output_col("t").labels(["x", "y"]);
    let changes =
        [("inputCol", json!("j")), ("outputCol", json!("u")), ("labels", json!(["p", "q"]))];
    each_option_matters(&start, &changes, |stage| seen(&stage.transform(&df).unwrap()));
}

#[test]
fn of_the_scaler_and_the_assembler() {
    let session = session();
    let df =
        table(&session, &[(0.0, vec![1.0, 5.0]), (0.0, vec![2.0, 6.0]), (0.0, vec![3.0, 6.0])]);
    let start = StandardScaler::new().input_col("features").output_col("out");
    let changes = [
        ("inputCol", json!("label")),
        ("outputCol", json!("other")),
        ("withMean", json!(true)),
        ("withStd", json!(false)),
    ];
    each_option_matters(&start, &changes, |scaler| fitted(scaler, &df));
    let df = columns(&session, vec![("a", doubles(&[1.0, f64::NAN])), ("b", doubles(&[1.0, 2.0]))]);
    let start = VectorAssembler::new().input_cols(["a", "b"]).output_col("v");
    let changes =
        [("inputCols", json!(["b"])), ("outputCol", json!("w")), ("handleInvalid", json!("keep"))];
    each_option_matters(&start, &changes, |assembler| match assembler.transform(&df) {
        Ok(result) => seen(&result),
        Err(error) => error.to_string(),
    });
}

#[test]
fn of_the_evaluator() {
    let session = session();
    let df = predictions(&session);
    let show =
        |evaluator: &MulticlassClassificationEvaluator| format!("{:?}", evaluator.evaluate(&df));
    let plain = MulticlassClassificationEvaluator::new;
    let cases = [
        (plain(), "labelCol", json!("prediction")),
        (plain(), "predictionCol", json!("label")),
        (plain().metric_name("logLoss"), "probabilityCol", json!("w")),
        (plain(), "weightCol", json!("w")),
        (plain(), "metricName", json!("logLoss")),
        (plain().metric_name("recallByLabel"), "metricLabel", json!(1.0)),
        (plain().metric_name("weightedFMeasure"), "beta", json!(3.0)),
        (plain().metric_name("logLoss"), "eps", json!(0.1)),
    ];
    for row in plain().table() {
        assert!(
            cases.iter().any(|(_, name, _)| *name == row.name),
            "{} has no effect test",
            row.name
        );
    }
    for (start, name, value) in cases {
        let mut changed = start.clone();
        changed.set(name, &value).unwrap();
        assert_ne!(show(&changed), show(&start), "`{name}` changes nothing");
    }
}
