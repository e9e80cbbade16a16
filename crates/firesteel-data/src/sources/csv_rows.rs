// SPDX-License-Identifier: MIT OR Apache-2.0
//! `CsvRows`: the rows of one csv file with the lines they start on.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use firesteel_core::{Result, err};
use flate2::read::MultiGzDecoder;

use super::csv_options::CsvRules;

/// How much of a file is read at first for its first row.
const FIRST_BYTES: u64 = 1 << 16;

/// One row: where it starts, and its fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CsvRow {
    pub(super) line: usize,
    pub(super) fields: Vec<String>,
}

/// Splits a text into rows; blank lines and comments are passed over.
#[derive(Debug)]
pub(super) struct CsvRows<'a> {
    rules: &'a CsvRules,
    rest: &'a [u8],
    line: usize,
}

/// The text of a file, unpacked.
pub(super) fn text(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader(path)?.read_to_end(&mut bytes).map_err(|error| err::io(path, error))?;
    Ok(bytes)
}

/// The first row of a file; no more is read than it takes.
pub(super) fn first_row(path: &Path, rules: &CsvRules) -> Result<Option<Vec<String>>> {
    let mut reader = reader(path)?;
    let mut bytes = Vec::new();
    let mut wanted = FIRST_BYTES;
    loop {
        let missing = wanted - bytes.len() as u64;
        let read = reader.by_ref().take(missing).read_to_end(&mut bytes);
        let at_end = (read.map_err(|error| err::io(path, error))? as u64) < missing;
        let mut rows = CsvRows::new(rules, &bytes);
        let first = rows.next();
        // a row is complete when another one begins
        if at_end || (first.is_some() && rows.next().is_some()) {
            return Ok(first.map(|row| row.fields));
        }
        wanted *= 4;
    }
}

fn reader(path: &Path) -> Result<Box<dyn Read>> {
    let file = File::open(path).map_err(|error| err::io(path, error))?;
    Ok(if is_gzip(path) { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) })
}

pub(super) fn is_gzip(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "gz")
}

impl<'a> CsvRows<'a> {
    pub(super) fn new(rules: &'a CsvRules, text: &'a [u8]) -> Self {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        Self { rules, rest: text, line: 1 }
    }

    fn take(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        if *first == b'\n' {
            self.line += 1;
        }
        Some(*first)
    }

    fn skip_line(&mut self) {
        while self.take().is_some_and(|byte| byte != b'\n') {}
    }

    /// Passes over what is no row.
    fn skip(&mut self) {
        loop {
            match self.rest.first() {
                Some(b'\n' | b'\r') => {
                    self.take();
                }
                Some(byte) if Some(*byte) == self.rules.comment => self.skip_line(),
                _ => return,
            }
        }
    }

    /// One field, and whether it ends the row.
    fn field(&mut self) -> (String, bool) {
        let mut bytes = Vec::new();
        if self.rest.first() == Some(&self.rules.quote) {
            self.take();
            self.quoted(&mut bytes);
        }
        let last = loop {
            match self.take() {
                Some(byte) if byte == self.rules.separator => break false,
                None | Some(b'\n') => break true,
                Some(b'\r') if matches!(self.rest.first(), None | Some(b'\n')) => {}
                Some(byte) => bytes.push(byte),
            }
        };
        (String::from_utf8_lossy(&bytes).into_owned(), last)
    }

    /// What stands between quotes.
    fn quoted(&mut self, bytes: &mut Vec<u8>) {
        while let Some(byte) = self.take() {
            if Some(byte) == self.rules.escape {
                bytes.extend(self.take());
            } else if byte != self.rules.quote {
                bytes.push(byte);
            } else if self.rest.first() == Some(&self.rules.quote) {
                bytes.extend(self.take());
            } else {
                return;
            }
        }
    }
}

impl Iterator for CsvRows<'_> {
    type Item = CsvRow;

    fn next(&mut self) -> Option<CsvRow> {
        self.skip();
        if self.rest.is_empty() {
            return None;
        }
        let line = self.line;
        let mut fields = Vec::new();
        loop {
            let (field, last) = self.field();
            fields.push(field);
            if last {
                return Some(CsvRow { line, fields });
            }
        }
    }
}
