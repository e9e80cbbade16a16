// SPDX-License-Identifier: MIT OR Apache-2.0
//! Relations in memory, the only leaves of RDD plans: any engine may cut them into partitions as it likes.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::datasource::{MemTable, provider_as_source};
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use firesteel_core::Result;

use crate::failure;

/// A plan that gives these batches, one list a partition.
pub(crate) fn relation(
    name: &str,
    schema: SchemaRef,
    mut partitions: Vec<Vec<RecordBatch>>,
) -> Result<LogicalPlan> {
    if partitions.is_empty() {
        partitions.push(Vec::new());
    }
    let scan = MemTable::try_new(schema, partitions).and_then(|table| {
        LogicalPlanBuilder::scan(name, provider_as_source(Arc::new(table)), None)?.build()
    });
    scan.map_err(failure::of_planning)
}
