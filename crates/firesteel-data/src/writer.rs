// SPDX-License-Identifier: MIT OR Apache-2.0
//! `DataFrameWriter`: tables to files.

use std::path::Path;

use firesteel_core::Result;

use crate::option_text::SourceOptions;
use crate::{DataFrame, OptionText, sinks};

/// Writes a table to files; made by [`DataFrame::write`].
///
/// A table becomes a folder with one file a partition and an empty file `_SUCCESS`, as in Spark. The files are
/// written into a hidden folder beside it, which takes its place when all of them are complete; until then an
/// existing table stays as it is.
#[derive(Clone, Debug)]
pub struct DataFrameWriter {
    pub(crate) table: DataFrame,
    pub(crate) options: SourceOptions,
    format: String,
    mode: String,
}

impl DataFrame {
    /// Writes the table to files.
    pub fn write(&self) -> DataFrameWriter {
        DataFrameWriter {
            table: self.clone(),
            options: SourceOptions::default(),
            format: "parquet".to_owned(),
            mode: "errorifexists".to_owned(),
        }
    }
}

impl DataFrameWriter {
    /// What happens when there is something already: `errorifexists` (unless said), `overwrite`, `append`, `ignore`.
    #[must_use]
    pub fn mode(mut self, mode: impl Into<String>) -> Self {
        self.mode = mode.into();
        self
    }

    /// The format of the files: `csv`, `json`, `parquet` or `text`; `parquet` unless said.
    #[must_use]
    pub fn format(mut self, format: impl Into<String>) -> Self {
        self.format = format.into();
        self
    }

    /// An option of the format.
    #[must_use]
    pub fn option(mut self, name: impl AsRef<str>, value: impl Into<OptionText>) -> Self {
        self.options.set(name.as_ref(), value);
        self
    }

    /// Several options of the format.
    #[must_use]
    pub fn options(
        mut self,
        options: impl IntoIterator<Item = (impl AsRef<str>, impl Into<OptionText>)>,
    ) -> Self {
        for (name, value) in options {
            self.options.set(name.as_ref(), value);
        }
        self
    }

    /// Writes in the given [`format`](DataFrameWriter::format).
    ///
    /// # Errors
    /// `Io` when the folder exists, or cannot be written; `UnknownName` for an unknown format, mode or option; whatever
    /// the query meets.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        sinks::save(self, &self.format, &self.mode, path.as_ref())
    }

    /// Writes csv files. Options: `header`, `sep` or `delimiter`, `quote`, `escape`, `nullValue`,
    /// `ignoreLeadingWhiteSpace` and `ignoreTrailingWhiteSpace` (true unless said: blanks around values are lost, as
    /// in Spark).
    ///
    /// # Errors
    /// As [`save`](DataFrameWriter::save).
    pub fn csv(&self, path: impl AsRef<Path>) -> Result<()> {
        sinks::save(self, "csv", &self.mode, path.as_ref())
    }

    /// Writes one JSON object a line; fields that are null are left out.
    ///
    /// # Errors
    /// As [`save`](DataFrameWriter::save).
    pub fn json(&self, path: impl AsRef<Path>) -> Result<()> {
        sinks::save(self, "json", &self.mode, path.as_ref())
    }

    /// Writes Parquet files, compressed with Snappy.
    ///
    /// # Errors
    /// As [`save`](DataFrameWriter::save).
    pub fn parquet(&self, path: impl AsRef<Path>) -> Result<()> {
        sinks::save(self, "parquet", &self.mode, path.as_ref())
    }

    /// Writes the one column of the table, which must be of strings, as lines of text.
    ///
    /// # Errors
    /// As [`save`](DataFrameWriter::save); `Schema` for other columns.
    pub fn text(&self, path: impl AsRef<Path>) -> Result<()> {
        sinks::save(self, "text", &self.mode, path.as_ref())
    }
}
