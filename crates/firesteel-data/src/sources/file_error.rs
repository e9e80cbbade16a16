// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which file, and which line of it, a failed scan could not read.
//!
//! The engine's errors name no file, and its lines are counted from the start of a piece. So when a scan fails, its
//! files are read once more for the place.

use std::any::Any;
use std::path::PathBuf;

use datafusion::catalog::TableProvider as _;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::file_format::csv::CsvFormat;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::ListingTable;
use datafusion::datasource::source_as_provider;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::LogicalPlan;
use firesteel_core::Error;

use super::csv_error;
use crate::{failure, parquet_file};

/// What errors of scans have in their texts.
const OF_SCANS: &[&str] = &["incorrect number of fields", "Csv error", "Parquet error", "Parquet("];

/// The error of a plan that failed while it ran, with the file where one is to blame.
pub(crate) fn explain(plan: &LogicalPlan, error: DataFusionError) -> Error {
    match file_of(plan, &error) {
        Some(place) => place.caused_by(error),
        None => failure::of_run(error),
    }
}

/// The same for one that failed before it ran.
pub(crate) fn explain_planning(plan: &LogicalPlan, error: DataFusionError) -> Error {
    match file_of(plan, &error) {
        Some(place) => place.caused_by(error),
        None => failure::of_planning(error),
    }
}

fn file_of(plan: &LogicalPlan, error: &DataFusionError) -> Option<Error> {
    let text = error.to_string();
    if !OF_SCANS.iter().any(|part| text.contains(part)) {
        return None;
    }
    let mut found = None;
    // the closure never fails
    let _ = plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node
            && let Ok(provider) = source_as_provider(&scan.source)
            && let Some(table) = (provider.as_ref() as &dyn Any).downcast_ref::<ListingTable>()
            && let Some(wrong) = first_wrong(table)
        {
            found = Some(wrong);
            return Ok(TreeNodeRecursion::Stop);
        }
        Ok(TreeNodeRecursion::Continue)
    });
    found
}

fn first_wrong(table: &ListingTable) -> Option<Error> {
    let paths = table.table_paths().iter();
    let mut files = paths.map(|path| PathBuf::from(format!("/{}", path.prefix())));
    let format = table.options().format.as_ref() as &dyn Any;
    if format.is::<ParquetFormat>() {
        return files.find_map(|file| parquet_file::check(file).err());
    }
    let csv = format.downcast_ref::<CsvFormat>()?;
    let wanted = table.schema().fields().len();
    files.find_map(|file| csv_error::first_wrong(&file, csv.options(), wanted))
}
