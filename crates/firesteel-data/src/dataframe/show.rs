// SPDX-License-Identifier: MIT OR Apache-2.0
//! `show`, in its forms.

use firesteel_core::Result;

use super::DataFrame;
use crate::show::{ShowOptions, Truncate, render};

impl DataFrame {
    /// Prints the first 20 rows, to the character as Spark prints them.
    ///
    /// # Errors
    /// Whatever the query meets; `Io` when standard output cannot be written.
    pub fn show(&self) -> Result<()> {
        self.show_with(ShowOptions::new())
    }

    /// Prints the first `n` rows; `truncate` is the number of characters a cell may have, `false` for all.
    ///
    /// # Errors
    /// Whatever the query meets; `Io` when standard output cannot be written.
    pub fn show_n(&self, n: usize, truncate: impl Into<Truncate>) -> Result<()> {
        self.show_with(ShowOptions::new().n(n).truncate(truncate))
    }

    /// Prints the first rows as the options say.
    ///
    /// # Errors
    /// Whatever the query meets; `Io` when standard output cannot be written.
    pub fn show_with(&self, options: ShowOptions) -> Result<()> {
        crate::output::print(&self.show_string(options)?)
    }

    /// The text that [`show_with`](DataFrame::show_with) prints.
    ///
    /// # Errors
    /// Whatever the query meets.
    pub fn show_string(&self, options: ShowOptions) -> Result<String> {
        let batches = self.limit(options.fetch())?.collect_batches()?;
        render(&self.schema(), &batches, options)
    }
}
