// SPDX-License-Identifier: MIT OR Apache-2.0
//! `DataFrameReader`: tables from files.

use std::sync::Arc;

use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};
use firesteel_core::{Result, err};

use crate::option_text::SourceOptions;
use crate::{DataFrame, OptionText, Paths, Session, sources, type_name};

/// Reads tables from files; made by [`Session::read`].
///
/// Options are set by name before the path is given, as in Spark: `spark.read().option("header", true).csv("a.csv")`.
/// An option that the format does not know is an error.
#[derive(Clone, Debug)]
pub struct DataFrameReader {
    pub(crate) session: Session,
    pub(crate) options: SourceOptions,
    format: String,
    schema: Option<TableSchema>,
}

/// The columns of a table: a text such as `"a int, b double"`, fields, or an Arrow schema.
#[derive(Clone, Debug)]
pub enum TableSchema {
    /// A text with a name and a type for each column.
    Text(String),
    /// The columns themselves.
    Fields(SchemaRef),
}

impl From<&str> for TableSchema {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for TableSchema {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<SchemaRef> for TableSchema {
    fn from(schema: SchemaRef) -> Self {
        Self::Fields(schema)
    }
}

impl From<Schema> for TableSchema {
    fn from(schema: Schema) -> Self {
        Self::Fields(Arc::new(schema))
    }
}

impl From<Vec<Field>> for TableSchema {
    fn from(fields: Vec<Field>) -> Self {
        Self::Fields(Arc::new(Schema::new(fields)))
    }
}

impl DataFrameReader {
    pub(crate) fn new(session: &Session) -> Self {
        Self {
            session: session.clone(),
            options: SourceOptions::default(),
            format: "parquet".to_owned(),
            schema: None,
        }
    }

    /// The format of the files: `csv`, `json`, `libsvm`, `parquet` or `text`; `parquet` unless said.
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
        self.options.set_all(options);
        self
    }

    /// The columns, where the files do not tell them or are not to be asked.
    #[must_use]
    pub fn schema(mut self, schema: impl Into<TableSchema>) -> Self {
        self.schema = Some(schema.into());
        self
    }

    /// The table in files of the given [`format`](DataFrameReader::format): a path, a pattern or several of them.
    ///
    /// # Errors
    /// `Io` for a path where there is nothing, `UnknownName` for an unknown format or option, `Format` for a damaged file.
    pub fn load(&self, paths: impl Into<Paths>) -> Result<DataFrame> {
        sources::load(self, &self.format, &paths.into().files()?)
    }

    /// The table in csv files. Without options: no header, columns `_c0`, `_c1`, .., all of them strings.
    ///
    /// Options: `header`, `inferSchema`, `sep` or `delimiter`, `quote`, `escape`, `comment`, `nullValue`, `multiLine`,
    /// `ignoreLeadingWhiteSpace`, `ignoreTrailingWhiteSpace`, and `mode`: `FAILFAST` (an error for a row that does not
    /// fit), `PERMISSIVE` (nulls for what is missing), `DROPMALFORMED`.
    ///
    /// # Differences from Spark
    /// `mode` is `FAILFAST` unless said. The other modes hold the files in memory. Two quotes inside a quoted
    /// field stand for one.
    ///
    /// # Errors
    /// As [`load`](DataFrameReader::load).
    pub fn csv(&self, paths: impl Into<Paths>) -> Result<DataFrame> {
        sources::load(self, "csv", &paths.into().files()?)
    }

    /// The table in files with one JSON object a line.
    ///
    /// A field that is a text in some lines and something else in others is a text, as in Spark; such files are held
    /// in memory.
    ///
    /// # Differences from Spark
    /// Objects and lists that become texts lose the blanks between their parts.
    ///
    /// # Errors
    /// As [`load`](DataFrameReader::load).
    pub fn json(&self, paths: impl Into<Paths>) -> Result<DataFrame> {
        sources::load(self, "json", &paths.into().files()?)
    }

    /// The table in Parquet files.
    ///
    /// # Errors
    /// As [`load`](DataFrameReader::load).
    pub fn parquet(&self, paths: impl Into<Paths>) -> Result<DataFrame> {
        sources::load(self, "parquet", &paths.into().files()?)
    }

    /// The lines of text files, in column `value`.
    ///
    /// # Errors
    /// As [`load`](DataFrameReader::load).
    pub fn text(&self, paths: impl Into<Paths>) -> Result<DataFrame> {
        sources::load(self, "text", &paths.into().files()?)
    }

    /// The view or table of this name.
    ///
    /// # Errors
    /// `Schema` when there is none.
    pub fn table(&self, name: &str) -> Result<DataFrame> {
        self.session.table(name)
    }

    /// The columns that the user gave.
    pub(crate) fn given_schema(&self) -> Result<Option<SchemaRef>> {
        match &self.schema {
            None => Ok(None),
            Some(TableSchema::Fields(schema)) => Ok(Some(Arc::clone(schema))),
            Some(TableSchema::Text(text)) => {
                Ok(Some(Arc::new(Schema::new(type_name::parse_fields(text)?))))
            }
        }
    }

    /// Refuses a schema for a format that brings its own.
    pub(crate) fn no_schema(&self, format: &str) -> Result<()> {
        match self.schema {
            Some(_) => Err(err::unsupported(format!("a schema for format `{format}`"))),
            None => Ok(()),
        }
    }
}
