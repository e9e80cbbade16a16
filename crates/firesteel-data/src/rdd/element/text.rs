// SPDX-License-Identifier: MIT OR Apache-2.0
//! Text as an element.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray, StringBuilder};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use firesteel_core::{Result, err};

use super::{ColumnBuilder, ColumnReader, Element, other_type, reject_nulls};

/// Collects text.
#[derive(Debug, Default)]
pub struct TextBuilder(StringBuilder);

/// Gives text out.
#[derive(Debug)]
pub struct TextReader(StringArray);

impl Element for String {
    type Builder = TextBuilder;
    type Reader = TextReader;

    fn data_type() -> DataType {
        DataType::Utf8
    }
}

impl ColumnBuilder<String> for TextBuilder {
    fn append(&mut self, value: String) {
        self.0.append_value(&value);
    }

    fn append_null(&mut self) {
        self.0.append_null();
    }

    fn text_bytes(&self) -> usize {
        self.0.values_slice().len()
    }

    fn finish(&mut self) -> ArrayRef {
        Arc::new(self.0.finish())
    }
}

impl ColumnReader<String> for TextReader {
    fn new(column: &ArrayRef, present: Option<&NullBuffer>) -> Result<Self> {
        let typed = match column.data_type() {
            DataType::Utf8 => Arc::clone(column),
            DataType::LargeUtf8 | DataType::Utf8View => cast(column, &DataType::Utf8)
                .map_err(|error| err::engine("a text column is too large", error))?,
            _ => return Err(other_type(column, &DataType::Utf8)),
        };
        reject_nulls(&typed, present)?;
        Ok(Self(typed.as_string().clone()))
    }

    fn get(&self, row: usize) -> String {
        self.0.value(row).to_owned()
    }
}
