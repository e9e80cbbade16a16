// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Compiled`: a model's optimizer at work, and the losses of its outputs.

use firesteel_core::{Result, err};

use super::Compile;
use crate::Model;
use crate::losses::{AnyLoss, Loss};
use crate::metrics::AnyMetric;
use crate::optimizers::OptimizerState;

/// Settings that were checked, and the optimizer at work.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) settings: Compile,
    pub(crate) optimizer: OptimizerState,
}

/// What one output is trained and measured by.
#[derive(Debug)]
pub(crate) struct OutputPlan {
    pub(crate) name: String,
    pub(crate) loss: Option<Box<dyn Loss>>,
    pub(crate) loss_weight: f64,
    pub(crate) metrics: Vec<AnyMetric>,
    pub(crate) weighted_metrics: Vec<AnyMetric>,
}

impl Compiled {
    /// Checks the settings and starts the optimizer.
    ///
    /// # Errors
    /// `UnknownName` for an unknown optimizer, loss or metric, `InvalidArgument` for a bad option of one.
    pub(crate) fn new(settings: Compile) -> Result<Self> {
        let optimizer = settings.optimizer.resolve()?;
        for loss in settings.all_losses() {
            loss.resolve()?;
        }
        for metric in settings.all_metrics() {
            metric.resolve(&[1, 1], &[1, 1])?;
        }
        Ok(Self { settings, optimizer: OptimizerState::new(optimizer) })
    }
}

impl Compile {
    fn all_losses(&self) -> Vec<&AnyLoss> {
        use super::compile::PerOutput;
        match &self.loss {
            PerOutput::None => Vec::new(),
            PerOutput::All(loss) => vec![loss],
            PerOutput::List(losses) => losses.iter().collect(),
            PerOutput::Named(losses) => losses.iter().map(|(_, loss)| loss).collect(),
        }
    }

    pub(crate) fn all_metrics(&self) -> impl Iterator<Item = &AnyMetric> {
        let by_output = self.output_metrics.iter().flat_map(|(_, metrics)| metrics);
        self.metrics.iter().chain(by_output).chain(&self.weighted_metrics)
    }
}

impl Model {
    pub(crate) fn compiled(&self) -> Result<&Compiled> {
        self.compiled.as_ref().ok_or_else(not_compiled)
    }

    pub(crate) fn compiled_mut(&mut self) -> Result<&mut Compiled> {
        self.compiled.as_mut().ok_or_else(not_compiled)
    }

    /// What each output is trained and measured by.
    ///
    /// # Errors
    /// `NotBuilt` before `compile`, or for outputs whose names are not known yet.
    pub(crate) fn output_plans(&self) -> Result<Vec<OutputPlan>> {
        let settings = &self.compiled()?.settings;
        let names = self.output_names()?;
        let losses = settings.loss.resolve("loss", &names)?;
        let weights = settings.loss_weights.resolve("loss_weights", &names)?;
        let known = || names.iter().map(String::as_str);
        if let Some((name, _)) =
            settings.output_metrics.iter().find(|(name, _)| !names.contains(name))
        {
            return Err(err::unknown_name("output", name, known()).at("`metrics`"));
        }
        let plan = |((name, loss), weight): ((&String, Option<AnyLoss>), Option<f64>)| {
            let own = settings.output_metrics.iter().filter(|(output, _)| output == name);
            let own = own.flat_map(|(_, metrics)| metrics.iter().cloned());
            Ok(OutputPlan {
                name: name.clone(),
                loss: loss.map(|loss| loss.resolve()).transpose()?,
                loss_weight: weight.unwrap_or(1.0),
                metrics: settings.metrics.iter().cloned().chain(own).collect(),
                weighted_metrics: settings.weighted_metrics.clone(),
            })
        };
        names.iter().zip(losses).zip(weights).map(plan).collect()
    }
}

fn not_compiled() -> firesteel_core::Error {
    err::not_built("the model is not compiled")
        .fix("call `compile` with an optimizer and a loss first")
}
