// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tables in memory, as Arrow streams, one a partition.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::arrow::ipc::reader::StreamReader;
use datafusion::arrow::ipc::writer::StreamWriter;
use datafusion::catalog::TableProvider;
use datafusion::datasource::MemTable;
use datafusion::error::Result;

use super::damaged;
use super::fused::{read_block, write_block};

const MARK: &[u8] = b"firesteel table 1\n";

/// Writes a table; one that is being changed at this moment is refused.
pub(super) fn write(table: &MemTable, out: &mut Vec<u8>) -> Result<()> {
    let schema = table.schema();
    out.extend(MARK);
    for partition in &table.batches {
        let busy = |_| datafusion::common::exec_datafusion_err!("the table is being written to");
        let batches = partition.try_read().map_err(busy)?;
        write_block(out, &write_batches(&schema, &batches)?);
    }
    Ok(())
}

/// The table that the bytes hold, or `None` when they are not ours.
pub(super) fn read(bytes: &[u8], schema: &SchemaRef) -> Option<Result<Arc<dyn TableProvider>>> {
    let mut rest = bytes.strip_prefix(MARK)?;
    let mut read = || -> Result<Arc<dyn TableProvider>> {
        let mut partitions = Vec::new();
        while !rest.is_empty() {
            let block = read_block(&mut rest).ok_or_else(|| damaged("a table"))?;
            partitions.push(read_batches(block)?.1);
        }
        Ok(Arc::new(MemTable::try_new(Arc::clone(schema), partitions)?))
    };
    Some(read())
}

pub(super) fn write_batches(schema: &Schema, batches: &[RecordBatch]) -> Result<Vec<u8>> {
    let mut writer = StreamWriter::try_new(Vec::new(), schema)?;
    batches.iter().try_for_each(|batch| writer.write(batch))?;
    Ok(writer.into_inner()?)
}

pub(super) fn read_batches(bytes: &[u8]) -> Result<(SchemaRef, Vec<RecordBatch>)> {
    let reader = StreamReader::try_new(bytes, None)?;
    let schema = reader.schema();
    Ok((schema, reader.collect::<Result<_, _>>()?))
}
