// SPDX-License-Identifier: MIT OR Apache-2.0
//! The same quantities from scikit-learn, a second witness beside Spark.

use firesteel_core::Json;
use firesteel_ml::classification::DecisionTreeClassifier;
use firesteel_ml::clustering::KMeans;
use firesteel_ml::evaluation::MulticlassClassificationEvaluator;
use firesteel_ml::feature::StandardScaler;

use crate::common::*;

#[test]
fn scaler() {
    let session = session();
    let expected = &fixture("sklearn/ml")["scaler"];
    let df = table(&session, &csv("wine_data.csv"));
    let model = StandardScaler::new().input_col("features").output_col("out").fit(&df).unwrap();
    assert_near(&model.mean().to_array(), &numbers(&expected["mean"]), 1e-12);
    let variance: Vec<f64> = model.std().to_array().iter().map(|std| std * std).collect();
    assert_near(&variance, &numbers(&expected["variance"]), 1e-12);
}

#[test]
fn the_best_of_some_fits_is_the_best_there_is() {
    let session = session();
    for (name, case) in fixture("sklearn/ml")["kmeans"].as_object().unwrap() {
        let (file, k) = name.split_once(' ').unwrap();
        let df = table(&session, &csv(file));
        let fit = |seed: i64| {
            let kmeans = KMeans::new().k(k.parse().unwrap()).seed(seed).tol(0.0).max_iter(200);
            kmeans.fit(&df).unwrap()
        };
        let cost = |model: &firesteel_ml::clustering::KMeansModel| {
            model.summary().unwrap().training_cost()
        };
        let best = (0..20).map(fit).min_by(|a, b| cost(a).total_cmp(&cost(b))).unwrap();
        assert_near(&[cost(&best)], &[case["inertia"].as_f64().unwrap()], 1e-9);
        let mut centers: Vec<Vec<f64>> =
            best.cluster_centers().iter().map(|center| center.to_array()).collect();
        centers.sort_by(|a, b| a[0].total_cmp(&b[0]));
        let expected: Vec<f64> =
            case["centers"].as_array().unwrap().iter().flat_map(numbers).collect();
        assert_near(&centers.concat(), &expected, 1e-9);
    }
}

/// The impurity of the class weights of one leaf.
fn impurity(criterion: &str, weights: &[f64]) -> f64 {
    let total: f64 = weights.iter().sum();
    let shares = weights.iter().map(|weight| weight / total).filter(|&share| share > 0.0);
    match criterion {
        "gini" => 1.0 - shares.map(|share| share * share).sum::<f64>(),
        _ => -shares.map(|share| share * share.log2()).sum::<f64>(),
    }
}

#[test]
fn trees_of_all_thresholds_are_as_pure() {
    let session = session();
    for (name, case) in fixture("sklearn/ml")["trees"].as_object().unwrap() {
        let parts: Vec<&str> = name.split(' ').collect();
        let rows = csv(parts[0]);
        let df = table(&session, &rows);
        let tree =
            DecisionTreeClassifier::new().impurity(parts[1]).max_depth(parts[2].parse().unwrap());
        let model = tree.max_bins(1000).prune_tree(false).fit(&df).unwrap();
        let predictions = model.transform(&df).unwrap();
        let leaves = arrays_of(&predictions, "rawPrediction");
        let mean = leaves.iter().map(|weights| impurity(parts[1], weights)).sum::<f64>()
            / rows.len() as f64;
        assert_near(&[mean], &[case["mean_leaf_impurity"].as_f64().unwrap()], 1e-12);
        let accuracy = MulticlassClassificationEvaluator::new()
            .metric_name("accuracy")
            .evaluate(&predictions)
            .unwrap();
        assert_near(&[accuracy], &[case["accuracy"].as_f64().unwrap()], 1e-12);
        assert_eq!(model.num_nodes() as u64, case["nodes"].as_u64().unwrap(), "{name}");
    }
}

#[test]
fn scores() {
    let session = session();
    let scores = &fixture("sklearn/ml")["scores"];
    let rows: Vec<Row> = numbers(&scores["label"])
        .into_iter()
        .zip(scores["probability"].as_array().unwrap())
        .map(|(label, probability)| {
            let probability = numbers(probability);
            let total: f64 = probability.iter().sum();
            (label, probability.iter().map(|p| p / total).collect())
        })
        .collect();
    let (prediction, weights) = (numbers(&scores["prediction"]), numbers(&scores["w"]));
    let df =
        table_in(&session, &rows, &[("prediction", &prediction), ("w", &weights)], &[rows.len()]);
    for (variant, weight) in [("plain", None), ("weighted", Some("w"))] {
        for (name, expected) in scores[variant].as_object().unwrap() {
            let metric = MulticlassClassificationEvaluator::new()
                .metric_name(name.as_str())
                .probability_col("features");
            let metric = weight
                .map_or_else(|| metric.clone(), |weight| metric.clone().weight_col(weight))
                .beta(2.0);
            let by_label =
                |label: usize| metric.clone().metric_label(label as f64).evaluate(&df).unwrap();
            let got: Vec<f64> = match expected {
                Json::Array(values) => (0..values.len()).map(by_label).collect(),
                _ => vec![metric.evaluate(&df).unwrap()],
            };
            let expected = if expected.is_array() {
                numbers(expected)
            } else {
                vec![expected.as_f64().unwrap()]
            };
            assert_near(&got, &expected, 1e-12);
        }
    }
}
