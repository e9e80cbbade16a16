// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Row`: one row of a table.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use firesteel_core::{Result, err};

use crate::Value;
use crate::value::python_row;

/// One row of a table, as `collect` returns it; printed as `Row(a=1, b='x')`.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    schema: SchemaRef,
    values: Vec<Value>,
}

impl Row {
    /// All rows of a batch.
    pub(crate) fn of_batch(batch: &RecordBatch) -> Result<Vec<Self>> {
        let schema = batch.schema();
        let row = |index| {
            let cells = batch.columns().iter().zip(schema.fields());
            let values = cells.map(|(column, field)| Value::read(column, index, field));
            Ok(Self { schema: Arc::clone(&schema), values: values.collect::<Result<_>>()? })
        };
        (0..batch.num_rows()).map(row).collect()
    }

    /// The value of a column; case does not matter.
    ///
    /// # Errors
    /// `Schema` when there is no such column.
    pub fn get(&self, name: &str) -> Result<&Value> {
        let fields = self.schema.fields();
        let exact = fields.iter().position(|field| field.name() == name);
        let found =
            exact.or_else(|| fields.iter().position(|f| f.name().eq_ignore_ascii_case(name)));
        let value = found.and_then(|index| self.values.get(index));
        value.ok_or_else(|| err::no_column(name, fields.iter().map(|field| field.name().as_str())))
    }

    /// The whole number in a column.
    ///
    /// # Errors
    /// `Schema` when there is no such column, `DType` when it holds something else.
    pub fn get_i64(&self, name: &str) -> Result<i64> {
        self.get(name)?.as_i64().map_err(|error| error.at(format!("column `{name}`")))
    }

    /// The number in a column, as a double.
    ///
    /// # Errors
    /// `Schema` when there is no such column, `DType` when it holds no number.
    pub fn get_f64(&self, name: &str) -> Result<f64> {
        self.get(name)?.as_f64().map_err(|error| error.at(format!("column `{name}`")))
    }

    /// The text in a column.
    ///
    /// # Errors
    /// `Schema` when there is no such column, `DType` when it holds something else.
    pub fn get_str(&self, name: &str) -> Result<&str> {
        self.get(name)?.as_str().map_err(|error| error.at(format!("column `{name}`")))
    }

    /// True or false in a column.
    ///
    /// # Errors
    /// `Schema` when there is no such column, `DType` when it holds something else.
    pub fn get_bool(&self, name: &str) -> Result<bool> {
        self.get(name)?.as_bool().map_err(|error| error.at(format!("column `{name}`")))
    }

    /// The values in the order of the columns.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The names of the columns.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.schema.fields().iter().map(|field| field.name().as_str())
    }
}

/// The value at a position, counted from 0.
///
/// # Panics
/// When the row is shorter, as with a slice.
impl std::ops::Index<usize> for Row {
    type Output = Value;

    fn index(&self, index: usize) -> &Value {
        &self.values[index]
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&python_row(self.names().zip(&self.values)))
    }
}
