// SPDX-License-Identifier: MIT OR Apache-2.0
//! The `text` format.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use firesteel_core::{Result, err};

use super::{Part, Sink};
use crate::option_text::SourceOptions;
use crate::{DataFrame, Value};

#[derive(Clone, Copy, Debug)]
struct TextSink;

pub(super) fn open(options: &SourceOptions, table: &DataFrame) -> Result<Arc<dyn Sink>> {
    options.check("text", &[])?;
    let schema = table.schema();
    match schema.fields().as_ref() {
        [field] if field.data_type().is_string() => Ok(Arc::new(TextSink)),
        _ => {
            let wrong = err::schema("a text file").expected("one column of strings");
            Err(wrong.got(format!("{table:?}")))
        }
    }
}

impl Sink for TextSink {
    fn extension(&self) -> &'static str {
        ".txt"
    }

    fn part(&self, path: &Path, schema: &SchemaRef) -> Result<Box<dyn Part>> {
        let file = File::create(path).map_err(|error| err::io(path, error))?;
        let file = BufWriter::new(file);
        Ok(Box::new(TextPart { path: path.to_owned(), file, schema: Arc::clone(schema) }))
    }
}

struct TextPart {
    path: PathBuf,
    file: BufWriter<File>,
    schema: SchemaRef,
}

impl Part for TextPart {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let field = self.schema.field(0);
        for row in 0..batch.num_rows() {
            let line = match Value::read(batch.column(0), row, field)? {
                Value::Null => "\n".to_owned(),
                other => format!("{other}\n"),
            };
            self.file.write_all(line.as_bytes()).map_err(|error| err::io(&self.path, error))?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.file.flush().map_err(|error| err::io(&self.path, error))
    }
}
