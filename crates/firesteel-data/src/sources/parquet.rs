// SPDX-License-Identifier: MIT OR Apache-2.0
//! The `parquet` format.

use std::path::PathBuf;
use std::sync::Arc;

use datafusion::datasource::file_format::parquet::ParquetFormat;
use firesteel_core::Result;

use super::listing;
use crate::{DataFrame, DataFrameReader};

pub(super) fn load(reader: &DataFrameReader, files: &[PathBuf]) -> Result<DataFrame> {
    reader.options.check("parquet", &[])?;
    let schema = reader.given_schema()?;
    listing::table(&reader.session, files, Arc::new(ParquetFormat::default()), schema)
}
