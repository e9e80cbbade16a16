// SPDX-License-Identifier: MIT OR Apache-2.0
//! The `parquet` format.

use std::path::PathBuf;
use std::sync::Arc;

use datafusion::datasource::file_format::parquet::ParquetFormat;
use firesteel_core::Result;

use super::listing;
use crate::{DataFrame, DataFrameReader, parquet_file};

pub(super) fn load(reader: &DataFrameReader, files: &[PathBuf]) -> Result<DataFrame> {
    reader.options.check("parquet", &[])?;
    let schema = reader.given_schema()?;
    let table = listing::table(&reader.session, files, Arc::new(ParquetFormat::default()), schema);
    table.map_err(|error| match files.iter().find_map(|file| parquet_file::check(file).err()) {
        Some(damaged) if !error.is_schema() => damaged,
        _ => error,
    })
}
