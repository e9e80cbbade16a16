// SPDX-License-Identifier: MIT OR Apache-2.0
//! Csv files read row by row, where rows that do not fit are mended or dropped, or blanks are cut off.

use std::path::PathBuf;
use std::sync::Arc;

use datafusion::arrow::array::{Array as _, ArrayRef, BooleanArray, RecordBatch, StringArray};
use datafusion::arrow::compute::{CastOptions, cast_with_options, filter_record_batch};
use datafusion::arrow::datatypes::SchemaRef;
use firesteel_core::{Result, err};

use super::csv_options::{CsvRules, Mode};
use super::csv_rows::{CsvRows, text};
use crate::{DataFrame, Session};

/// Rows to a record batch.
const BATCH_ROWS: usize = 8192;

/// The table in these files, held in memory.
pub(super) fn table(
    session: &Session,
    files: &[PathBuf],
    rules: &CsvRules,
    schema: SchemaRef,
) -> Result<DataFrame> {
    let mut batches = Vec::new();
    for file in files {
        let bytes = text(file)?;
        let mut rows: Vec<Vec<String>> = Vec::new();
        let wanted = schema.fields().len();
        for row in CsvRows::new(rules, &bytes).skip(usize::from(rules.header)) {
            match (rules.mode, row.fields.len() == wanted) {
                (Mode::FailFast, false) => {
                    return Err(ragged(file, row.line, wanted, row.fields.len()));
                }
                (Mode::DropMalformed, false) => {}
                _ => rows.push(row.fields),
            }
        }
        for rows in rows.chunks(BATCH_ROWS) {
            batches.push(batch(rows, rules, &schema)?);
        }
    }
    session.from_partitions(schema, vec![batches])
}

/// The error for a row of another width.
pub(super) fn ragged(
    file: &std::path::Path,
    line: usize,
    expected: usize,
    got: usize,
) -> firesteel_core::Error {
    err::format(file, format!("line {line}: the row does not fit the table"))
        .expected(format!("{expected} fields"))
        .got(got)
        .fix("mend the file, or set option `mode` to `PERMISSIVE` or `DROPMALFORMED`")
}

fn batch(rows: &[Vec<String>], rules: &CsvRules, schema: &SchemaRef) -> Result<RecordBatch> {
    let wrong = |error| err::engine("csv", error);
    let mut sound = vec![true; rows.len()];
    let mut columns: Vec<ArrayRef> = Vec::new();
    for (index, field) in schema.fields().iter().enumerate() {
        let value = |row: &Vec<String>| {
            row.get(index).and_then(|text| rules.value(text)).map(str::to_owned)
        };
        let texts: ArrayRef = Arc::new(rows.iter().map(value).collect::<StringArray>());
        let options = CastOptions { safe: rules.mode != Mode::FailFast, ..CastOptions::default() };
        let column = cast_with_options(&texts, field.data_type(), &options).map_err(wrong)?;
        let broken = |row: &usize| column.is_null(*row) && !texts.is_null(*row);
        (0..rows.len()).filter(broken).for_each(|row| sound[row] = false);
        columns.push(column);
    }
    let batch = RecordBatch::try_new(Arc::clone(schema), columns).map_err(wrong)?;
    match rules.mode {
        Mode::DropMalformed => {
            filter_record_batch(&batch, &BooleanArray::from(sound)).map_err(wrong)
        }
        _ => Ok(batch),
    }
}
