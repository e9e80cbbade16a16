// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Monitor`: watches one value and knows what is better.

use firesteel_core::{Result, err};

use super::{CallbackCx, Logs};
use crate::Model;

/// Watches one value and knows what is better.
#[derive(Clone, Debug)]
pub(super) struct Monitor {
    callback: &'static str,
    name: String,
    /// Whether the run evaluates validation data, though not necessarily after every epoch.
    validates: bool,
    /// `None` when neither the mode nor the metrics of the model tell.
    larger_is_better: Option<bool>,
    min_delta: f64,
    /// The best value so far; the first one is the best whatever it is.
    pub(super) best: Option<f64>,
}

/// The directions that a value can be wanted to go.
pub(super) const MODES: [&str; 3] = ["auto", "min", "max"];

impl Monitor {
    /// In mode `auto` losses want to be small, and metrics know themselves.
    pub(super) fn new(
        callback: &'static str,
        (name, mode, min_delta): (&str, &str, f64),
        cx: &CallbackCx<'_>,
    ) -> Self {
        let larger_is_better = match mode {
            "max" => Some(true),
            "min" => Some(false),
            _ => direction(name.strip_prefix("val_").unwrap_or(name), cx.model()),
        };
        Self {
            callback,
            name: name.to_owned(),
            validates: cx.run().validation_freq.is_some(),
            larger_is_better,
            min_delta: min_delta.abs(),
            best: None,
        }
    }

    /// The value of an epoch; `None` when this epoch was not validated.
    ///
    /// # Errors
    /// `UnknownName` when the epoch reports no such value, `InvalidArgument` when it is not known whether it
    /// wants to be small or large.
    pub(super) fn value(&self, logs: &Logs) -> Result<Option<f64>> {
        match logs.get(&self.name) {
            Some(value) if self.larger_is_better.is_some() => Ok(Some(*value)),
            Some(_) => Err(err::invalid_argument(self.callback, "mode")
                .expected(format!(
                    "`min` or `max`, as it is not known where `{}` wants to go",
                    self.name
                ))
                .got("`auto`")),
            None if self.validates && is_validation(&self.name) && !has_validation(logs) => {
                Ok(None)
            }
            None => {
                let known = logs.keys().map(String::as_str);
                Err(err::unknown_name("value to monitor", &self.name, known).at(self.callback))
            }
        }
    }

    /// Whether a value is better than another by more than the least difference.
    pub(super) fn is_better(&self, value: f64, than: f64) -> bool {
        if self.larger_is_better == Some(true) {
            value - self.min_delta > than
        } else {
            value + self.min_delta < than
        }
    }

    /// Remembers a value if it is the best so far: whether it was.
    pub(super) fn improve(&mut self, value: f64) -> bool {
        let better = self.best.is_none_or(|best| self.is_better(value, best));
        if better {
            self.best = Some(value);
        }
        better
    }
}

fn is_validation(name: &str) -> bool {
    name.starts_with("val_")
}

fn has_validation(logs: &Logs) -> bool {
    logs.keys().any(|name| is_validation(name))
}

/// Whether a value wants to be large, as far as the model's losses and metrics tell.
fn direction(name: &str, model: &Model) -> Option<bool> {
    if name == "loss" || name.ends_with("_loss") {
        return Some(false);
    }
    let compiled = model.compiled.as_ref()?;
    let found =
        compiled.settings.all_metrics().find(|metric| is_named(name, &metric.report_name()))?;
    found.larger_is_better()
}

/// Whether a value is that of a metric: of one output of several, or of a second metric with the same name.
fn is_named(value: &str, metric: &str) -> bool {
    let is_number = |rest: &str| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit());
    let value = match value.rsplit_once('_') {
        Some((before, number)) if is_number(number) && value != metric => before,
        _ => value,
    };
    value == metric || value.strip_suffix(metric).is_some_and(|output| output.ends_with('_'))
}
