// SPDX-License-Identifier: MIT OR Apache-2.0
//! The `json` format: one object a line.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::datasource::file_format::json::JsonFormat;
use firesteel_core::{Result, err};
use flate2::read::MultiGzDecoder;
use serde_json::{Map, Value as Json};

use super::csv_rows::is_gzip;
use super::json_infer::Shape;
use super::json_mixed::MixedLines;
use super::listing;
use crate::{DataFrame, DataFrameReader};

pub(super) fn load(reader: &DataFrameReader, files: &[PathBuf]) -> Result<DataFrame> {
    reader.options.check("json", &[])?;
    let (schema, mixed) = match reader.given_schema()? {
        Some(schema) => (schema, false),
        None => infer(files)?,
    };
    if schema.fields().is_empty() {
        return reader.session.from_partitions(schema, Vec::new());
    }
    let packed = files.iter().filter(|file| is_gzip(file)).count();
    // the engine reads files that are all packed, or all plain
    if mixed || (packed > 0 && packed < files.len()) {
        return mixed_table(reader, files, schema);
    }
    let compression = match packed {
        0 => FileCompressionType::UNCOMPRESSED,
        _ => FileCompressionType::GZIP,
    };
    let format = JsonFormat::default().with_file_compression_type(compression);
    listing::table(&reader.session, files, Arc::new(format), Some(schema))
}

/// The columns, and whether one of them holds texts and other values.
fn infer(files: &[PathBuf]) -> Result<(SchemaRef, bool)> {
    let mut shape = Shape::new();
    for file in files {
        each_line(file, |line| {
            shape.see(&line);
            Ok(())
        })?;
    }
    Ok((Arc::new(shape.schema()), shape.is_mixed()))
}

/// One partition a file, in memory.
fn mixed_table(
    reader: &DataFrameReader,
    files: &[PathBuf],
    schema: SchemaRef,
) -> Result<DataFrame> {
    let partitions = files.iter().map(|file| {
        let mut lines = MixedLines::new(Arc::clone(&schema));
        each_line(file, |line| lines.add(line))?;
        lines.finish()
    });
    let partitions = partitions.collect::<Result<Vec<_>>>()?;
    reader.session.from_partitions(schema, partitions)
}

fn each_line(path: &Path, mut see: impl FnMut(Map<String, Json>) -> Result<()>) -> Result<()> {
    let io = |error| err::io(path, error);
    let file = std::fs::File::open(path).map_err(io)?;
    let reader: Box<dyn Read> =
        if is_gzip(path) { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    for (index, line) in BufReader::new(reader).lines().enumerate() {
        let line = line.map_err(io)?;
        if line.trim().is_empty() {
            continue;
        }
        let object = serde_json::from_str(&line).map_err(|error| {
            let what = format!("line {}: not a JSON object", index + 1);
            let got = error.to_string();
            let fix = "write one object a line, without an array around them";
            err::format(path, what).got(got).fix(fix).caused_by(error)
        })?;
        see(object)?;
    }
    Ok(())
}
