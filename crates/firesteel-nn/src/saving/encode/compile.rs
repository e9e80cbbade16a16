// SPDX-License-Identifier: MIT OR Apache-2.0
//! The compile settings.

use firesteel_core::{Json, JsonMap, Result, json};

use crate::Model;
use crate::losses::AnyLoss;
use crate::metrics::AnyMetric;
use crate::optimizers;
use crate::training::{Compile, PerOutput};

/// What `compile` was given, or null.
pub(super) fn settings(model: &Model) -> Result<Json> {
    let Some(compiled) = &model.compiled else { return Ok(Json::Null) };
    let settings = &compiled.settings;
    let outputs = model.output_names().unwrap_or_default();
    Ok(json!({
        "optimizer": optimizers::encode(compiled.optimizer.optimizer.as_ref()),
        "loss": per_output(&settings.loss, AnyLoss::encode),
        "loss_weights": per_output(&settings.loss_weights, |weight| Json::from(*weight)),
        "metrics": metrics(settings, &outputs),
        "weighted_metrics": for_each_output(&settings.weighted_metrics, outputs.len()),
        "run_eagerly": false,
        "steps_per_execution": 1,
        "jit_compile": "auto",
    }))
}

fn per_output<T>(values: &PerOutput<T>, encode: impl Fn(&T) -> Json) -> Json {
    match values {
        PerOutput::None => Json::Null,
        PerOutput::All(value) => encode(value),
        PerOutput::List(values) => values.iter().map(encode).collect(),
        PerOutput::Named(values) => {
            Json::Object(values.iter().map(|(name, value)| (name.clone(), encode(value))).collect())
        }
    }
}

fn list(metrics: &[AnyMetric]) -> Json {
    metrics.iter().map(AnyMetric::encode).collect()
}

/// Metrics of all outputs: one list for one output, a list for each of several.
fn for_each_output(metrics: &[AnyMetric], outputs: usize) -> Json {
    match (metrics, outputs) {
        ([], _) => Json::Null,
        (metrics, 0 | 1) => list(metrics),
        (metrics, outputs) => (0..outputs).map(|_| list(metrics)).collect(),
    }
}

fn metrics(settings: &Compile, outputs: &[String]) -> Json {
    let all = |output: &String| {
        let own = settings.output_metrics.iter().filter(|(name, _)| name == output);
        let own = own.flat_map(|(_, metrics)| metrics);
        settings.metrics.iter().chain(own).map(AnyMetric::encode).collect::<Json>()
    };
    match (settings.output_metrics.as_slice(), outputs) {
        ([], outputs) => for_each_output(&settings.metrics, outputs.len()),
        (_, [output]) => all(output),
        (by_name, _) if settings.metrics.is_empty() => {
            let mut named = JsonMap::new();
            for (name, metrics) in by_name {
                let entry = named.entry(name.clone()).or_insert_with(|| Json::Array(Vec::new()));
                if let Some(known) = entry.as_array_mut() {
                    known.extend(metrics.iter().map(AnyMetric::encode));
                }
            }
            Json::Object(named)
        }
        (_, outputs) => outputs.iter().map(all).collect(),
    }
}
