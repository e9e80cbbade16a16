// SPDX-License-Identifier: MIT OR Apache-2.0
//! The `text` format: one column `value`, one row a line.

use std::path::PathBuf;

use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::try_cast;
use firesteel_core::{Result, err};

use crate::functions::col;
use crate::{DataFrame, DataFrameReader};

pub(super) fn load(reader: &DataFrameReader, files: &[PathBuf]) -> Result<DataFrame> {
    reader.options.check("text", &[])?;
    reader.no_schema("text")?;
    let mut tables = files.iter().map(|file| reader.session.text_file(file)?.to_df());
    let first = tables.next().ok_or_else(|| err::schema("the folder has no data files"))??;
    let lines = tables.try_fold(first, |all, next| all.union(&next?))?;
    // a line is never null, but the column may be, as in Spark
    lines.with_column("value", try_cast(col("value"), DataType::Utf8))
}
