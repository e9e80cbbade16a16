// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Compile`: optimizer, loss and metrics.

use firesteel_core::{Result, err};

use super::Compiled;
use crate::Model;
use crate::losses::AnyLoss;
use crate::metrics::AnyMetric;
use crate::optimizers::AnyOptimizer;

/// What a model is trained with: optimizer, loss and metrics.
///
/// # Examples
/// ```
/// use firesteel_nn::Compile;
/// use firesteel_nn::optimizers::Adam;
///
/// let by_name = Compile::new().optimizer("adam").loss("mse");
/// let by_value = Compile::new()
///     .optimizer(Adam::new().learning_rate(1e-3))
///     .loss("categorical_crossentropy")
///     .metrics(["accuracy"]);
/// # let _ = (by_name, by_value);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Compile {
    pub(crate) optimizer: AnyOptimizer,
    pub(crate) loss: PerOutput<AnyLoss>,
    pub(crate) loss_weights: PerOutput<f64>,
    pub(crate) metrics: Vec<AnyMetric>,
    pub(crate) output_metrics: Vec<(String, Vec<AnyMetric>)>,
    pub(crate) weighted_metrics: Vec<AnyMetric>,
}

/// One value for every output, a list in their order, or values by their names.
#[derive(Clone, Debug, Default)]
pub(crate) enum PerOutput<T> {
    #[default]
    None,
    All(T),
    List(Vec<T>),
    Named(Vec<(String, T)>),
}

impl<T: Clone> PerOutput<T> {
    /// The values of the outputs with the given names.
    ///
    /// # Errors
    /// `InvalidArgument` when a list has another length, `UnknownName` for an output that is not there.
    pub(crate) fn resolve(&self, option: &str, outputs: &[String]) -> Result<Vec<Option<T>>> {
        match self {
            Self::None => Ok(vec![None; outputs.len()]),
            Self::All(value) => Ok(vec![Some(value.clone()); outputs.len()]),
            Self::List(values) if values.len() == outputs.len() => {
                Ok(values.iter().cloned().map(Some).collect())
            }
            Self::List(values) => Err(err::invalid_argument("Compile", option)
                .expected(format!("a list of {} values, one for each output", outputs.len()))
                .got(values.len())),
            Self::Named(values) => {
                let known = || outputs.iter().map(String::as_str);
                if let Some((name, _)) = values.iter().find(|(name, _)| !outputs.contains(name)) {
                    return Err(
                        err::unknown_name("output", name, known()).at(format!("`{option}`"))
                    );
                }
                let find = |output: &String| {
                    values.iter().find(|(name, _)| name == output).map(|(_, value)| value.clone())
                };
                Ok(outputs.iter().map(find).collect())
            }
        }
    }
}

impl Compile {
    /// The settings of Keras: optimizer `rmsprop`, no loss, no metrics.
    pub fn new() -> Self {
        Self::default()
    }

    /// How the weights are changed: a name or an optimizer.
    #[must_use]
    pub fn optimizer(mut self, optimizer: impl Into<AnyOptimizer>) -> Self {
        self.optimizer = optimizer.into();
        self
    }

    /// What is made small, for every output: a name or a loss.
    #[must_use]
    pub fn loss(mut self, loss: impl Into<AnyLoss>) -> Self {
        self.loss = PerOutput::All(loss.into());
        self
    }

    /// One loss for each output, in their order.
    #[must_use]
    pub fn losses<L: Into<AnyLoss>>(mut self, losses: impl IntoIterator<Item = L>) -> Self {
        self.loss = PerOutput::List(losses.into_iter().map(Into::into).collect());
        self
    }

    /// The loss of the output with the given name; repeat it for others.
    #[must_use]
    pub fn output_loss(mut self, output: impl Into<String>, loss: impl Into<AnyLoss>) -> Self {
        push_named(&mut self.loss, output.into(), loss.into());
        self
    }

    /// How much the loss of each output counts, in their order; by default one.
    #[must_use]
    pub fn loss_weights(mut self, weights: impl IntoIterator<Item = f64>) -> Self {
        self.loss_weights = PerOutput::List(weights.into_iter().collect());
        self
    }

    /// How much the loss of the output with the given name counts.
    #[must_use]
    pub fn output_loss_weight(mut self, output: impl Into<String>, weight: f64) -> Self {
        push_named(&mut self.loss_weights, output.into(), weight);
        self
    }

    /// What is reported beside the loss, for every output: names or metrics.
    #[must_use]
    pub fn metrics<M: Into<AnyMetric>>(mut self, metrics: impl IntoIterator<Item = M>) -> Self {
        self.metrics = metrics.into_iter().map(Into::into).collect();
        self
    }

    /// What is reported for the output with the given name.
    #[must_use]
    pub fn output_metrics<M: Into<AnyMetric>>(
        mut self,
        output: impl Into<String>,
        metrics: impl IntoIterator<Item = M>,
    ) -> Self {
        let metrics = metrics.into_iter().map(Into::into).collect();
        self.output_metrics.push((output.into(), metrics));
        self
    }

    /// What is reported beside the loss, weighted by sample and class weights.
    #[must_use]
    pub fn weighted_metrics<M: Into<AnyMetric>>(
        mut self,
        metrics: impl IntoIterator<Item = M>,
    ) -> Self {
        self.weighted_metrics = metrics.into_iter().map(Into::into).collect();
        self
    }
}

fn push_named<T>(values: &mut PerOutput<T>, name: String, value: T) {
    match values {
        PerOutput::Named(known) => known.push((name, value)),
        other => *other = PerOutput::Named(vec![(name, value)]),
    }
}

impl Model {
    /// Sets optimizer, loss and metrics; the optimizer starts anew.
    ///
    /// # Errors
    /// `UnknownName` for an unknown optimizer, loss or metric, `InvalidArgument` for a bad option of one; what
    /// `FIRESTEEL_KERNELS` asks for and the machine does not have.
    pub fn compile(&mut self, compile: Compile) -> Result<()> {
        firesteel_tensor::check_environment()?;
        self.compiled = Some(Compiled::new(compile)?);
        Ok(())
    }

    /// The settings of the last `compile`, to change some and compile again.
    pub fn compile_settings(&self) -> Option<Compile> {
        self.compiled.as_ref().map(|compiled| compiled.settings.clone())
    }

    /// The step size of the optimizer.
    ///
    /// # Errors
    /// `NotBuilt` before `compile`.
    pub fn learning_rate(&self) -> Result<f64> {
        Ok(self.compiled()?.optimizer.optimizer.learning_rate())
    }

    /// Changes the step size of the optimizer.
    ///
    /// # Errors
    /// `NotBuilt` before `compile`, `InvalidArgument` for a number that is negative or not finite.
    pub fn set_learning_rate(&mut self, learning_rate: f64) -> Result<()> {
        if !learning_rate.is_finite() || learning_rate < 0.0 {
            return Err(err::invalid_argument("Model", "learning_rate")
                .expected("a finite number, at least 0")
                .got(learning_rate));
        }
        self.compiled_mut()?.optimizer.optimizer.set_learning_rate(learning_rate);
        Ok(())
    }

    /// Whether optimizer, loss and metrics are set.
    pub fn is_compiled(&self) -> bool {
        self.compiled.is_some()
    }
}
