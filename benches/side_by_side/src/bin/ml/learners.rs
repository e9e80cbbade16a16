// SPDX-License-Identifier: MIT OR Apache-2.0
//! The learners, with the options that `peers/ml.py` gives the real systems, and what they must find.

use std::path::Path;
use std::time::Instant;

use firesteel::err;
use firesteel::prelude::*;
use firesteel_benches::Measurement;

use crate::data::{LABEL, N_FEATURES, N_GROUPS, SPREAD, feature_names};

/// Measures a learner on a table, so many times.
type Run = fn(&DataFrame, usize) -> Result<Measurement>;

/// All learners.
pub(crate) const ROWS: [(&str, Run); 2] = [("kmeans", kmeans), ("decision_tree", decision_tree)];

const FEATURES: &str = "features";

/// The table in memory, its features as vectors.
///
/// # Errors
/// `Format` when the file is not what it should be.
pub(crate) fn open(file: &Path) -> Result<DataFrame> {
    let spark = Session::builder().app_name("ml").build()?;
    let assembler = VectorAssembler::new().input_cols(feature_names()).output_col(FEATURES);
    let table = assembler.transform(&spark.read().parquet(file)?)?;
    table.select([FEATURES, LABEL])?.cache()
}

/// Twenty rounds from random rows.
fn kmeans(table: &DataFrame, rounds: usize) -> Result<Measurement> {
    let learner = KMeans::new().k(N_GROUPS).init_mode("random").max_iter(20).tol(0.0).seed(0);
    let (runs, model) = measure(rounds, || learner.fit(table))?;
    let summary = model.summary().ok_or_else(|| err::internal("a fit without a summary"))?;
    let cost = summary.training_cost();
    // a little less than the spread around the true middles; two groups taken for one cost more
    let n_rows = summary.cluster_sizes().iter().sum::<u64>() as f64;
    let most = N_FEATURES as f64 * SPREAD * SPREAD * n_rows;
    expect("the cost of the groups", cost, [0.94 * most, 0.98 * most])?;
    Ok(Measurement { row: "kmeans".into(), unit: "s", runs, loss: None, answer: Some(cost) })
}

/// Five levels, from 32 candidates for the splits of a feature.
fn decision_tree(table: &DataFrame, rounds: usize) -> Result<Measurement> {
    let learner = DecisionTreeClassifier::new().max_depth(5).max_bins(32);
    let (runs, model) = measure(rounds, || learner.fit(table))?;
    let evaluator = MulticlassClassificationEvaluator::new().metric_name("accuracy");
    let accuracy = evaluator.evaluate(&model.transform(table)?)?;
    expect("the share of rows in their class", accuracy, [0.65, 0.9])?;
    let (row, answer) = ("decision_tree".into(), Some(accuracy));
    Ok(Measurement { row, unit: "s", runs, loss: None, answer })
}

/// The seconds of each fit after one to warm up, and the model of the last.
fn measure<M>(rounds: usize, fit: impl Fn() -> Result<M>) -> Result<(Vec<f64>, M)> {
    let mut model = fit()?;
    let mut runs = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let start = Instant::now();
        model = fit()?;
        runs.push(start.elapsed().as_secs_f64());
    }
    Ok((runs, model))
}

fn expect(what: &str, value: f64, [low, high]: [f64; 2]) -> Result<()> {
    if (low..high).contains(&value) {
        return Ok(());
    }
    Err(err::internal(what).expected(format!("between {low} and {high}")).got(value))
}
