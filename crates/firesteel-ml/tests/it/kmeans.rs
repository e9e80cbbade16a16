// SPDX-License-Identifier: MIT OR Apache-2.0
//! Groups found by real Spark, from the same first rows.

use firesteel_core::{Json, Options as _};
use firesteel_data::{DataFrame, Session};
use firesteel_ml::clustering::{KMeans, KMeansTrain};

use crate::common::*;

fn data(session: &Session, json: &Json) -> DataFrame {
    let Some(name) = json.get("file").and_then(Json::as_str) else {
        return table(session, &rows(&json["rows"]));
    };
    if name.ends_with(".txt") {
        return libsvm(session, name);
    }
    let rows = csv(name);
    if let Some(seed) = json.get("weightSeed").and_then(Json::as_u64) {
        let weights = lcg(rows.len(), seed);
        return table_in(session, &rows, &[("w", &weights)], &[rows.len()]);
    }
    let parts = json.get("parts").and_then(Json::as_u64).unwrap_or(1) as usize;
    table_in(session, &rows, &[], &vec![rows.len() / parts; parts])
}

#[test]
fn every_fit_is_the_one_of_spark() {
    let fixture = fixture("spark/ml/kmeans");
    for (name, case) in fixture["cases"].as_object().unwrap() {
        if name == "few_points" {
            continue;
        }
        let parts = case["data"].get("parts").and_then(Json::as_u64).unwrap_or(1) as usize;
        let session = Session::builder().partitions(parts).build().unwrap();
        let df = data(&session, &case["data"]);
        let mut kmeans = KMeans::new();
        kmeans.set_all(case["params"].as_object().unwrap()).unwrap();
        let model = kmeans.fit(&df).unwrap();
        let summary = model.summary().unwrap();
        let centers: Vec<f64> = model.cluster_centers().iter().flat_map(|c| c.to_array()).collect();
        let expected: Vec<f64> =
            case["centers"].as_array().unwrap().iter().flat_map(numbers).collect();
        assert_eq!(summary.num_iter() as u64, case["numIter"].as_u64().unwrap(), "{name}");
        assert_near(&centers, &expected, 1e-9);
        assert_near(&[summary.training_cost()], &[case["cost"].as_f64().unwrap()], 1e-9);
        let sizes: Vec<f64> = summary.cluster_sizes().iter().map(|&n| n as f64).collect();
        assert_near(&sizes, &numbers(&case["sizes"]), 0.0);
        let predictions = numbers_of(&model.transform(&df).unwrap(), "prediction");
        assert_eq!(predictions, numbers(&case["prediction"]), "{name}");
    }
}

#[test]
fn the_older_entry_gives_the_same_and_ignores_runs() {
    let session = session();
    let df = table(&session, &csv("iris.csv"));
    let arguments =
        KMeansTrain::new().runs(10).initialization_mode("random").seed(1).max_iterations(20);
    let old = KMeans::train(&df, 3, &arguments).unwrap();
    let new = KMeans::new().k(3).init_mode("random").seed(1).fit(&df).unwrap();
    assert_eq!(old.cluster_centers(), new.cluster_centers());
    let other =
        KMeans::train(&df, 3, &KMeansTrain::new().seed(2).initialization_steps(5).epsilon(0.5))
            .unwrap();
    assert_ne!(old.cluster_centers(), other.cluster_centers());
    assert!(
        KMeans::train(&df, 3, &KMeansTrain::new().distance_measure("x"))
            .unwrap_err()
            .is_unknown_name()
    );
}

#[test]
fn equal_rows_give_fewer_groups() {
    let session = session();
    let df = table(&session, &vec![(0.0, vec![1.0, 2.0]); 6]);
    for mode in ["random", "k-means||"] {
        let model = KMeans::new().k(3).init_mode(mode).fit(&df).unwrap();
        assert_eq!(model.cluster_centers().len(), 1);
        assert_eq!(model.summary().unwrap().cluster_sizes(), [6, 0, 0]);
    }
}

#[test]
fn lists_of_numbers_are_vectors_too() {
    use firesteel_data::datafusion::arrow::array::{Array, Float64Builder, ListBuilder};
    let session = session();
    let rows = csv("iris.csv");
    let mut lists = ListBuilder::new(Float64Builder::new());
    for (_, features) in &rows {
        features.iter().for_each(|&x| lists.values().append_value(x));
        lists.append(true);
    }
    let lists = lists.finish();
    assert_eq!(lists.len(), 150);
    let df = columns(&session, vec![("features", std::sync::Arc::new(lists))]);
    let of_lists = KMeans::new().k(3).seed(1).fit(&df).unwrap();
    let of_vectors = KMeans::new().k(3).seed(1).fit(&table(&session, &rows)).unwrap();
    assert_eq!(of_lists.cluster_centers(), of_vectors.cluster_centers());
    assert_eq!(numbers_of(&of_lists.transform(&df).unwrap(), "prediction").len(), 150);
    assert_eq!(of_lists.predict(&of_lists.cluster_centers()[2]).unwrap(), 2);
}
