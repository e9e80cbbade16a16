// SPDX-License-Identifier: MIT OR Apache-2.0
//! The first line of a csv file that cannot be read.

use std::path::Path;

use datafusion::common::config::CsvOptions;
use firesteel_core::{Error, err};

use super::csv_lenient::ragged;
use super::csv_options::{CsvRules, Mode};
use super::csv_rows::{CsvRows, text};

/// The error for the first row that has not as many fields as are wanted, or letters that are none.
pub(super) fn first_wrong(file: &Path, options: &CsvOptions, wanted: usize) -> Option<Error> {
    let rules = CsvRules {
        header: options.has_header.unwrap_or(false),
        infer: false,
        separator: options.delimiter,
        quote: options.quote,
        escape: options.escape,
        comment: options.comment,
        null_value: String::new(),
        multi_line: false,
        mode: Mode::FailFast,
        trim_start: false,
        trim_end: false,
    };
    let bytes = text(file).ok()?;
    let row = CsvRows::new(&rules, &bytes).find(|row| row.fields.len() != wanted);
    let row = row.map(|row| ragged(file, row.line, wanted, row.fields.len()));
    row.or_else(|| not_text(file, &bytes))
}

fn not_text(file: &Path, bytes: &[u8]) -> Option<Error> {
    let error = std::str::from_utf8(bytes).err()?;
    let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
    let what = format!("line {line}: the text is not UTF-8");
    Some(err::format(file, what).fix("convert the file to UTF-8").caused_by(error))
}
