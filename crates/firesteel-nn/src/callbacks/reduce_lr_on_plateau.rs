// SPDX-License-Identifier: MIT OR Apache-2.0
//! `ReduceLROnPlateau`: smaller steps when a value gets no better.

use firesteel_core::{Options, Result};

use super::monitor::{MODES, Monitor};
use super::{Callback, CallbackCx, Logs};

/// Multiplies the learning rate by a factor when a value has not become better for some epochs.
///
/// # Source
/// Keras 3.15.1, `keras/src/callbacks/reduce_lr_on_plateau.py`, class `ReduceLROnPlateau`.
#[derive(Clone, Debug, Options)]
pub struct ReduceLROnPlateau {
    /// The value that is watched.
    #[option(default = "val_loss")]
    monitor: String,
    /// By what the learning rate is multiplied.
    #[option(default = 0.1, min = 0, below = 1)]
    factor: f64,
    /// How many epochs without improvement are waited for.
    #[option(default = 10)]
    patience: usize,
    /// Whether small or large is better.
    #[option(default = "auto", one_of = MODES)]
    mode: String,
    /// The least difference that counts as better.
    #[option(default = 0.0001, min = 0)]
    min_delta: f64,
    /// How many epochs after a reduction nothing is counted.
    #[option(default = 0)]
    cooldown: usize,
    /// The smallest learning rate.
    #[option(default = 0.0, min = 0)]
    min_lr: f64,
    #[option(skip)]
    state: State,
}

#[derive(Clone, Debug, Default)]
struct State {
    watch: Option<Monitor>,
    waited: usize,
    cooling: usize,
}

impl Callback for ReduceLROnPlateau {
    fn on_train_begin(&mut self, cx: &mut CallbackCx<'_>) -> Result<()> {
        self.validate()?;
        let watched = (self.monitor.as_str(), self.mode.as_str(), self.min_delta);
        let watch = Monitor::new("ReduceLROnPlateau", watched, cx);
        self.state = State { watch: Some(watch), ..State::default() };
        Ok(())
    }

    fn on_epoch_end(
        &mut self,
        cx: &mut CallbackCx<'_>,
        _epoch: usize,
        logs: &mut Logs,
    ) -> Result<()> {
        let State { watch: Some(watch), waited, cooling } = &mut self.state else {
            return Ok(());
        };
        let rate = cx.model().learning_rate()?;
        logs.insert("learning_rate".to_owned(), rate);
        let Some(value) = watch.value(logs)? else { return Ok(()) };
        if *cooling > 0 {
            *cooling -= 1;
            *waited = 0;
        }
        if watch.improve(value) {
            *waited = 0;
            return Ok(());
        }
        if *cooling > 0 {
            return Ok(());
        }
        *waited += 1;
        if *waited >= self.patience && rate > self.min_lr {
            cx.model_mut().set_learning_rate((rate * self.factor).max(self.min_lr))?;
            *cooling = self.cooldown;
            *waited = 0;
        }
        Ok(())
    }
}
