// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which line of which file a failed csv scan could not read.
//!
//! The engine reads files in pieces and counts lines from the start of a piece. So when a scan of csv files
//! fails, the files are read once more, from the start, for the place.

use std::ops::ControlFlow;
use std::path::PathBuf;

use datafusion::common::tree_node::{TreeNode as _, TreeNodeRecursion};
use datafusion::datasource::file_format::csv::CsvFormat;
use datafusion::datasource::listing::ListingTable;
use datafusion::datasource::source_as_provider;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::LogicalPlan;
use firesteel_core::Error;

use super::csv_lenient::ragged;
use super::csv_options::{CsvRules, Mode};
use super::csv_rows::{CsvRows, text};
use crate::failure;

/// The error of a plan that failed while it ran, with file and line where a csv row is to blame.
pub(crate) fn explain(plan: &LogicalPlan, error: DataFusionError) -> Error {
    let text = error.to_string();
    if !text.contains("incorrect number of fields") && !text.contains("Csv error") {
        return failure::of_run(error);
    }
    let mut found = None;
    // the closure never fails
    let _ = plan.apply(|node| {
        if let LogicalPlan::TableScan(scan) = node
            && let Ok(provider) = source_as_provider(&scan.source)
            && let Some(table) = (provider.as_ref() as &dyn std::any::Any).downcast_ref()
            && let ControlFlow::Break(ragged) = first_ragged(table)
        {
            found = Some(ragged);
            return Ok(TreeNodeRecursion::Stop);
        }
        Ok(TreeNodeRecursion::Continue)
    });
    match found {
        Some(place) => place.caused_by(error),
        None => failure::of_run(error),
    }
}

fn first_ragged(table: &ListingTable) -> ControlFlow<Error> {
    let format = table.options().format.as_ref() as &dyn std::any::Any;
    let Some(format) = format.downcast_ref::<CsvFormat>() else { return ControlFlow::Continue(()) };
    let options = format.options();
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
    let wanted = datafusion::catalog::TableProvider::schema(table).fields().len();
    for path in table.table_paths() {
        let file = PathBuf::from(format!("/{}", path.prefix()));
        let Ok(bytes) = text(&file) else { continue };
        let found = CsvRows::new(&rules, &bytes).find(|row| row.fields.len() != wanted);
        if let Some(row) = found {
            return ControlFlow::Break(ragged(&file, row.line, wanted, row.fields.len()));
        }
    }
    ControlFlow::Continue(())
}
