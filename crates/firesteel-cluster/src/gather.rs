// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Gathered`: the rows of a result, held back until it is known to be good.

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::{StreamExt as _, stream};

/// How many bytes of a result are held back; most results are smaller, and survive a loss to their last row.
const HELD_BYTES: usize = 64 << 20;

/// The first rows of a result, and the stream that has the rest if it is large.
pub(crate) struct Gathered {
    batches: Vec<RecordBatch>,
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
            batches.push(batch);
            if bytes > HELD_BYTES {
                return Ok(Self { batches, rest: Some(stream) });
            }
        }
        Ok(Self { batches, rest: None })
    }

    /// Hands all rows on; `of_rest` makes the error for those that came too late to be held.
    pub(crate) fn into_stream(
        self,
        schema: SchemaRef,
        of_rest: impl Fn(DataFusionError) -> DataFusionError + Send + 'static,
    ) -> SendableRecordBatchStream {
        let rest = stream::iter(self.rest).flatten().map(move |batch| batch.map_err(&of_rest));
        let rows = stream::iter(self.batches).map(Ok).chain(rest);
        Box::pin(RecordBatchStreamAdapter::new(schema, rows))
    }
}
