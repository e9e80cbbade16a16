// SPDX-License-Identifier: MIT OR Apache-2.0
//! The `csv` format.

use std::path::PathBuf;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use datafusion::common::Column;
use datafusion::common::parsers::CompressionTypeVariant;
use datafusion::datasource::file_format::csv::CsvFormat;
use datafusion::functions::core::expr_fn::nullif;
use datafusion::logical_expr::{Expr, cast, lit};
use firesteel_core::{IndexMap, Result};

use super::csv_infer::Guesses;
use super::csv_options::CsvRules;
use super::csv_rows::{first_row, is_gzip};
use super::nullable::nullable;
use super::{csv_lenient, listing};
use crate::project::project;
use crate::{DataFrame, DataFrameReader, Session};

pub(super) fn load(reader: &DataFrameReader, files: &[PathBuf]) -> Result<DataFrame> {
    let rules = CsvRules::new(&reader.options)?;
    if let Some(schema) = reader.given_schema()? {
        return table(&reader.session, files, &rules, nullable(&schema));
    }
    let strings = Arc::new(header(files, &rules)?);
    let table_of_strings = table(&reader.session, files, &rules, Arc::clone(&strings))?;
    if !rules.infer || strings.fields().is_empty() {
        return Ok(table_of_strings);
    }
    let mut guesses = Guesses::new(strings.fields().len());
    for batch in table_of_strings.to_batches()? {
        guesses.see(&batch?);
    }
    table(&reader.session, files, &rules, Arc::new(guesses.schema(&strings)))
}

/// The table in which the text that stands for null is null; the engine's reader knows none but the empty one.
fn without_null_text(strings: &DataFrame, rules: &CsvRules, schema: &Schema) -> Result<DataFrame> {
    let columns = strings.plan().schema().iter().zip(schema.fields());
    let columns = columns.map(|(found, field)| {
        let text = Expr::Column(Column::from(found));
        let value = nullif(text, lit(rules.null_value.as_str()));
        let typed = match field.data_type() {
            DataType::Utf8 => value,
            other => cast(value, other.clone()),
        };
        (typed, field.name().clone())
    });
    let plan = project(strings.plan().clone(), columns.collect())?;
    Ok(DataFrame::from_plan(strings.session(), plan))
}

fn table(
    session: &Session,
    files: &[PathBuf],
    rules: &CsvRules,
    schema: SchemaRef,
) -> Result<DataFrame> {
    if rules.null_value.is_empty() || !rules.is_plain() || schema.fields().is_empty() {
        return typed(session, files, rules, schema);
    }
    let text = |field: &FieldRef| Field::new(field.name(), DataType::Utf8, true);
    let strings = Schema::new(schema.fields().iter().map(text).collect::<Vec<_>>());
    without_null_text(&typed(session, files, rules, Arc::new(strings))?, rules, &schema)
}

/// The table with its columns read as what they are.
fn typed(
    session: &Session,
    files: &[PathBuf],
    rules: &CsvRules,
    schema: SchemaRef,
) -> Result<DataFrame> {
    if schema.fields().is_empty() {
        return session.from_partitions(schema, Vec::new());
    }
    let packed = files.iter().filter(|file| is_gzip(file)).count();
    // the engine reads files that are all packed, or all plain
    if !rules.is_plain() || (packed > 0 && packed < files.len()) {
        return csv_lenient::table(session, files, rules, schema);
    }
    let compression = match packed {
        0 => CompressionTypeVariant::UNCOMPRESSED,
        _ => CompressionTypeVariant::GZIP,
    };
    let format = CsvFormat::default().with_options(rules.engine(compression));
    let format = format.with_file_compression_type(compression.into());
    listing::table(session, files, Arc::new(format), Some(schema))
}

/// The columns that the first row of the first file with one names, or counts; all of them strings.
fn header(files: &[PathBuf], rules: &CsvRules) -> Result<Schema> {
    for file in files {
        if let Some(fields) = first_row(file, rules)? {
            let names =
                if rules.header { safe_names(&fields, rules) } else { numbered(fields.len()) };
            let fields = names.into_iter().map(|name| Field::new(name, DataType::Utf8, true));
            return Ok(Schema::new(fields.collect::<Vec<_>>()));
        }
    }
    Ok(Schema::empty())
}

fn numbered(n_columns: usize) -> Vec<String> {
    (0..n_columns).map(|index| format!("_c{index}")).collect()
}

/// An empty name becomes `_c` and its place; names that occur twice get their place behind them.
fn safe_names(fields: &[String], rules: &CsvRules) -> Vec<String> {
    let named: Vec<Option<&str>> = fields.iter().map(|field| rules.value(field)).collect();
    let mut count: IndexMap<String, usize> = IndexMap::new();
    for name in named.iter().flatten() {
        *count.entry(name.to_lowercase()).or_default() += 1;
    }
    let safe = |(index, name): (usize, &Option<&str>)| match name {
        None => format!("_c{index}"),
        Some(name) if count.get(&name.to_lowercase()) > Some(&1) => format!("{name}{index}"),
        Some(name) => (*name).to_owned(),
    };
    named.iter().enumerate().map(safe).collect()
}
