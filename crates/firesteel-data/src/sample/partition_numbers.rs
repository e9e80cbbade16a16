// SPDX-License-Identifier: MIT OR Apache-2.0
//! A table in which each partition finds its own number.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray as _, Int64Array, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Field, Int64Type, Schema};
use datafusion::common::{Result, internal_err};
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::ExecutionPlan;
use futures::StreamExt as _;

/// The table: one row a partition.
pub(super) fn table(partitions: usize) -> Result<Arc<dyn ExecutionPlan>> {
    let schema = Arc::new(Schema::new(vec![Field::new("partition", DataType::Int64, false)]));
    let partition = |number: usize| -> Result<Vec<RecordBatch>> {
        let column: ArrayRef = Arc::new(Int64Array::from(vec![number as i64]));
        Ok(vec![RecordBatch::try_new(Arc::clone(&schema), vec![column])?])
    };
    let rows = (0..partitions).map(partition).collect::<Result<Vec<_>>>()?;
    Ok(MemorySourceConfig::try_new_exec(&rows, schema, None)?)
}

/// What the one row of a partition says.
pub(super) async fn read(mut rows: SendableRecordBatchStream) -> Result<i64> {
    let row = rows.next().await.transpose()?.filter(|row| row.num_rows() == 1);
    match row.and_then(|row| Some(row.column(0).as_primitive_opt::<Int64Type>()?.value(0))) {
        Some(number) => Ok(number),
        None => internal_err!("a partition of a sample has no number"),
    }
}
