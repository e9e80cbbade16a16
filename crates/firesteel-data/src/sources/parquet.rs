// SPDX-License-Identifier: MIT OR Apache-2.0
//! The `parquet` format.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::datasource::file_format::parquet::ParquetFormat;
use firesteel_core::{Result, err};

use super::listing;
use crate::{DataFrame, DataFrameReader, parquet_file};

pub(super) fn load(reader: &DataFrameReader, files: &[PathBuf]) -> Result<DataFrame> {
    reader.options.check("parquet", &[])?;
    files.iter().try_for_each(|file| refuse_empty(file))?;
    let schema = reader.given_schema()?;
    let table = listing::table(&reader.session, files, Arc::new(ParquetFormat::default()), schema);
    table.map_err(|error| match files.iter().find_map(|file| parquet_file::check(file).err()) {
        Some(damaged) if !error.is_schema() => damaged,
        _ => error,
    })
}

/// The engine passes over files without bytes, as if they had never had rows.
fn refuse_empty(file: &Path) -> Result<()> {
    let n_bytes = fs::metadata(file).map_err(|error| err::io(file, error))?.len();
    if n_bytes > 0 {
        return Ok(());
    }
    Err(err::format(file, "not a Parquet file: it is empty").fix("write it anew, or remove it"))
}
