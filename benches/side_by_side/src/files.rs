// SPDX-License-Identifier: MIT OR Apache-2.0
//! `write_once`, `write_parquet`: files that a benchmark makes itself and keeps.

use std::fs::File;
use std::path::Path;

use firesteel::data::datafusion::arrow::array::RecordBatch;
use firesteel::data::datafusion::parquet::arrow::ArrowWriter;
use firesteel::data::datafusion::parquet::basic::Compression;
use firesteel::data::datafusion::parquet::errors::ParquetError;
use firesteel::data::datafusion::parquet::file::properties::WriterProperties;
use firesteel::{Result, err};

/// Fills a file beside its place and moves it there when it is complete; a file that is there stays as it is.
///
/// # Errors
/// `Io` when the folder cannot be written; whatever `fill` meets.
pub fn write_once(path: &Path, fill: impl FnOnce(&Path, File) -> Result<()>) -> Result<()> {
    if path.exists() {
        return Ok(());
    }
    let part = path.with_extension("part");
    let file = File::create(&part).map_err(|error| err::io(&part, error))?;
    fill(&part, file)?;
    std::fs::rename(&part, path).map_err(|error| err::io(path, error))
}

/// Writes batches of rows into groups of so many rows.
///
/// # Errors
/// `Engine` when the file cannot be written, `Internal` without any batch; whatever the batches are instead.
pub fn write_parquet(
    path: &Path,
    file: File,
    row_group: usize,
    mut batches: impl Iterator<Item = Result<RecordBatch>>,
) -> Result<()> {
    let failed = |error: ParquetError| err::engine(path.display().to_string(), error);
    let first = batches.next().ok_or_else(|| err::internal("a table without rows"))??;
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(row_group))
        .build();
    let mut writer =
        ArrowWriter::try_new(file, first.schema(), Some(properties)).map_err(failed)?;
    writer.write(&first).map_err(failed)?;
    for rows in batches {
        writer.write(&rows?).map_err(failed)?;
    }
    writer.close().map(|_| ()).map_err(failed)
}
