// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Element`: what an RDD may hold where it meets Arrow columns.

mod list;
mod option;
mod primitive;
mod record;
mod text;

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Field};
use firesteel_core::{Result, err};

pub use list::{ListBuilder, ListReader};
pub use option::{OptionBuilder, OptionReader};
pub use primitive::{BoolBuilder, BoolReader, NumberBuilder, NumberReader};
pub use record::{FieldList, Record, RecordBuilder, RecordReader};
pub use text::{TextBuilder, TextReader};

/// A type whose values can be rows of a table: numbers, `bool`, `String`, `Option`, `Vec`, tuples, and every struct
/// that is a [`Record`].
///
/// A tuple has the columns `_1`, `_2`, .. as in Spark, a record its own fields, everything else one column `value`.
pub trait Element: Sized + Send + 'static {
    /// Collects values into a column.
    type Builder: ColumnBuilder<Self>;
    /// Gives values out of a column.
    type Reader: ColumnReader<Self>;
    /// Whether a value may be absent.
    const NULLABLE: bool = false;
    /// Whether the fields become columns of their own at the top of a table.
    const IS_RECORD: bool = false;

    /// The type of the column.
    fn data_type() -> DataType;

    /// The column's description under a name.
    fn field(name: &str) -> Field {
        Field::new(name, Self::data_type(), Self::NULLABLE)
    }
}

/// Collects values of `T` into an Arrow column.
pub trait ColumnBuilder<T>: Default + Send {
    /// Adds a value.
    fn append(&mut self, value: T);

    /// Adds an absent value; below a type that may not be absent, only where the row around it is absent.
    fn append_null(&mut self);

    /// How many bytes of text the column holds so far; batches are closed before they grow too large.
    fn text_bytes(&self) -> usize {
        0
    }

    /// The column; the builder is empty afterwards.
    fn finish(&mut self) -> ArrayRef;
}

/// Gives values of `T` out of an Arrow column.
pub trait ColumnReader<T>: Sized + Send {
    /// A reader over a column; rows that `present` masks out are not looked at.
    ///
    /// # Errors
    /// `Schema` when the column has another type, or lacks values that must be there.
    fn new(column: &ArrayRef, present: Option<&NullBuffer>) -> Result<Self>;

    /// The value of a row.
    fn get(&self, row: usize) -> T;
}

/// Refuses a column that lacks values in rows which are looked at.
fn reject_nulls(column: &dyn Array, present: Option<&NullBuffer>) -> Result<()> {
    let Some(valid) = column.logical_nulls() else {
        return Ok(());
    };
    let looked_at = NullBuffer::union(Some(&valid), present).map_or(0, |both| both.null_count());
    if looked_at > present.map_or(0, NullBuffer::null_count) {
        let what = format!("a {} column has missing values", column.data_type());
        return Err(err::schema(what).fix("read it as an `Option`, or drop the rows first"));
    }
    Ok(())
}

fn other_type(column: &dyn Array, expected: &DataType) -> firesteel_core::Error {
    err::schema("a column has another type").expected(expected).got(column.data_type())
}

#[cfg(test)]
mod tests;
