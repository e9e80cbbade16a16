// SPDX-License-Identifier: MIT OR Apache-2.0
//! The `parquet` format.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::Compression;
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::properties::WriterProperties;
use firesteel_core::{Error, Result, err};

use super::{Part, Sink};
use crate::DataFrame;
use crate::option_text::SourceOptions;

#[derive(Clone, Copy, Debug)]
struct ParquetSink;

pub(super) fn open(options: &SourceOptions, _: &DataFrame) -> Result<Arc<dyn Sink>> {
    options.check("parquet", &[])?;
    Ok(Arc::new(ParquetSink))
}

impl Sink for ParquetSink {
    fn extension(&self) -> &'static str {
        ".snappy.parquet"
    }

    fn part(&self, path: &Path, schema: &SchemaRef) -> Result<Box<dyn Part>> {
        let file = File::create(path).map_err(|error| err::io(path, error))?;
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let writer = ArrowWriter::try_new(file, Arc::clone(schema), Some(properties));
        let writer = writer.map_err(|error| failed(path, error))?;
        Ok(Box::new(ParquetPart { path: path.to_owned(), writer }))
    }
}

struct ParquetPart {
    path: PathBuf,
    writer: ArrowWriter<File>,
}

impl Part for ParquetPart {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.writer.write(batch).map_err(|error| failed(&self.path, error))
    }

    fn finish(self: Box<Self>) -> Result<()> {
        let Self { path, writer } = *self;
        writer.close().map(|_| ()).map_err(|error| failed(&path, error))
    }
}

fn failed(path: &Path, error: ParquetError) -> Error {
    err::engine(format!("{}: cannot write the table as Parquet", path.display()), error)
}
