// SPDX-License-Identifier: MIT OR Apache-2.0
//! The formats that tables are read from, one file each.

mod csv;
mod csv_error;
mod csv_infer;
mod csv_lenient;
mod csv_options;
mod csv_rows;
mod file_error;
mod json;
mod json_infer;
mod json_mixed;
pub mod libsvm;
mod libsvm_table;
mod listing;
mod nullable;
mod parquet;
mod text;

use std::path::PathBuf;

use firesteel_core::{Result, names};

use crate::{DataFrame, DataFrameReader};

pub(crate) use file_error::{explain, explain_planning};

type Load = fn(&DataFrameReader, &[PathBuf]) -> Result<DataFrame>;

/// The formats by name.
const FORMATS: &[(&str, Load)] = &[
    // registry: sorted
    ("csv", csv::load),
    ("json", json::load),
    ("libsvm", libsvm_table::load),
    ("parquet", parquet::load),
    ("text", text::load),
    // registry: end
];

/// The table in these files.
pub(crate) fn load(reader: &DataFrameReader, format: &str, files: &[PathBuf]) -> Result<DataFrame> {
    names::find("format", &format.to_lowercase(), FORMATS)?(reader, files)
}
