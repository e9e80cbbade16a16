// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Batches`: the rows of a running query, batch by batch.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::LogicalPlan;
use firesteel_core::Result;
use futures::{FutureExt as _, StreamExt as _};
use tokio::task::AbortHandle;

use crate::runtime::panicked;
use crate::{Session, sources};

/// Batches that may wait for the reader; the query pauses when there are more.
const AHEAD: usize = 2;

/// The rows of a running query, batch by batch; dropping it stops the query.
pub struct Batches {
    schema: SchemaRef,
    receiver: Receiver<Result<RecordBatch>>,
    query: AbortHandle,
    // keeps the threads alive that the query runs on
    _session: Session,
}

impl Batches {
    pub(crate) fn start(session: &Session, plan: LogicalPlan) -> Result<Self> {
        let engine = Arc::clone(session.engine());
        let asked = plan.clone();
        let stream = session.wait(async move { engine.stream(asked).await })?;
        Self::of_stream(session, stream, plan)
    }

    /// The partitions of a query, each on its own, so that they can be read in an order that is always the same.
    pub(crate) fn start_partitions(session: &Session, plan: &LogicalPlan) -> Result<Vec<Self>> {
        let engine = Arc::clone(session.engine());
        let asked = plan.clone();
        let streams = session.wait(async move { engine.partitions(asked).await })?;
        streams.into_iter().map(|rows| Self::of_stream(session, rows, plan.clone())).collect()
    }

    fn of_stream(
        session: &Session,
        stream: SendableRecordBatchStream,
        plan: LogicalPlan,
    ) -> Result<Self> {
        let schema = stream.schema();
        let (sender, receiver) = sync_channel(AHEAD);
        let query = session.runtime().handle()?.spawn(async move {
            let reading = AssertUnwindSafe(hand_over(stream, &plan, &sender)).catch_unwind();
            if let Err(panic) = reading.await {
                // the end of the channel alone would look like the end of the rows
                send(&sender, Err(panicked(panic.as_ref())));
            }
        });
        Ok(Self { schema, receiver, query: query.abort_handle(), _session: session.clone() })
    }

    /// The names and types of the columns.
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

/// Hands batches to the reader up to the first error, or until nobody reads them any more.
async fn hand_over(
    mut stream: SendableRecordBatchStream,
    plan: &LogicalPlan,
    reader: &SyncSender<Result<RecordBatch>>,
) {
    while let Some(batch) = stream.next().await {
        let batch = batch.map_err(|error| sources::explain(plan, error));
        let failed = batch.is_err();
        if !send(reader, batch) || failed {
            break;
        }
    }
}

/// Whether somebody still reads. A full channel blocks, which must not hold up a thread of the query.
fn send(reader: &SyncSender<Result<RecordBatch>>, batch: Result<RecordBatch>) -> bool {
    tokio::task::block_in_place(|| reader.send(batch).is_ok())
}

impl Iterator for Batches {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        self.receiver.recv().ok()
    }
}

impl Drop for Batches {
    fn drop(&mut self) {
        self.query.abort();
    }
}

impl fmt::Debug for Batches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batches").field("schema", &self.schema).finish_non_exhaustive()
    }
}
