// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Callback`: what can be done at each point of a training.

use std::fmt;

use firesteel_core::{IndexMap, Result};

use crate::Model;

/// What an epoch or a batch reports, by name.
pub type Logs = IndexMap<String, f64>;

/// How long a training will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The number of epochs.
    pub epochs: usize,
    /// The number of steps in an epoch, where it is known.
    pub steps: Option<usize>,
    /// After how many epochs validation data are evaluated; `None` when there are none.
    pub validation_freq: Option<usize>,
}

/// What a callback gets to see and to change.
pub struct CallbackCx<'a> {
    model: &'a mut Model,
    run: Run,
    stopped: bool,
}

impl<'a> CallbackCx<'a> {
    pub(crate) fn new(model: &'a mut Model, run: Run) -> Self {
        Self { model, run, stopped: false }
    }

    /// The model as it stands.
    pub fn model(&self) -> &Model {
        self.model
    }

    /// The model, to change it.
    pub fn model_mut(&mut self) -> &mut Model {
        self.model
    }

    /// How long the training will be.
    pub fn run(&self) -> Run {
        self.run
    }

    /// Ends the training after this epoch.
    pub fn stop_training(&mut self) {
        self.stopped = true;
    }

    /// Whether somebody ended the training.
    pub fn is_stopped(&self) -> bool {
        self.stopped
    }
}

impl fmt::Debug for CallbackCx<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallbackCx({:?}, {:?})", self.model, self.run)
    }
}

/// Looks on while a model trains, and may interfere. All methods do nothing unless written.
///
/// # Examples
/// ```
/// use firesteel_core::Result;
/// use firesteel_nn::callbacks::{Callback, CallbackCx, Logs};
///
/// #[derive(Debug)]
/// struct StopWhenGood;
///
/// impl Callback for StopWhenGood {
///     fn on_epoch_end(&mut self, cx: &mut CallbackCx, _epoch: usize, logs: &mut Logs) -> Result<()> {
///         if logs["loss"] < 0.1 {
///             cx.stop_training();
///         }
///         Ok(())
///     }
/// }
/// ```
pub trait Callback: fmt::Debug + Send {
    /// Before the first epoch; a callback that is used again starts anew here.
    ///
    /// # Errors
    /// Whatever the callback meets; it ends the training.
    fn on_train_begin(&mut self, cx: &mut CallbackCx<'_>) -> Result<()> {
        let _ = cx;
        Ok(())
    }

    /// After the last epoch.
    ///
    /// # Errors
    /// Whatever the callback meets.
    fn on_train_end(&mut self, cx: &mut CallbackCx<'_>) -> Result<()> {
        let _ = cx;
        Ok(())
    }

    /// Before an epoch, counted from 0.
    ///
    /// # Errors
    /// Whatever the callback meets; it ends the training.
    fn on_epoch_begin(&mut self, cx: &mut CallbackCx<'_>, epoch: usize) -> Result<()> {
        let _ = (cx, epoch);
        Ok(())
    }

    /// After an epoch and its validation; what is added to the logs goes into the history.
    ///
    /// # Errors
    /// Whatever the callback meets; it ends the training.
    fn on_epoch_end(
        &mut self,
        cx: &mut CallbackCx<'_>,
        epoch: usize,
        logs: &mut Logs,
    ) -> Result<()> {
        let _ = (cx, epoch, logs);
        Ok(())
    }

    /// Before a training step, counted from 0 in its epoch.
    ///
    /// # Errors
    /// Whatever the callback meets; it ends the training.
    fn on_train_batch_begin(&mut self, cx: &mut CallbackCx<'_>, batch: usize) -> Result<()> {
        let _ = (cx, batch);
        Ok(())
    }

    /// After a training step; `logs` computes the running means of the epoch.
    ///
    /// # Errors
    /// Whatever the callback meets; it ends the training.
    fn on_train_batch_end(
        &mut self,
        cx: &mut CallbackCx<'_>,
        batch: usize,
        logs: &dyn Fn() -> Logs,
    ) -> Result<()> {
        let _ = (cx, batch, logs);
        Ok(())
    }
}
