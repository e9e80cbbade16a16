// SPDX-License-Identifier: MIT OR Apache-2.0
//! The `csv` format.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use firesteel_core::{Result, err};

use super::{Part, Sink, iso};
use crate::option_text::SourceOptions;
use crate::{DataFrame, Value, type_name};

const KNOWN: &[&str] = &[
    "header",
    "sep",
    "delimiter",
    "quote",
    "escape",
    "nullValue",
    "ignoreLeadingWhiteSpace",
    "ignoreTrailingWhiteSpace",
];

/// How csv files are written.
#[derive(Clone, Debug)]
struct CsvSink {
    header: bool,
    separator: char,
    quote: char,
    escape: char,
    null_value: String,
    trim_start: bool,
    trim_end: bool,
}

pub(super) fn open(options: &SourceOptions, table: &DataFrame) -> Result<Arc<dyn Sink>> {
    options.check("csv", KNOWN)?;
    let schema = table.schema();
    let nested = schema.fields().iter().find(|field| {
        let data_type = field.data_type();
        data_type.is_nested() || data_type.is_binary()
    });
    if let Some(field) = nested {
        let kind = type_name::short(field.data_type());
        let what = format!("column `{}` of type {kind} in a csv file", field.name());
        return Err(err::unsupported(what).fix("drop it, cast it, or write json or parquet"));
    }
    let separator = options.byte("sep")?.or(options.byte("delimiter")?).unwrap_or(b',');
    Ok(Arc::new(CsvSink {
        header: options.flag("header", false)?,
        separator: char::from(separator),
        quote: char::from(options.byte("quote")?.unwrap_or(b'"')),
        escape: char::from(options.byte("escape")?.unwrap_or(b'\\')),
        null_value: options.text("nullValue").unwrap_or_default().to_owned(),
        trim_start: options.flag("ignoreLeadingWhiteSpace", true)?,
        trim_end: options.flag("ignoreTrailingWhiteSpace", true)?,
    }))
}

impl Sink for CsvSink {
    fn extension(&self) -> &'static str {
        ".csv"
    }

    fn part(&self, path: &Path, schema: &SchemaRef) -> Result<Box<dyn Part>> {
        let file = File::create(path).map_err(|error| err::io(path, error))?;
        let (file, sink) = (BufWriter::new(file), self.clone());
        let mut part = CsvPart { path: path.to_owned(), file, sink, schema: Arc::clone(schema) };
        if self.header {
            let names = schema.fields().iter().map(|field| self.text(field.name()));
            let names: Vec<String> = names.collect();
            part.line(&names)?;
        }
        Ok(Box::new(part))
    }
}

impl CsvSink {
    fn cell(&self, value: &Value, data_type: &DataType) -> String {
        match value {
            Value::Null => self.null_value.clone(),
            // whatever the quote is
            Value::String(text) if text.is_empty() => "\"\"".to_owned(),
            Value::String(text) => self.text(text),
            Value::Timestamp(micros) => iso::moment(*micros, data_type),
            other => self.text(&other.to_string()),
        }
    }

    /// The text, quoted where it would be read as something else.
    fn text(&self, text: &str) -> String {
        let text = if self.trim_start { text.trim_start_matches(' ') } else { text };
        let text = if self.trim_end { text.trim_end_matches(' ') } else { text };
        if !text.contains([self.separator, self.quote, '\n', '\r']) {
            return text.to_owned();
        }
        let mut quoted = String::from(self.quote);
        for c in text.chars() {
            if c == self.quote {
                quoted.push(self.escape);
            }
            quoted.push(c);
        }
        quoted.push(self.quote);
        quoted
    }
}

struct CsvPart {
    path: PathBuf,
    file: BufWriter<File>,
    sink: CsvSink,
    schema: SchemaRef,
}

impl CsvPart {
    fn line(&mut self, cells: &[String]) -> Result<()> {
        let line = cells.join(&self.sink.separator.to_string()) + "\n";
        self.file.write_all(line.as_bytes()).map_err(|error| err::io(&self.path, error))
    }
}

impl Part for CsvPart {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let schema = Arc::clone(&self.schema);
        for row in 0..batch.num_rows() {
            let cells = batch.columns().iter().zip(schema.fields()).map(|(column, field)| {
                Ok(self.sink.cell(&Value::read(column, row, field)?, field.data_type()))
            });
            let cells = cells.collect::<Result<Vec<String>>>()?;
            self.line(&cells)?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.file.flush().map_err(|error| err::io(&self.path, error))
    }
}
