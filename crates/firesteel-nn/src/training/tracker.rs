// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Tracker`: running means of losses and metrics over an epoch.

use firesteel_core::{IndexMap, Result};
use ndarray::ArrayD;

use super::compiled::OutputPlan;
use crate::metrics::{AnyMetric, Mean, Metric};

/// Running means of losses and metrics over an epoch or an evaluation.
pub(crate) struct Tracker {
    total: Mean,
    outputs: Vec<OutputTracker>,
}

struct OutputTracker {
    /// `Some` when there are several outputs, whose names then stand before what they report.
    prefix: Option<String>,
    has_loss: bool,
    loss: Mean,
    metrics: Vec<MetricTracker>,
}

struct MetricTracker {
    wanted: AnyMetric,
    weighted: bool,
    found: Option<Box<dyn Metric>>,
    mean: Mean,
}

impl Tracker {
    pub(crate) fn new(plans: &[OutputPlan]) -> Self {
        let several = plans.len() > 1;
        let tracker = |weighted: bool| {
            move |metric: &AnyMetric| MetricTracker {
                wanted: metric.clone(),
                weighted,
                found: None,
                mean: Mean::default(),
            }
        };
        let output = |plan: &OutputPlan| OutputTracker {
            prefix: several.then(|| plan.name.clone()),
            has_loss: plan.loss.is_some(),
            loss: Mean::default(),
            metrics: plan
                .metrics
                .iter()
                .map(tracker(false))
                .chain(plan.weighted_metrics.iter().map(tracker(true)))
                .collect(),
        };
        Self { total: Mean::default(), outputs: plans.iter().map(output).collect() }
    }

    pub(crate) fn has_metrics(&self) -> bool {
        self.outputs.iter().any(|output| !output.metrics.is_empty())
    }

    /// Takes the losses of a batch into account: the total, and those of the outputs.
    pub(crate) fn add_losses(&mut self, samples: usize, total: f64, losses: &[f64]) {
        self.total.add(total, samples as f64);
        for (output, loss) in self.outputs.iter_mut().zip(losses) {
            output.loss.add(*loss, samples as f64);
        }
    }

    /// Takes the predictions of a batch into account.
    pub(crate) fn add_predictions(
        &mut self,
        y_true: &[ArrayD<f32>],
        y_pred: &[ArrayD<f32>],
        sample_weight: Option<&[f32]>,
    ) -> Result<()> {
        for ((output, truth), prediction) in self.outputs.iter_mut().zip(y_true).zip(y_pred) {
            for tracker in &mut output.metrics {
                let metric = match &mut tracker.found {
                    Some(metric) => metric,
                    empty => {
                        let found = tracker.wanted.resolve(truth.shape(), prediction.shape())?;
                        empty.insert(found)
                    }
                };
                let values = metric.values(&truth.view(), &prediction.view())?;
                let weights = sample_weight.filter(|_| tracker.weighted);
                tracker.mean.add_all(&values, weights);
            }
        }
        Ok(())
    }

    /// The means in Keras' order: the loss, the losses of the outputs, their metrics.
    pub(crate) fn results(&self) -> IndexMap<String, f64> {
        let mut results = IndexMap::new();
        results.insert("loss".to_owned(), self.total.result());
        for output in self.outputs.iter().filter(|output| output.has_loss) {
            if let Some(prefix) = &output.prefix {
                results.insert(format!("{prefix}_loss"), output.loss.result());
            }
        }
        for output in &self.outputs {
            for metric in &output.metrics {
                let name = metric.wanted.report_name();
                let name = match &output.prefix {
                    Some(prefix) => format!("{prefix}_{name}"),
                    None => name,
                };
                let mut unique = name.clone();
                let mut number = 0;
                while results.contains_key(&unique) {
                    number += 1;
                    unique = format!("{name}_{number}");
                }
                results.insert(unique, metric.mean.result());
            }
        }
        results
    }
}
