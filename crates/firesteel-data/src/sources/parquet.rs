// SPDX-License-Identifier: MIT OR Apache-2.0
//! The `parquet` format.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::datasource::file_format::parquet::ParquetFormat;
use firesteel_core::{Error, Result, err};

use super::listing;
use crate::{DataFrame, DataFrameReader, parquet_file};

pub(super) fn load(reader: &DataFrameReader, files: &[PathBuf]) -> Result<DataFrame> {
    reader.options.check("parquet", &[])?;
    let schema = reader.given_schema()?;
    let full = not_empty(files)?;
    let files = match (full.as_slice(), files.first()) {
        ([], Some(file)) if schema.is_none() => return Err(empty(file)),
        ([], _) => files,
        (full, _) => full,
    };
    let table = listing::table(&reader.session, files, Arc::new(ParquetFormat::default()), schema);
    table.map_err(|error| match files.iter().find_map(|file| parquet_file::check(file).err()) {
        Some(damaged) if !error.is_schema() => damaged,
        _ => error,
    })
}

/// The files that tell their columns; those without a byte are passed over, as in Spark.
fn not_empty(files: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut full = Vec::with_capacity(files.len());
    for file in files {
        if fs::metadata(file).map_err(|error| err::io(file, error))?.len() > 0 {
            full.push(file.clone());
        }
    }
    Ok(full)
}

fn empty(file: &Path) -> Error {
    err::format(file, "not a Parquet file: it is empty")
        .fix("write it anew, or give its columns with `schema`")
}
