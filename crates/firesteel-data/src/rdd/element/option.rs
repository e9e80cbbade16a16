// SPDX-License-Identifier: MIT OR Apache-2.0
//! Values that may be absent.

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::DataType;
use firesteel_core::Result;

use super::{ColumnBuilder, ColumnReader, Element};

/// Collects values that may be absent.
#[derive(Debug)]
pub struct OptionBuilder<T: Element>(T::Builder);

/// Gives out values that may be absent.
#[derive(Debug)]
pub struct OptionReader<T: Element> {
    values: T::Reader,
    present: Option<NullBuffer>,
}

impl<T: Element> Default for OptionBuilder<T> {
    fn default() -> Self {
        Self(T::Builder::default())
    }
}

impl<T: Element> Element for Option<T> {
    type Builder = OptionBuilder<T>;
    type Reader = OptionReader<T>;
    const NULLABLE: bool = true;

    fn data_type() -> DataType {
        const { assert!(!T::NULLABLE, "a column cannot tell `Some(None)` from `None`") };
        T::data_type()
    }
}

impl<T: Element> ColumnBuilder<Option<T>> for OptionBuilder<T> {
    fn append(&mut self, value: Option<T>) {
        match value {
            Some(value) => self.0.append(value),
            None => self.0.append_null(),
        }
    }

    fn append_null(&mut self) {
        self.0.append_null();
    }

    fn text_bytes(&self) -> usize {
        self.0.text_bytes()
    }

    fn finish(&mut self) -> ArrayRef {
        self.0.finish()
    }
}

impl<T: Element> ColumnReader<Option<T>> for OptionReader<T> {
    fn new(column: &ArrayRef, present: Option<&NullBuffer>) -> Result<Self> {
        let present = NullBuffer::union(column.logical_nulls().as_ref(), present);
        Ok(Self { values: T::Reader::new(column, present.as_ref())?, present })
    }

    fn get(&self, row: usize) -> Option<T> {
        let is_present = self.present.as_ref().is_none_or(|present| present.is_valid(row));
        is_present.then(|| self.values.get(row))
    }
}
