// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Gathered`: the rows of a result, held back until it is known to be good.

use std::time::Duration;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::exec_datafusion_err;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use firesteel_core::Error;
use futures::{Stream, StreamExt as _, stream};
use tokio::time::{Instant, timeout};

/// How many bytes of a result are held back; most results are smaller, and survive a loss to their last row.
const HELD_BYTES: usize = 64 << 20;

/// How long an executor that keeps the rest of a result may stay silent.
const SILENCE: Duration = Duration::from_secs(60);

/// The first rows of a result, and the stream that has the rest if it is large.
pub(crate) struct Gathered {
    batches: Vec<Result<RecordBatch>>,
    rest: Option<SendableRecordBatchStream>,
}

/// Why the rest of a result does not come.
pub(crate) enum Missing {
    /// Its executor failed, or fell silent.
    Lost(DataFusionError),
    /// The reader had to wait longer than the action may take.
    Late,
}

impl Gathered {
    /// Reads a result to its end, or until enough of it is held. The first row comes after the job's success.
    ///
    /// # Errors
    /// Whatever the job met.
    pub(crate) async fn from_stream(stream: SendableRecordBatchStream) -> Result<Self> {
        Self::holding(HELD_BYTES, stream).await
    }

    /// As [`from_stream`](Gathered::from_stream), with so many bytes as enough.
    async fn holding(enough: usize, mut stream: SendableRecordBatchStream) -> Result<Self> {
        let (mut batches, mut bytes) = (Vec::new(), 0);
        while let Some(batch) = stream.next().await {
            let batch = batch?;
            bytes += batch.get_array_memory_size();
            batches.push(Ok(batch));
            if bytes > enough {
                return Ok(Self { batches, rest: Some(stream) });
            }
        }
        Ok(Self { batches, rest: None })
    }

    /// What a job that failed gives instead of rows.
    pub(crate) fn from_error(error: Error) -> Self {
        Self { batches: vec![Err(DataFusionError::External(Box::new(error)))], rest: None }
    }

    /// Hands all rows on. For those that came too late to be held the reader waits no longer than `left`, all in
    /// all; `of_rest` makes the error when they do not come.
    pub(crate) fn into_stream(
        self,
        schema: SchemaRef,
        left: Duration,
        of_rest: impl Fn(Missing) -> DataFusionError + Send + 'static,
    ) -> SendableRecordBatchStream {
        let rest = stream::iter(self.rest).flat_map(move |rows| in_time(rows, left, SILENCE));
        let rest = rest.map(move |batch| batch.map_err(&of_rest));
        let rows = stream::iter(self.batches).chain(rest);
        Box::pin(RecordBatchStreamAdapter::new(schema, rows))
    }
}

/// The batches of a stream; one that does not come in time is an error, and the last. Only waiting counts, because
/// what the reader does between two batches takes its time and not the cluster's.
fn in_time(
    rows: SendableRecordBatchStream,
    left: Duration,
    silence: Duration,
) -> impl Stream<Item = Result<RecordBatch, Missing>> {
    stream::unfold(Some((rows, left)), move |reading| async move {
        let (mut rows, left) = reading?;
        let (patience, start) = (left.min(silence), Instant::now());
        match timeout(patience, rows.next()).await {
            Ok(batch) => {
                let left = left.saturating_sub(start.elapsed());
                batch.map(|batch| (batch.map_err(Missing::Lost), Some((rows, left))))
            }
            Err(_) if patience == left => Some((Err(Missing::Late), None)),
            Err(_) => {
                let silent = exec_datafusion_err!("no row came within {patience:?}");
                Some((Err(Missing::Lost(silent)), None))
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{ArrayRef, Int32Array};
    use tokio::time::sleep;

    use super::*;

    const MILLISECOND: Duration = Duration::from_millis(1);

    fn batch() -> RecordBatch {
        let numbers: ArrayRef = Arc::new(Int32Array::from(vec![1, 2, 3]));
        RecordBatch::try_from_iter([("n", numbers)]).unwrap()
    }

    /// So many batches, each after a pause.
    fn slow(count: usize, pause: Duration) -> SendableRecordBatchStream {
        let rows = stream::iter(0..count).then(move |_| async move {
            sleep(pause).await;
            Ok::<_, DataFusionError>(batch())
        });
        Box::pin(RecordBatchStreamAdapter::new(batch().schema(), rows))
    }

    /// What comes of a result of which one batch is held.
    async fn read(rows: SendableRecordBatchStream, left: Duration) -> SendableRecordBatchStream {
        let gathered = Gathered::holding(1, rows).await.unwrap();
        assert_eq!((gathered.batches.len(), gathered.rest.is_some()), (1, true));
        gathered.into_stream(batch().schema(), left, |missing| match missing {
            Missing::Lost(error) => error,
            Missing::Late => exec_datafusion_err!("late"),
        })
    }

    #[tokio::test]
    async fn silence_ends_a_stream() {
        let rows = stream::iter([Ok(batch())]).chain(stream::pending());
        let rows = Box::pin(RecordBatchStreamAdapter::new(batch().schema(), rows));
        let rows: Vec<_> = in_time(rows, 3000 * MILLISECOND, 20 * MILLISECOND).collect().await;
        assert_eq!(rows.len(), 2);
        let Err(Missing::Lost(error)) = &rows[1] else { panic!("silence is a loss") };
        assert!(error.to_string().contains("no row came within 20ms"), "{error}");
    }

    #[tokio::test]
    async fn rows_that_trickle_end_by_the_deadline() {
        let start = Instant::now();
        let rows = read(slow(10_000, 20 * MILLISECOND), 200 * MILLISECOND).await;
        let rows: Vec<_> = rows.collect().await;
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
        let (last, before) = rows.split_last().unwrap();
        assert!(last.as_ref().unwrap_err().to_string().contains("late"), "{last:?}");
        assert!(before.iter().all(Result::is_ok));
    }

    #[tokio::test]
    async fn the_time_of_the_reader_does_not_count() {
        let mut rows = read(slow(4, Duration::ZERO), 2000 * MILLISECOND).await;
        let mut count = 0;
        while let Some(batch) = rows.next().await {
            assert!(batch.is_ok(), "{batch:?}");
            count += 1;
            sleep(800 * MILLISECOND).await;
        }
        assert_eq!(count, 4);
    }
}
