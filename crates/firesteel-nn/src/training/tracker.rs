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

    /// Takes the predictions of a batch into account, of which only what a mask marks counts.
    pub(crate) fn add_predictions(
        &mut self,
        y_true: &[ArrayD<f32>],
        y_pred: &[ArrayD<f32>],
        masks: &[Option<Vec<f32>>],
        sample_weight: Option<&[f32]>,
    ) -> Result<()> {
        let predictions = y_pred.iter().zip(masks);
        for ((output, truth), (prediction, mask)) in
            self.outputs.iter_mut().zip(y_true).zip(predictions)
        {
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
                let marked = mask.as_deref().map(|mask| marked(mask, weights));
                tracker.mean.add_all(&values, marked.as_deref().or(weights))?;
            }
        }
        Ok(())
    }

    /// The means in Keras' order: the loss, the losses of the outputs, their metrics, by name if there are several
    /// outputs.
    pub(crate) fn results(&self) -> IndexMap<String, f64> {
        let mut results = IndexMap::new();
        results.insert("loss".to_owned(), self.total.result());
        results.extend(self.output_losses());
        let mut metrics = self.metrics();
        if self.outputs.len() > 1 {
            metrics.sort_keys();
        }
        results.extend(metrics);
        results
    }

    /// The losses of the outputs, where it is not one alone that is the whole loss.
    fn output_losses(&self) -> Vec<(String, f64)> {
        let with_loss: Vec<_> = self.outputs.iter().filter(|output| output.has_loss).collect();
        if with_loss.len() < 2 {
            return Vec::new();
        }
        with_loss.iter().map(|output| (output.named("loss"), output.loss.result())).collect()
    }

    /// The metrics of all outputs, then the weighted ones; a name that is taken gets `weighted_` or a number.
    fn metrics(&self) -> IndexMap<String, f64> {
        let mut results = IndexMap::new();
        for weighted in [false, true] {
            for output in &self.outputs {
                for metric in output.metrics.iter().filter(|metric| metric.weighted == weighted) {
                    let name = metric.wanted.report_name();
                    let mut named = output.named(&name);
                    if weighted && results.contains_key(&named) {
                        named = output.named(&format!("weighted_{name}"));
                    }
                    results.insert(free(named, &results), metric.mean.result());
                }
            }
        }
        results
    }
}

impl OutputTracker {
    /// A name with that of the output before it, if there are several.
    fn named(&self, name: &str) -> String {
        match &self.prefix {
            Some(prefix) => format!("{prefix}_{name}"),
            None => name.to_owned(),
        }
    }
}

/// The marks of a mask, each times the weight of the sample that it belongs to.
fn marked(mask: &[f32], weights: Option<&[f32]>) -> Vec<f32> {
    let Some(weights) = weights.filter(|weights| !weights.is_empty()) else {
        return mask.to_vec();
    };
    let per_weight = mask.len().div_ceil(weights.len()).max(1);
    let weight = |index: usize| weights.get(index / per_weight).copied().unwrap_or(0.0);
    mask.iter().enumerate().map(|(index, mark)| mark * weight(index)).collect()
}

/// The name, or with the first number that makes it new.
#[expect(clippy::needless_pass_by_value, reason = "names are made for it")]
fn free(name: String, taken: &IndexMap<String, f64>) -> String {
    let numbered = (1..).map(|number| format!("{name}_{number}"));
    let mut names = std::iter::once(name.clone()).chain(numbered);
    names.find(|name| !taken.contains_key(name)).unwrap_or_default()
}
