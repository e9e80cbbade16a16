// SPDX-License-Identifier: MIT OR Apache-2.0
//! JSON lines in which a field is a text in one place and something else in another.
//!
//! The engine's reader takes only what has the column's type, so these files are read here, into memory, with the
//! other values turned into the text that they are written as.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, FieldRef, Fields, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::json::ReaderBuilder;
use datafusion::arrow::record_batch::RecordBatch;
use firesteel_core::{Result, err};
use serde_json::{Map, Value as Json};

/// Rows to a record batch.
const BATCH_ROWS: usize = 8192;

/// Collects lines as record batches of these columns.
pub(super) struct MixedLines {
    schema: SchemaRef,
    waiting: Vec<Json>,
    batches: Vec<RecordBatch>,
}

impl MixedLines {
    pub(super) fn new(schema: SchemaRef) -> Self {
        Self { schema, waiting: Vec::new(), batches: Vec::new() }
    }

    /// Adds a line.
    pub(super) fn add(&mut self, mut line: Map<String, Json>) -> Result<()> {
        fit_fields(&mut line, self.schema.fields());
        self.waiting.push(Json::Object(line));
        if self.waiting.len() < BATCH_ROWS { Ok(()) } else { self.flush() }
    }

    /// All batches.
    pub(super) fn finish(mut self) -> Result<Vec<RecordBatch>> {
        self.flush()?;
        Ok(self.batches)
    }

    fn flush(&mut self) -> Result<()> {
        let wrong = |error: ArrowError| err::engine("json", error);
        let builder = ReaderBuilder::new(Arc::clone(&self.schema)).with_batch_size(BATCH_ROWS);
        let mut decoder = builder.build_decoder().map_err(wrong)?;
        decoder.serialize(&self.waiting).map_err(wrong)?;
        self.waiting.clear();
        self.batches.extend(decoder.flush().map_err(wrong)?);
        Ok(())
    }
}

fn fit_fields(object: &mut Map<String, Json>, fields: &Fields) {
    for field in fields {
        if let Some(value) = object.get_mut(field.name()) {
            fit(value, field);
        }
    }
}

/// Turns what must be a text into one.
fn fit(value: &mut Json, field: &FieldRef) {
    match (field.data_type(), value) {
        (_, Json::Null) | (DataType::Utf8, Json::String(_)) => {}
        (DataType::Utf8, other) => *other = Json::String(other.to_string()),
        (DataType::List(item), Json::Array(items)) => {
            items.iter_mut().for_each(|value| fit(value, item));
        }
        (DataType::Struct(fields), Json::Object(object)) => fit_fields(object, fields),
        _ => {}
    }
}
