// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Gathered`: the rows of a result, held back until it is known to be good.

use std::time::Duration;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::exec_err;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use firesteel_core::Error;
use futures::{Stream, StreamExt as _, stream};
use tokio::time::timeout;

/// How many bytes of a result are held back; most results are smaller, and survive a loss to their last row.
const HELD_BYTES: usize = 64 << 20;

/// How long an executor that keeps the rest of a result may stay silent.
const SILENCE: Duration = Duration::from_secs(60);

/// The first rows of a result, and the stream that has the rest if it is large.
pub(crate) struct Gathered {
    batches: Vec<Result<RecordBatch>>,
    rest: Option<SendableRecordBatchStream>,
}

impl Gathered {
    /// Reads a result to its end, or until enough of it is held. The first row comes after the job's success.
    ///
    /// # Errors
    /// Whatever the job met.
    pub(crate) async fn from_stream(mut stream: SendableRecordBatchStream) -> Result<Self> {
        let (mut batches, mut bytes) = (Vec::new(), 0);
        while let Some(batch) = stream.next().await {
            let batch = batch?;
            bytes += batch.get_array_memory_size();
            batches.push(Ok(batch));
            if bytes > HELD_BYTES {
                return Ok(Self { batches, rest: Some(stream) });
            }
        }
        Ok(Self { batches, rest: None })
    }

    /// What a job that failed gives instead of rows.
    pub(crate) fn from_error(error: Error) -> Self {
        Self { batches: vec![Err(DataFusionError::External(Box::new(error)))], rest: None }
    }

    /// Hands all rows on; `of_rest` makes the error for those that came too late to be held.
    pub(crate) fn into_stream(
        self,
        schema: SchemaRef,
        of_rest: impl Fn(DataFusionError) -> DataFusionError + Send + 'static,
    ) -> SendableRecordBatchStream {
        let rest = stream::iter(self.rest).flat_map(|rows| in_time(rows, SILENCE));
        let rest = rest.map(move |batch| batch.map_err(&of_rest));
        let rows = stream::iter(self.batches).chain(rest);
        Box::pin(RecordBatchStreamAdapter::new(schema, rows))
    }
}

/// The batches of a stream; one that does not come in time is an error, and the last.
fn in_time(
    rows: SendableRecordBatchStream,
    patience: Duration,
) -> impl Stream<Item = Result<RecordBatch>> {
    stream::unfold(Some(rows), move |rows| async move {
        let mut rows = rows?;
        match timeout(patience, rows.next()).await {
            Ok(batch) => batch.map(|batch| (batch, Some(rows))),
            Err(_) => Some((exec_err!("no row came within {patience:?}"), None)),
        }
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::datatypes::Schema;

    use super::*;

    #[tokio::test]
    async fn silence_ends_a_stream() {
        let schema = Arc::new(Schema::empty());
        let one = RecordBatch::new_empty(Arc::clone(&schema));
        let rows = stream::iter([Ok(one)]).chain(stream::pending());
        let rows = Box::pin(RecordBatchStreamAdapter::new(schema, rows));
        let rows: Vec<_> = in_time(rows, Duration::from_millis(20)).collect().await;
        assert_eq!(rows.len(), 2);
        assert!(rows[1].as_ref().unwrap_err().to_string().contains("no row came within 20ms"));
    }
}
