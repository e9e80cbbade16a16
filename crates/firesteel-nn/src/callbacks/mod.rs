// SPDX-License-Identifier: MIT OR Apache-2.0
//! Callbacks, one file each, under Keras' names: they look on while a model trains, and may interfere.

mod base;
mod early_stopping;
mod list;
mod model_checkpoint;
mod monitor;
mod reduce_lr_on_plateau;
mod terminate_on_nan;

pub use base::{Callback, CallbackCx, Logs, Run};
pub use early_stopping::EarlyStopping;
pub(crate) use list::Callbacks;
pub use model_checkpoint::ModelCheckpoint;
pub use reduce_lr_on_plateau::ReduceLROnPlateau;
pub use terminate_on_nan::TerminateOnNaN;

#[cfg(test)]
mod tests;
