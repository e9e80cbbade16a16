// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Batches`: the rows of a running query, batch by batch.

use std::fmt;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::LogicalPlan;
use firesteel_core::Result;
use futures::StreamExt as _;
use tokio::task::AbortHandle;

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
        mut stream: SendableRecordBatchStream,
        plan: LogicalPlan,
    ) -> Result<Self> {
        let schema = stream.schema();
        let (sender, receiver) = sync_channel(AHEAD);
        let query = session.runtime().handle()?.spawn(async move {
            while let Some(batch) = stream.next().await {
                let batch = batch.map_err(|error| sources::explain(&plan, error));
                let (failed, sender) = (batch.is_err(), sender.clone());
                // a full channel blocks, which must not hold up a thread of the query
                let sent = tokio::task::block_in_place(move || sender.send(batch));
                if failed || sent.is_err() {
                    break;
                }
            }
        });
        Ok(Self { schema, receiver, query: query.abort_handle(), _session: session.clone() })
    }

    /// The names and types of the columns.
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
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
