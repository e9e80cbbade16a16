// SPDX-License-Identifier: MIT OR Apache-2.0
//! The compile settings of a file.

use firesteel_core::{Error, Json, JsonMap, Result, err};

use super::object::shortened;
use crate::Model;
use crate::losses::AnyLoss;
use crate::metrics::AnyMetric;
use crate::optimizers::{self, AnyOptimizer};
use crate::training::{Compile, PerOutput};

/// Compiles the model as the file says.
pub(super) fn restore(model: &mut Model, config: &JsonMap<String, Json>) -> Result<()> {
    let settings = settings(model, config).map_err(refused)?;
    model.compile(settings).map_err(refused)
}

/// Says that the settings alone are at fault, in words and in the field `compile_settings`.
fn refused(error: Error) -> Error {
    let why = error.to_string();
    error
        .with_field("compile_settings", why)
        .at("compile settings (`LoadModel::new().compile(false)` leaves them out)")
}

fn settings(model: &Model, config: &JsonMap<String, Json>) -> Result<Compile> {
    let outputs = model.output_names().unwrap_or_default();
    let get = |name: &str| config.get(name).unwrap_or(&Json::Null);
    let weight =
        |json: &Json| json.as_f64().ok_or_else(|| misfit("loss_weights", "a number", json));
    let mut settings = Compile::new();
    settings.optimizer = optimizer(get("optimizer"))?;
    settings.loss = per_output("loss", get("loss"), &outputs, AnyLoss::decode)?;
    settings.loss_weights = per_output("loss_weights", get("loss_weights"), &outputs, weight)?;
    (settings.metrics, settings.output_metrics) = metrics(get("metrics"), &outputs)?;
    settings.weighted_metrics = match metrics(get("weighted_metrics"), &outputs)? {
        (metrics, by_output) if by_output.is_empty() => metrics,
        (_, by_output) => the_same_everywhere(by_output, outputs.len())?,
    };
    Ok(settings)
}

fn optimizer(json: &Json) -> Result<AnyOptimizer> {
    match json {
        Json::Null => Ok(AnyOptimizer::default()),
        Json::String(name) => Ok(AnyOptimizer::from(name.as_str())),
        object => {
            let mut optimizer = optimizers::decode(object)?;
            // Keras keeps single precision and prints it as double: 0.001 is what was meant
            optimizer.set_learning_rate(shortest(optimizer.learning_rate()));
            Ok(AnyOptimizer::from(optimizer))
        }
    }
}

/// The shortest number that is the same in single precision.
pub(in crate::saving) fn shortest(number: f64) -> f64 {
    (number as f32).to_string().parse().unwrap_or(number)
}

fn per_output<T>(
    name: &str,
    json: &Json,
    outputs: &[String],
    decode: impl Fn(&Json) -> Result<T>,
) -> Result<PerOutput<T>> {
    match json {
        Json::Null => Ok(PerOutput::None),
        // an output may be left out, which needs names
        Json::Array(items) if items.iter().any(Json::is_null) => {
            if items.len() != outputs.len() {
                return Err(misfit(name, &format!("{} values", outputs.len()), json));
            }
            let given = outputs.iter().zip(items).filter(|(_, item)| !item.is_null());
            let named = given.map(|(output, item)| Ok((output.clone(), decode(item)?)));
            Ok(PerOutput::Named(named.collect::<Result<_>>()?))
        }
        Json::Array(items) => Ok(PerOutput::List(items.iter().map(decode).collect::<Result<_>>()?)),
        Json::Object(object) if !object.contains_key("class_name") => {
            let given = object.iter().filter(|(_, item)| !item.is_null());
            let named = given.map(|(output, item)| Ok((output.clone(), decode(item)?)));
            Ok(PerOutput::Named(named.collect::<Result<_>>()?))
        }
        one => Ok(PerOutput::All(decode(one)?)),
    }
}

/// Metrics by output.
type ByOutput = Vec<(String, Vec<AnyMetric>)>;

/// Metrics of all outputs, and of single ones.
fn metrics(json: &Json, outputs: &[String]) -> Result<(Vec<AnyMetric>, ByOutput)> {
    match json {
        Json::Null => Ok((Vec::new(), Vec::new())),
        Json::Array(items) if outputs.len() <= 1 => Ok((flat(items)?, Vec::new())),
        Json::Array(items) if items.len() == outputs.len() => {
            let pairs = outputs.iter().zip(items);
            let by_output = pairs.map(|(output, item)| Ok((output.clone(), some(item)?)));
            Ok((Vec::new(), by_output.collect::<Result<_>>()?))
        }
        Json::Object(object) if !object.contains_key("class_name") => {
            let by_output = object.iter().map(|(output, item)| Ok((output.clone(), some(item)?)));
            Ok((Vec::new(), by_output.collect::<Result<_>>()?))
        }
        _ => Err(misfit("metrics", &format!("metrics for {} outputs", outputs.len()), json)),
    }
}

/// One metric, several, or none.
fn some(json: &Json) -> Result<Vec<AnyMetric>> {
    match json {
        Json::Null => Ok(Vec::new()),
        Json::Array(items) => flat(items),
        one => Ok(vec![AnyMetric::decode(one)?]),
    }
}

fn flat(items: &[Json]) -> Result<Vec<AnyMetric>> {
    let nested = items.iter().map(some).collect::<Result<Vec<_>>>()?;
    Ok(nested.into_iter().flatten().collect())
}

/// Weighted metrics are the same for all outputs.
fn the_same_everywhere(by_output: ByOutput, outputs: usize) -> Result<Vec<AnyMetric>> {
    let encoded = |metrics: &[AnyMetric]| metrics.iter().map(AnyMetric::encode).collect::<Json>();
    let first = by_output.first().map(|(_, metrics)| encoded(metrics));
    let same = by_output.iter().all(|(_, metrics)| Some(encoded(metrics)) == first);
    if same && by_output.len() == outputs {
        return Ok(by_output.into_iter().next().map(|(_, metrics)| metrics).unwrap_or_default());
    }
    Err(err::unsupported("weighted metrics that differ from output to output"))
}

fn misfit(name: &str, expected: &str, json: &Json) -> Error {
    err::invalid_argument("compile_config", name).expected(expected).got(shortened(json))
}
