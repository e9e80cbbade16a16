// SPDX-License-Identifier: MIT OR Apache-2.0
//! Callbacks, one file each, under Keras' names: they look on while a model trains, and may interfere.

mod base;
mod list;

pub use base::{Callback, CallbackCx, Logs, Run};
pub(crate) use list::Callbacks;
