// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a training shows: a bar on a terminal, one line an epoch elsewhere.

use firesteel_core::Result;

use crate::callbacks::{Callback, CallbackCx, Logs};

/// What a training shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verbose {
    /// A bar on a terminal, a line an epoch elsewhere.
    #[default]
    Auto,
    /// Nothing.
    Silent,
    /// A bar.
    Bar,
    /// One line an epoch.
    Line,
}

/// Keras' numbers: 0 nothing, 1 a bar, 2 one line an epoch.
impl From<i32> for Verbose {
    fn from(verbose: i32) -> Self {
        match verbose {
            0 => Self::Silent,
            1 => Self::Bar,
            2 => Self::Line,
            _ => Self::Auto,
        }
    }
}

/// The display of a training.
#[derive(Debug)]
pub(crate) struct Progress(Verbose);

impl Progress {
    pub(crate) fn new(verbose: Verbose) -> Self {
        Self(verbose)
    }
}

impl Callback for Progress {
    fn on_epoch_end(&mut self, _cx: &mut CallbackCx<'_>, _epoch: usize, _logs: &mut Logs) -> Result<()> {
        let _ = self.0;
        Ok(())
    }
}
