// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Transformer` and `Model`: stages that turn a table into a table.

use firesteel_core::Result;
use firesteel_data::DataFrame;

use crate::Stage;

/// A stage that turns a table into another, mostly by adding a column.
pub trait Transformer: Stage {
    /// The table with what the stage adds; nothing is computed before the result is read.
    ///
    /// # Errors
    /// `Schema` for columns that do not fit, `InvalidArgument` for options out of range.
    fn transform(&self, df: &DataFrame) -> Result<DataFrame>;

    /// An equal stage of its own.
    fn copy(&self) -> Box<dyn Transformer>;
}

/// A transformer that an estimator has fitted.
pub trait Model: Transformer {
    /// The name of the estimator that made it.
    fn parent_uid(&self) -> String {
        self.uid()
    }
}
