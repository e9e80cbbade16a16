// SPDX-License-Identifier: MIT OR Apache-2.0
//! The metrics: real Keras' running results, effects and refusals.

use firesteel_core::Result;
use firesteel_nn::metrics::{
    AnyMetric, BinaryAccuracy, CategoricalAccuracy, Mean, MeanAbsoluteError, MeanSquaredError,
    Metric, SparseCategoricalAccuracy,
};
use firesteel_nn::testing::{Case, Fixture};
use ndarray::ArrayD;

/// The results after each update of a case.
fn results(case: &Case, metric: &AnyMetric) -> Result<Vec<f64>> {
    let weights =
        if case.has("sample_weight") { case.arrays("sample_weight")? } else { Vec::new() };
    let mut mean = Mean::default();
    let mut results = Vec::new();
    let updates = case.arrays("y_true")?.into_iter().zip(case.arrays("y_pred")?);
    for (update, (y_true, y_pred)) in updates.enumerate() {
        let metric = metric.resolve(y_true.shape(), y_pred.shape())?;
        let expected = case.json("class_name").as_str();
        assert_eq!(Some(metric.type_name()), expected, "{}", case.name());
        let values = metric.values(&y_true.view(), &y_pred.view())?;
        let weight: Option<Vec<f32>> =
            weights.get(update).map(|w: &ArrayD<f32>| w.iter().copied().collect());
        mean.add_all(&values, weight.as_deref())?;
        results.push(mean.result());
    }
    Ok(results)
}

fn check(case: &Case, metric: &AnyMetric) -> Result<()> {
    let got = results(case, metric);
    if case.json("refused") == true {
        assert!(got.is_err(), "{}: {got:?}", case.name());
        return Ok(());
    }
    let (got, expected) = (got?, case.arrays("results")?);
    assert_eq!(got.len(), expected.len(), "{}", case.name());
    for (got, expected) in got.iter().zip(&expected) {
        let expected = f64::from(expected.sum());
        let apart = (got - expected).abs();
        assert!(apart <= 1e-6 * expected.abs().max(1.0), "{}: {got}, {expected}", case.name());
    }
    Ok(())
}

fn check_all<M: Metric + Clone + 'static>(plain: &M, file: &str, count: usize) -> Result<()> {
    let fixture = Fixture::read(&format!("keras/metrics/{file}"))?;
    assert_eq!(fixture.cases().len(), count);
    for case in fixture.cases() {
        let mut config = case.json("config").as_object().cloned().unwrap_or_default();
        config.remove("dtype");
        let mut metric = plain.clone();
        metric.set_all(&config)?;
        assert_eq!(Some(metric.report_name().as_str()), config["name"].as_str());
        check(case, &AnyMetric::from(metric))?;
    }
    Ok(())
}

#[test]
fn mean_squared_error_matches_keras() -> Result<()> {
    check_all(&MeanSquaredError::new(), "mean_squared_error", 12)
}

#[test]
fn mean_absolute_error_matches_keras() -> Result<()> {
    check_all(&MeanAbsoluteError::new(), "mean_absolute_error", 12)
}

#[test]
fn binary_accuracy_matches_keras() -> Result<()> {
    check_all(&BinaryAccuracy::new(), "binary_accuracy", 16)
}

#[test]
fn categorical_accuracy_matches_keras() -> Result<()> {
    check_all(&CategoricalAccuracy::new(), "categorical_accuracy", 8)
}

#[test]
fn sparse_categorical_accuracy_matches_keras() -> Result<()> {
    check_all(&SparseCategoricalAccuracy::new(), "sparse_categorical_accuracy", 16)
}

#[test]
fn the_name_accuracy_is_decided_by_shapes() -> Result<()> {
    let fixture = Fixture::read("keras/metrics/accuracy_string")?;
    assert_eq!(fixture.cases().len(), 34);
    for case in fixture.cases() {
        let name = case.json("requested").as_str().unwrap_or_default();
        let metric = AnyMetric::from(name);
        assert_eq!(metric.report_name(), name);
        check(case, &metric)?;
    }
    Ok(())
}

/// Shapes of target and prediction that fit the kind of data in a case's name.
fn shapes(case: &str) -> (Vec<usize>, Vec<usize>) {
    if case.ends_with("sparse_n") { (vec![4], vec![4, 3]) } else { (vec![4, 3], vec![4, 3]) }
}

#[test]
fn the_names_that_keras_takes() -> Result<()> {
    // metrics that do not exist here yet are refused
    let missing = ["BinaryCrossentropy", "RootMeanSquaredError"];
    for case in Fixture::read("keras/metrics/metric_strings")?.cases() {
        let metric = AnyMetric::from(case.json("requested").as_str().unwrap_or_default());
        let (y_true, y_pred) = shapes(case.name());
        let found = metric.resolve(&y_true, &y_pred);
        let class = case.json("class_name").as_str();
        if case.json("refused") == true || class.is_some_and(|class| missing.contains(&class)) {
            assert!(found.unwrap_err().is_unknown_name(), "{}", case.name());
            continue;
        }
        assert_eq!(Some(found?.type_name()), class, "{}", case.name());
        let name = metric.report_name();
        assert_eq!(Some(name.as_str()), case.json("metric_name").as_str());
    }
    Ok(())
}

/// Labels that are no class are never right.
#[test]
fn labels_outside_of_the_classes_match_keras() -> Result<()> {
    let fixture = Fixture::read("keras/losses/labels_outside")?;
    let mut right = 0.0;
    for case in fixture.cases() {
        let (y_true, y_pred) = (case.array("y_true")?, case.array("y_pred")?);
        let values = SparseCategoricalAccuracy::new().values(&y_true.view(), &y_pred.view())?;
        let expected: Vec<f64> = case.array("accuracy")?.iter().copied().map(f64::from).collect();
        assert_eq!(values, expected, "{}", case.name());
        right += expected.iter().sum::<f64>();
    }
    assert!(right > 0.0);
    Ok(())
}

#[test]
fn the_threshold_has_an_effect() -> Result<()> {
    let y_true = ndarray::arr2(&[[1.0], [1.0], [0.0]]).into_dyn();
    let y_pred = ndarray::arr2(&[[0.6], [0.3], [0.4]]).into_dyn();
    let values = |metric: BinaryAccuracy| metric.values(&y_true.view(), &y_pred.view());
    assert_eq!(values(BinaryAccuracy::new())?, [1.0, 0.0, 1.0]);
    assert_eq!(values(BinaryAccuracy::new().threshold(0.2))?, [1.0, 1.0, 0.0]);
    Ok(())
}

#[test]
fn misfits_are_refused() {
    let (wide, narrow) = (ArrayD::<f32>::zeros(vec![4, 3]), ArrayD::<f32>::zeros(vec![4, 2]));
    let metrics: [Box<dyn Metric>; 5] = [
        Box::new(BinaryAccuracy::new()),
        Box::new(CategoricalAccuracy::new()),
        Box::new(SparseCategoricalAccuracy::new()),
        Box::new(MeanSquaredError::new()),
        Box::new(MeanAbsoluteError::new()),
    ];
    for metric in metrics {
        let error = metric.values(&narrow.view(), &wide.view()).unwrap_err();
        assert!(error.is_shape() && error.to_string().contains(metric.type_name()), "{error}");
    }
    assert!(Mean::default().add_all(&[1.0, 2.0, 3.0], Some(&[1.0, 2.0])).unwrap_err().is_shape());
}
