// SPDX-License-Identifier: MIT OR Apache-2.0
//! Elements as rows of record batches, and back.

use std::marker::PhantomData;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StructArray};
use datafusion::arrow::datatypes::{DataType, Fields, Schema, SchemaRef};
use firesteel_core::{Result, err};

use super::element::{ColumnBuilder, ColumnReader, Element};

/// Rows to a record batch.
pub(crate) const BATCH_ROWS: usize = 8192;
/// Bytes of text after which a batch is closed even with fewer rows.
const BATCH_TEXT: usize = 16 << 20;
/// The name of the column of elements that are no records.
const VALUE: &str = "value";

/// The table that holds elements of a type.
pub fn schema_of<T: Element>() -> SchemaRef {
    let fields: Fields = match T::data_type() {
        DataType::Struct(fields) if T::IS_RECORD => fields,
        _ => vec![T::field(VALUE)].into(),
    };
    Arc::new(Schema::new(fields))
}

/// Puts elements into record batches of a good size.
///
/// # Errors
/// `Engine` when Arrow refuses the columns, which only a wrong [`Element`] implementation brings about.
pub fn to_batches<T: Element>(values: impl IntoIterator<Item = T>) -> Result<Vec<RecordBatch>> {
    let mut builder = BatchBuilder::new();
    let mut batches = Vec::new();
    for value in values {
        builder.append(value);
        if builder.is_full() {
            batches.push(builder.finish()?);
        }
    }
    if !builder.is_empty() || batches.is_empty() {
        batches.push(builder.finish()?);
    }
    Ok(batches)
}

/// The elements that a record batch holds.
///
/// # Errors
/// `Schema` when the columns are others than those of `T`.
pub fn from_batch<T: Element>(batch: &RecordBatch) -> Result<BatchRows<T>> {
    BatchRows::new(batch)
}

/// Collects elements until a record batch is full.
#[derive(Debug)]
pub(crate) struct BatchBuilder<T: Element> {
    schema: SchemaRef,
    column: T::Builder,
    n_rows: usize,
}

impl<T: Element> BatchBuilder<T> {
    pub(crate) fn new() -> Self {
        Self { schema: schema_of::<T>(), column: T::Builder::default(), n_rows: 0 }
    }

    #[inline]
    pub(crate) fn append(&mut self, value: T) {
        self.column.append(value);
        self.n_rows += 1;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.n_rows == 0
    }

    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        self.n_rows >= BATCH_ROWS
            || (self.n_rows.is_multiple_of(64) && self.column.text_bytes() >= BATCH_TEXT)
    }

    pub(crate) fn finish(&mut self) -> Result<RecordBatch> {
        self.n_rows = 0;
        let column = self.column.finish();
        let batch = if T::IS_RECORD {
            RecordBatch::from(column.as_struct()).with_schema(Arc::clone(&self.schema))
        } else {
            RecordBatch::try_new(Arc::clone(&self.schema), vec![column])
        };
        batch.map_err(|error| err::engine("elements do not fit their columns", error))
    }
}

/// Gives the elements of a record batch, first to last.
#[derive(Debug)]
pub struct BatchRows<T: Element> {
    reader: T::Reader,
    next: usize,
    n_rows: usize,
    element: PhantomData<fn() -> T>,
}

impl<T: Element> BatchRows<T> {
    fn new(batch: &RecordBatch) -> Result<Self> {
        let column: ArrayRef = match (T::IS_RECORD, batch.columns()) {
            (true, _) => Arc::new(StructArray::from(batch.clone())),
            (false, [column]) => Arc::clone(column),
            (false, columns) => {
                return Err(err::schema("the table does not fit the element")
                    .expected(format!("one {} column", T::data_type()))
                    .got(format!("{} columns", columns.len())));
            }
        };
        let reader = T::Reader::new(&column, None)?;
        Ok(Self { reader, next: 0, n_rows: column.len(), element: PhantomData })
    }
}

impl<T: Element> Iterator for BatchRows<T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        let row = self.next;
        (row < self.n_rows).then(|| {
            self.next += 1;
            self.reader.get(row)
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.n_rows - self.next;
        (left, Some(left))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn back<T: Element>(batches: &[RecordBatch]) -> Vec<T> {
        batches.iter().flat_map(|batch| from_batch::<T>(batch).unwrap()).collect()
    }

    #[test]
    fn records_spread_over_columns_and_others_stand_in_one() {
        let pairs = to_batches(vec![("a".to_owned(), 1), ("b".to_owned(), 2)]).unwrap();
        let schema = pairs[0].schema();
        assert_eq!(
            schema.fields().iter().map(|field| field.name()).collect::<Vec<_>>(),
            ["_1", "_2"]
        );
        assert_eq!(back::<(String, i32)>(&pairs).len(), 2);
        let numbers = to_batches(vec![1, 2, 3]).unwrap();
        assert_eq!(numbers[0].schema().field(0).name(), "value");
        assert_eq!(back::<i32>(&numbers), [1, 2, 3]);
        let maybe = to_batches(vec![Some((1, 2)), None]).unwrap();
        assert_eq!(back::<Option<(i32, i32)>>(&maybe), [Some((1, 2)), None]);
        assert!(from_batch::<i32>(&pairs[0]).unwrap_err().is_schema());
    }

    #[test]
    fn batches_end_at_so_many_rows_or_so_much_text() {
        let rows: Vec<usize> =
            to_batches(0..BATCH_ROWS + 5).unwrap().iter().map(RecordBatch::num_rows).collect();
        assert_eq!(rows, [BATCH_ROWS, 5]);
        let long = "x".repeat(1 << 20);
        let rows: Vec<usize> = to_batches(std::iter::repeat_n(long, 70))
            .unwrap()
            .iter()
            .map(RecordBatch::num_rows)
            .collect();
        assert_eq!(rows, [64, 6]);
        assert_eq!(to_batches(Vec::<i32>::new()).unwrap()[0].num_rows(), 0);
    }
}
