// SPDX-License-Identifier: MIT OR Apache-2.0
//! `firesteel sql`: a query on files.

use clap::{Args, ValueEnum};
use firesteel::data::datafusion::arrow::csv::Writer as CsvWriter;
use firesteel::data::datafusion::arrow::json::LineDelimitedWriter;
use firesteel::data::datafusion::arrow::record_batch::RecordBatch;
use firesteel::err;
use firesteel::prelude::*;

use super::{ClusterArgs, TableArgs};
use crate::output;

#[derive(Debug, Args)]
pub(crate) struct Sql {
    /// The query
    query: String,
    /// A file as a table: `cities=cities.csv`; repeat it for more
    #[arg(long, value_name = "NAME=FILE", value_parser = named_file)]
    table: Vec<(String, String)>,
    #[command(flatten)]
    tables: TableArgs,
    /// How the rows are printed: the first 20 as a table, or all of them
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    #[command(flatten)]
    cluster: ClusterArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// A table of the first 20 rows
    Table,
    /// One JSON object a line
    Json,
    /// Comma-separated values with a header
    Csv,
}

fn named_file(text: &str) -> std::result::Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, path)) if !name.is_empty() && !path.is_empty() => {
            Ok((name.to_owned(), path.to_owned()))
        }
        _ => Err("expected NAME=FILE, as in `cities=cities.csv`".to_owned()),
    }
}

impl Sql {
    pub(crate) fn run(self) -> Result<()> {
        self.check_names()?;
        let spark = self.cluster.session("firesteel sql")?;
        for (name, path) in &self.table {
            self.tables.read(&spark, path)?.create_or_replace_temp_view(name)?;
        }
        let table = spark.sql(&self.query)?;
        match self.format {
            Format::Table => table.show(),
            Format::Json => each_batch(&table, |batch| {
                let mut writer = LineDelimitedWriter::new(Vec::new());
                writer.write(batch).map_err(unwritable)?;
                writer.finish().map_err(unwritable)?;
                Ok(writer.into_inner())
            }),
            Format::Csv => {
                let mut header = true;
                each_batch(&table, |batch| {
                    let mut text = Vec::new();
                    let builder = firesteel::data::datafusion::arrow::csv::WriterBuilder::new();
                    let mut writer: CsvWriter<_> =
                        builder.with_header(std::mem::take(&mut header)).build(&mut text);
                    writer.write(batch).map_err(unwritable)?;
                    drop(writer);
                    Ok(text)
                })
            }
        }
    }

    /// Refuses a name for two files, of which a query would see the last alone.
    fn check_names(&self) -> Result<()> {
        for (place, (name, _)) in self.table.iter().enumerate() {
            let taken = |other: &str| other.to_lowercase() == name.to_lowercase();
            if self.table[..place].iter().any(|(other, _)| taken(other)) {
                return Err(err::invalid_argument("sql", "--table")
                    .expected("a name of its own for each file")
                    .got(format!("`{name}` twice")));
            }
        }
        Ok(())
    }
}

/// Prints batch by batch, so that a large result is not gathered here first; the query itself may hold rows, as joins
/// and groups do. At the end comes a batch without rows, for the header of a table that has none.
fn each_batch(
    table: &DataFrame,
    mut text: impl FnMut(&RecordBatch) -> Result<Vec<u8>>,
) -> Result<()> {
    let batches = table.to_batches()?;
    let last = RecordBatch::new_empty(batches.schema());
    for batch in batches.chain([Ok(last)]) {
        output::print(&String::from_utf8_lossy(&text(&batch?)?))?;
    }
    Ok(())
}

fn unwritable(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    err::engine("the rows cannot be written in this format", error)
}
