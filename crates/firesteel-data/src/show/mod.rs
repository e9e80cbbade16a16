// SPDX-License-Identifier: MIT OR Apache-2.0
//! The text that `show` prints: to the character, the layout of Spark.

mod cell;
mod table;
mod vertical;

use datafusion::arrow::datatypes::Schema;
use datafusion::arrow::record_batch::RecordBatch;
use firesteel_core::Result;

use crate::Value;

/// How `show` lays out a table.
///
/// # Examples
/// ```
/// use firesteel_data::ShowOptions;
///
/// let wide = ShowOptions::new().n(5).truncate(false);
/// let narrow = ShowOptions::new().truncate(8).vertical(true);
/// assert_ne!(wide, narrow);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShowOptions {
    n: usize,
    truncate: usize,
    vertical: bool,
}

impl ShowOptions {
    /// 20 rows, cells cut to 20 characters, one row a line.
    pub fn new() -> Self {
        Self { n: 20, truncate: 20, vertical: false }
    }

    /// How many rows are shown.
    #[must_use]
    pub fn n(mut self, n: usize) -> Self {
        self.n = n;
        self
    }

    /// How many characters of a cell are shown: a number, `true` for 20, `false` for all.
    #[must_use]
    pub fn truncate(mut self, truncate: impl Into<Truncate>) -> Self {
        self.truncate = truncate.into().0;
        self
    }

    /// Whether each cell stands on a line of its own.
    #[must_use]
    pub fn vertical(mut self, vertical: bool) -> Self {
        self.vertical = vertical;
        self
    }

    /// The rows that a query must give: one more than are shown, to know whether there are more.
    pub(crate) fn fetch(&self) -> usize {
        self.n.saturating_add(1)
    }
}

impl Default for ShowOptions {
    fn default() -> Self {
        Self::new()
    }
}

/// How many characters of a cell are shown; 0 stands for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Truncate(usize);

impl From<bool> for Truncate {
    fn from(truncate: bool) -> Self {
        Self(if truncate { 20 } else { 0 })
    }
}

impl From<usize> for Truncate {
    fn from(characters: usize) -> Self {
        Self(characters)
    }
}

impl From<i32> for Truncate {
    fn from(characters: i32) -> Self {
        Self(usize::try_from(characters).unwrap_or(0))
    }
}

/// The text for these rows, of which there may be one more than is shown.
pub(crate) fn render(
    schema: &Schema,
    batches: &[RecordBatch],
    options: ShowOptions,
) -> Result<String> {
    let header: Vec<String> =
        schema.fields().iter().map(|field| cell::escape(field.name())).collect();
    let mut rows = texts(schema, batches, options.truncate)?;
    let more = rows.len() > options.n;
    rows.truncate(options.n);
    let empty = rows.is_empty();
    let mut text = if options.vertical {
        vertical::render(&header, &rows)
    } else {
        table::render(header, rows, options.truncate > 0)
    };
    if options.vertical && empty {
        text += "(0 rows)";
    } else if more {
        let noun = if options.n == 1 { "row" } else { "rows" };
        text += &format!("only showing top {} {noun}", options.n);
    }
    // the line break with which printing ends
    text.push('\n');
    Ok(text)
}

fn texts(schema: &Schema, batches: &[RecordBatch], truncate: usize) -> Result<Vec<Vec<String>>> {
    let mut rows = Vec::new();
    for batch in batches {
        for row in 0..batch.num_rows() {
            let cells = batch.columns().iter().zip(schema.fields()).map(|(column, field)| {
                let text = Value::read(column, row, field)?.to_string();
                Ok(cell::cut(cell::escape(&text), truncate))
            });
            rows.push(cells.collect::<Result<Vec<String>>>()?);
        }
    }
    Ok(rows)
}
