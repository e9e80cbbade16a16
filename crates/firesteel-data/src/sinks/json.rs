// SPDX-License-Identifier: MIT OR Apache-2.0
//! The `json` format.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use firesteel_core::{Result, err};

use super::{Part, Sink, base64, iso};
use crate::option_text::SourceOptions;
use crate::vector::{Vector, is_vector_type};
use crate::{DataFrame, Value, java_double};

#[derive(Clone, Copy, Debug)]
struct JsonSink;

pub(super) fn open(options: &SourceOptions, _: &DataFrame) -> Result<Arc<dyn Sink>> {
    options.check("json", &[])?;
    Ok(Arc::new(JsonSink))
}

impl Sink for JsonSink {
    fn extension(&self) -> &'static str {
        ".json"
    }

    fn part(&self, path: &Path, schema: &SchemaRef) -> Result<Box<dyn Part>> {
        let file = File::create(path).map_err(|error| err::io(path, error))?;
        let file = BufWriter::new(file);
        Ok(Box::new(JsonPart { path: path.to_owned(), file, schema: Arc::clone(schema) }))
    }
}

struct JsonPart {
    path: PathBuf,
    file: BufWriter<File>,
    schema: SchemaRef,
}

impl Part for JsonPart {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        for row in 0..batch.num_rows() {
            let cells = batch.columns().iter().zip(self.schema.fields()).map(|(column, field)| {
                Ok((field.name().as_str(), Value::read(column, row, field)?, field.as_ref()))
            });
            let cells = cells.collect::<Result<Vec<_>>>()?;
            let cells = cells.iter().map(|(name, value, field)| (*name, value, *field));
            let line = object(cells) + "\n";
            self.file.write_all(line.as_bytes()).map_err(|error| err::io(&self.path, error))?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.file.flush().map_err(|error| err::io(&self.path, error))
    }
}

/// Fields that are null are left out.
fn object<'a>(fields: impl Iterator<Item = (&'a str, &'a Value, &'a Field)>) -> String {
    let present = fields.filter(|(_, value, _)| !value.is_null());
    let pairs = present
        .map(|(name, value, field)| format!("{}:{}", quoted(name), text(value, field.data_type())));
    format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
}

fn text(value: &Value, data_type: &DataType) -> String {
    match (value, data_type) {
        (Value::Null, _) => "null".to_owned(),
        (Value::Boolean(_) | Value::Int(_) | Value::Decimal(..), _) => value.to_string(),
        (Value::Float(number), _) => number_text(number.is_finite(), value),
        (Value::Double(number), _) => number_text(number.is_finite(), value),
        (Value::Binary(bytes), _) => quoted(&base64::encode(bytes)),
        (Value::Timestamp(micros), kind) => quoted(&iso::moment(*micros, kind)),
        (Value::Array(items), DataType::List(item) | DataType::LargeList(item)) => {
            let items = items.iter().map(|value| text(value, item.data_type()));
            format!("[{}]", items.collect::<Vec<_>>().join(","))
        }
        (Value::Map(pairs), DataType::Map(entries, _)) => map(pairs, entries),
        (Value::Struct(values), DataType::Struct(fields)) => {
            let pairs = values.iter().zip(fields);
            object(pairs.map(|((name, value), field)| (name.as_str(), value, field.as_ref())))
        }
        (Value::Vector(vector), kind) if is_vector_type(kind) => vector_text(vector),
        (other, _) => quoted(&other.to_string()),
    }
}

/// JSON has no words for what is no number.
fn number_text(finite: bool, value: &Value) -> String {
    if finite { value.to_string() } else { quoted(&value.to_string()) }
}

fn map(pairs: &[(Value, Value)], entries: &Field) -> String {
    let DataType::Struct(pair) = entries.data_type() else { return "null".to_owned() };
    let pairs = pairs.iter().map(|(key, value)| {
        format!("{}:{}", quoted(&key.to_string()), text(value, pair[1].data_type()))
    });
    format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
}

/// The parts of the column's own form.
fn vector_text(vector: &Vector) -> String {
    let numbers = |values: &[f64]| {
        let values: Vec<String> = values.iter().map(|number| java_double(*number)).collect();
        values.join(",")
    };
    match vector {
        Vector::Dense(values) => format!(r#"{{"type":1,"values":[{}]}}"#, numbers(values)),
        Vector::Sparse { size, indices, values } => {
            let indices: Vec<String> = indices.iter().map(|index| index.to_string()).collect();
            let (indices, values) = (indices.join(","), numbers(values));
            format!(r#"{{"type":0,"size":{size},"indices":[{indices}],"values":[{values}]}}"#)
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
