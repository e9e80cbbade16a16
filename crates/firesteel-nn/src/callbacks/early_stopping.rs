// SPDX-License-Identifier: MIT OR Apache-2.0
//! `EarlyStopping`: ends a training that gets no better.

use std::sync::Arc;

use firesteel_core::{Options, Result};
use ndarray::ArrayD;

use super::monitor::{MODES, Monitor};
use super::{Callback, CallbackCx, Logs};
use crate::Variable;

/// Ends the training when a value has not become better for some epochs.
///
/// With `restore_best_weights` the model goes back to its best epoch, also when the training ran to its end.
///
/// # Source
/// Keras 3.15.1, `keras/src/callbacks/early_stopping.py`, class `EarlyStopping`.
#[derive(Clone, Debug, Options)]
pub struct EarlyStopping {
    /// The value that is watched.
    #[option(default = "val_loss")]
    monitor: String,
    /// The least difference that counts as better.
    #[option(default = 0.0)]
    min_delta: f64,
    /// How many epochs without improvement are waited for.
    #[option(default = 0)]
    patience: usize,
    /// Whether small or large is better.
    #[option(default = "auto", one_of = MODES)]
    mode: String,
    /// A value that must be beaten from the start.
    #[option(default = None)]
    baseline: Option<f64>,
    /// Whether the weights of the best epoch are restored at the end.
    #[option(default = false)]
    restore_best_weights: bool,
    /// Before this epoch nothing is watched.
    #[option(default = 0)]
    start_from_epoch: usize,
    #[option(skip)]
    state: State,
}

#[derive(Clone, Debug, Default)]
struct State {
    watch: Option<Monitor>,
    waited: usize,
    best_weights: Option<Vec<(Arc<Variable>, ArrayD<f32>)>>,
}

impl Callback for EarlyStopping {
    fn on_train_begin(&mut self, cx: &mut CallbackCx<'_>) -> Result<()> {
        self.validate()?;
        let watched = (self.monitor.as_str(), self.mode.as_str(), self.min_delta);
        let watch = Monitor::new("EarlyStopping", watched, cx);
        self.state = State { watch: Some(watch), ..State::default() };
        Ok(())
    }

    fn on_epoch_end(
        &mut self,
        cx: &mut CallbackCx<'_>,
        epoch: usize,
        logs: &mut Logs,
    ) -> Result<()> {
        let State { watch: Some(watch), waited, best_weights } = &mut self.state else {
            return Ok(());
        };
        let Some(value) = watch.value(logs)? else { return Ok(()) };
        if epoch < self.start_from_epoch {
            return Ok(());
        }
        *waited += 1;
        if watch.improve(value) {
            if self.restore_best_weights {
                *best_weights = Some(snapshot(cx.model().weights())?);
            }
            if self.baseline.is_none_or(|baseline| watch.is_better(value, baseline)) {
                *waited = 0;
            }
            return Ok(());
        }
        if *waited >= self.patience && epoch > 0 {
            cx.stop_training();
        }
        Ok(())
    }

    fn on_train_end(&mut self, _cx: &mut CallbackCx<'_>) -> Result<()> {
        let best = self.state.best_weights.take().unwrap_or_default();
        best.iter().try_for_each(|(weight, value)| weight.assign(value))
    }
}

fn snapshot(weights: Vec<Arc<Variable>>) -> Result<Vec<(Arc<Variable>, ArrayD<f32>)>> {
    weights
        .into_iter()
        .map(|weight| {
            let value = weight.to_array()?;
            Ok((weight, value))
        })
        .collect()
}
