// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Estimator`: a stage that learns a model from a table.

use firesteel_core::Result;
use firesteel_data::DataFrame;

use crate::{Model, Stage};

/// A stage that learns a model from a table.
///
/// Every estimator also has a method `fit` of its own that returns its model by type; this one serves where the type
/// is not known, as in a pipeline.
pub trait Estimator: Stage {
    /// Learns from a table.
    ///
    /// # Errors
    /// `InvalidArgument` for options out of range and for values that cannot be learnt from, `Schema` for columns that
    /// do not fit.
    fn fit(&self, df: &DataFrame) -> Result<Box<dyn Model>>;

    /// An equal stage of its own.
    fn copy(&self) -> Box<dyn Estimator>;
}
