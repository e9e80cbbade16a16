// SPDX-License-Identifier: MIT OR Apache-2.0
//! `TerminateOnNaN`: ends a training whose loss is no number any more.

use firesteel_core::{Options, Result};

use super::{Callback, CallbackCx, Logs};

/// Ends the training when the loss is NaN or infinite.
///
/// # Source
/// Keras 3.15.1, `keras/src/callbacks/terminate_on_nan.py`, class `TerminateOnNaN`.
#[derive(Clone, Debug, Options)]
pub struct TerminateOnNaN {}

impl Callback for TerminateOnNaN {
    fn on_train_batch_end(
        &mut self,
        cx: &mut CallbackCx<'_>,
        _batch: usize,
        logs: &dyn Fn() -> Logs,
    ) -> Result<()> {
        if logs().get("loss").is_some_and(|loss| !loss.is_finite()) {
            cx.stop_training();
        }
        Ok(())
    }
}
