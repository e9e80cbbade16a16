// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Callbacks`: all callbacks of a training, the progress display last.

use firesteel_core::Result;

use super::{Callback, CallbackCx, Logs};
use crate::progress::Progress;

/// All callbacks of a training, the progress display last.
pub(crate) struct Callbacks(Vec<Box<dyn Callback>>);

impl Callbacks {
    pub(crate) fn new(mut callbacks: Vec<Box<dyn Callback>>, progress: Progress) -> Self {
        callbacks.push(Box::new(progress));
        Self(callbacks)
    }

    pub(crate) fn train_begin(&mut self, cx: &mut CallbackCx<'_>) -> Result<()> {
        self.0.iter_mut().try_for_each(|callback| callback.on_train_begin(cx))
    }

    pub(crate) fn train_end(&mut self, cx: &mut CallbackCx<'_>) -> Result<()> {
        self.0.iter_mut().try_for_each(|callback| callback.on_train_end(cx))
    }

    pub(crate) fn epoch_begin(&mut self, cx: &mut CallbackCx<'_>, epoch: usize) -> Result<()> {
        self.0.iter_mut().try_for_each(|callback| callback.on_epoch_begin(cx, epoch))
    }

    pub(crate) fn epoch_end(
        &mut self,
        cx: &mut CallbackCx<'_>,
        epoch: usize,
        logs: &mut Logs,
    ) -> Result<()> {
        self.0.iter_mut().try_for_each(|callback| callback.on_epoch_end(cx, epoch, logs))
    }

    pub(crate) fn batch_begin(&mut self, cx: &mut CallbackCx<'_>, batch: usize) -> Result<()> {
        self.0.iter_mut().try_for_each(|callback| callback.on_train_batch_begin(cx, batch))
    }

    pub(crate) fn batch_end(
        &mut self,
        cx: &mut CallbackCx<'_>,
        batch: usize,
        logs: &dyn Fn() -> Logs,
    ) -> Result<()> {
        self.0.iter_mut().try_for_each(|callback| callback.on_train_batch_end(cx, batch, logs))
    }
}
