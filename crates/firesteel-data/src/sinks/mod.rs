// SPDX-License-Identifier: MIT OR Apache-2.0
//! The formats that tables are written to, one file each, and the folder that holds the parts.

mod base64;
mod csv;
mod folder;
mod iso;
mod json;
mod parquet;
mod text;

use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::execution::SendableRecordBatchStream;
use firesteel_core::{Result, names};
use futures::StreamExt as _;

use crate::option_text::SourceOptions;
use crate::side_by_side::side_by_side;
use crate::{DataFrame, DataFrameWriter, sources};

/// One part file while it is written.
pub(crate) trait Part: Send {
    /// Adds rows.
    fn write(&mut self, batch: &RecordBatch) -> Result<()>;

    /// Completes the file.
    fn finish(self: Box<Self>) -> Result<()>;
}

/// A format, with its options looked at.
pub(crate) trait Sink: Send + Sync {
    /// What part files end with.
    fn extension(&self) -> &'static str;

    /// A new part file.
    fn part(&self, path: &Path, schema: &SchemaRef) -> Result<Box<dyn Part>>;
}

type Open = fn(&SourceOptions, &DataFrame) -> Result<Arc<dyn Sink>>;

/// The formats by name.
const FORMATS: &[(&str, Open)] = &[
    // registry: sorted
    ("csv", csv::open),
    ("json", json::open),
    ("parquet", parquet::open),
    ("text", text::open),
    // registry: end
];

/// Writes the table of a writer.
pub(crate) fn save(writer: &DataFrameWriter, format: &str, mode: &str, path: &Path) -> Result<()> {
    let open = names::find("format", &format.to_lowercase(), FORMATS)?;
    let sink = open(&writer.options, &writer.table)?;
    let Some(folder) = folder::Folder::open(path, mode)? else { return Ok(()) };
    write_parts(&writer.table, &sink, folder.path())?;
    folder.complete()
}

/// One file a partition; those without rows are left out, but for the first, which has the columns.
fn write_parts(table: &DataFrame, sink: &Arc<dyn Sink>, folder: &Path) -> Result<()> {
    let (engine, plan) = (Arc::clone(table.session().engine()), table.plan().clone());
    let (schema, sink, folder) = (table.schema(), Arc::clone(sink), folder.to_owned());
    table.session().wait(async move {
        let streams = engine.partitions(plan.clone()).await?.into_iter().enumerate();
        let tasks = streams.map(|(index, stream)| {
            let file = folder.join(format!("part-{index:05}{}", sink.extension()));
            let (sink, schema, plan) = (Arc::clone(&sink), Arc::clone(&schema), plan.clone());
            async move {
                let part = (index == 0).then(|| sink.part(&file, &schema)).transpose()?;
                let explain = |error| sources::explain(&plan, error);
                write_part(stream, part, || sink.part(&file, &schema), explain).await
            }
        });
        side_by_side(tasks).await.map(|_| ())
    })
}

async fn write_part(
    mut rows: SendableRecordBatchStream,
    mut part: Option<Box<dyn Part>>,
    open: impl Fn() -> Result<Box<dyn Part>>,
    explain: impl Fn(datafusion::error::DataFusionError) -> firesteel_core::Error,
) -> Result<()> {
    while let Some(batch) = rows.next().await {
        let batch = batch.map_err(&explain)?;
        if batch.num_rows() > 0 {
            let mut open_part = match part.take() {
                Some(part) => part,
                None => open()?,
            };
            // writing to disk must not hold up a thread of the query
            tokio::task::block_in_place(|| open_part.write(&batch))?;
            part = Some(open_part);
        }
    }
    part.map_or(Ok(()), |part| part.finish())
}
