// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Evaluator`: a number for how good predictions are.

use std::fmt::Debug;

use firesteel_core::{Options, Result};
use firesteel_data::DataFrame;

/// Computes a number for how good the predictions in a table are.
pub trait Evaluator: Debug + Send + Sync {
    /// The number for a table of predictions.
    ///
    /// # Errors
    /// `UnknownName` for an unknown metric, `Schema` for columns that do not fit, `InvalidArgument` for a table
    /// without rows.
    fn evaluate(&self, df: &DataFrame) -> Result<f64>;

    /// Whether a larger number is better.
    fn is_larger_better(&self) -> bool;

    /// The options, by name.
    fn options(&self) -> &dyn Options;

    /// The options, to set one by name.
    fn options_mut(&mut self) -> &mut dyn Options;

    /// An equal evaluator of its own.
    fn copy(&self) -> Box<dyn Evaluator>;
}
