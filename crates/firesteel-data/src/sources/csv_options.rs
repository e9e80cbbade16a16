// SPDX-License-Identifier: MIT OR Apache-2.0
//! `CsvRules`: how csv files are read, from the reader's options.

use datafusion::common::config::CsvOptions;
use datafusion::common::parsers::CompressionTypeVariant;
use firesteel_core::{Result, names};

use crate::option_text::SourceOptions;

const KNOWN: &[&str] = &[
    "header",
    "inferSchema",
    "sep",
    "delimiter",
    "quote",
    "escape",
    "comment",
    "nullValue",
    "multiLine",
    "mode",
    "ignoreLeadingWhiteSpace",
    "ignoreTrailingWhiteSpace",
];

/// What happens to a row that does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    FailFast,
    Permissive,
    DropMalformed,
}

const MODES: &[(&str, Mode)] = &[
    ("FAILFAST", Mode::FailFast),
    ("PERMISSIVE", Mode::Permissive),
    ("DROPMALFORMED", Mode::DropMalformed),
];

/// How csv files are read.
#[derive(Clone, Debug)]
pub(super) struct CsvRules {
    pub(super) header: bool,
    pub(super) infer: bool,
    pub(super) separator: u8,
    pub(super) quote: u8,
    pub(super) escape: Option<u8>,
    pub(super) comment: Option<u8>,
    pub(super) null_value: String,
    pub(super) multi_line: bool,
    pub(super) mode: Mode,
    pub(super) trim_start: bool,
    pub(super) trim_end: bool,
}

impl CsvRules {
    pub(super) fn new(options: &SourceOptions) -> Result<Self> {
        options.check("csv", KNOWN)?;
        let mode = options.text("mode").unwrap_or("FAILFAST").to_uppercase();
        let separator = options.byte("sep")?.or(options.byte("delimiter")?);
        let escape = match options.text("escape") {
            None => Some(b'\\'),
            Some(_) => options.byte("escape")?,
        };
        let quote = options.byte("quote")?.unwrap_or(b'"');
        Ok(Self {
            header: options.flag("header", false)?,
            infer: options.flag("inferSchema", false)?,
            separator: separator.unwrap_or(b','),
            quote,
            // two quotes stand for one anyway
            escape: escape.filter(|escape| *escape != quote),
            comment: options.byte("comment")?,
            null_value: options.text("nullValue").unwrap_or_default().to_owned(),
            multi_line: options.flag("multiLine", false)?,
            mode: *names::find("mode", &mode, MODES)?,
            trim_start: options.flag("ignoreLeadingWhiteSpace", false)?,
            trim_end: options.flag("ignoreTrailingWhiteSpace", false)?,
        })
    }

    /// The rules as the engine's reader takes them.
    pub(super) fn engine(&self, compression: CompressionTypeVariant) -> CsvOptions {
        CsvOptions {
            has_header: Some(self.header),
            delimiter: self.separator,
            quote: self.quote,
            escape: self.escape,
            comment: self.comment,
            newlines_in_values: Some(self.multi_line),
            compression,
            ..CsvOptions::default()
        }
    }

    /// Whether the engine's own reader can follow the rules.
    pub(super) fn is_plain(&self) -> bool {
        self.mode == Mode::FailFast && !self.trim_start && !self.trim_end
    }

    /// A field as the rules want it: trimmed, and null where nothing stands.
    pub(super) fn value<'a>(&self, field: &'a str) -> Option<&'a str> {
        let field = if self.trim_start { field.trim_start() } else { field };
        let field = if self.trim_end { field.trim_end() } else { field };
        (!field.is_empty() && field != self.null_value).then_some(field)
    }
}
