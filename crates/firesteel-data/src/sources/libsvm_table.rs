// SPDX-License-Identifier: MIT OR Apache-2.0
//! The `libsvm` format as a table of the session.

use std::path::PathBuf;

use firesteel_core::{Json, Options as _, Result};

use super::libsvm::{LibSvmOptions, read};
use crate::{DataFrame, DataFrameReader};

pub(super) fn load(reader: &DataFrameReader, files: &[PathBuf]) -> Result<DataFrame> {
    reader.no_schema("libsvm")?;
    let mut options = LibSvmOptions::new();
    let known: Vec<&str> = options.table().iter().map(|row| row.name).collect();
    reader.options.check("libsvm", &known)?;
    if let Some(number) = reader.options.text("numFeatures") {
        let number = number.parse::<u64>().map_or_else(|_| Json::from(number), Json::from);
        options.set("numFeatures", &number)?;
    }
    if let Some(kind) = reader.options.text("vectorType") {
        options.set("vectorType", &Json::from(kind))?;
    }
    let batches = read(files, &options)?;
    let schema = batches.first().map(|batch| batch.schema());
    let schema = schema.ok_or_else(|| firesteel_core::err::schema("no libsvm file"))?;
    reader.session.from_partitions(schema, vec![batches])
}
