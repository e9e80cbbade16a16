// SPDX-License-Identifier: MIT OR Apache-2.0
//! A program at work on one partition.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use firesteel_core::Result;
use futures::{Stream, StreamExt as _, stream};

use super::any_iter::AnyIter;
use super::part::{HeadState, Link, Pulled, SinkState, TaskInfo};
use super::program::{Parts, Program};
use super::watch::{Faults, Watch};

/// Runs a program over a partition's batches.
///
/// # Errors
/// As [`Program::parts`]; what happens while it runs comes through the stream.
pub(crate) fn run(
    program: Arc<Program>,
    input: SendableRecordBatchStream,
    partition: usize,
) -> Result<impl Stream<Item = Result<RecordBatch, DataFusionError>> + Send> {
    let task = Task::start(program, input, partition)?;
    Ok(stream::try_unfold(task, |mut task| async move {
        let batch = task.next_batch().await?;
        Ok(batch.map(|batch| (batch, task)))
    }))
}

/// Batches go in at the head; the elements of one batch pass all links before the next batch is asked for.
struct Task {
    program: Arc<Program>,
    input: SendableRecordBatchStream,
    head: Box<dyn HeadState>,
    links: Vec<(Arc<dyn Link>, Watch)>,
    sink: Box<dyn SinkState>,
    rows: Option<AnyIter>,
    stage: Stage,
    faults: Arc<Faults>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The input has more batches.
    Reading,
    /// The head gives what it kept back.
    Flushing,
    /// The sink gives what it kept back.
    Closing,
}

impl Task {
    fn start(
        program: Arc<Program>,
        input: SendableRecordBatchStream,
        partition: usize,
    ) -> Result<Self> {
        let Parts { head, links, sink, limit } = program.parts()?;
        let faults = Faults::new();
        let info = |step| TaskInfo { partition, limit, watch: faults.watch(step) };
        let (head, sink) = (head.start(info(0)), sink.start(info(links.len() + 1)));
        let links = links.into_iter().enumerate();
        let links = links.map(|(index, link)| (link, faults.watch(index + 1))).collect();
        Ok(Self { program, input, head, links, sink, rows: None, stage: Stage::Reading, faults })
    }

    async fn next_batch(&mut self) -> Result<Option<RecordBatch>, DataFusionError> {
        loop {
            if let Some(batch) = self.guarded(|task| task.sink.ready())? {
                return Ok(Some(batch));
            }
            match (self.rows.take(), self.stage) {
                (Some(rows), _) => {
                    self.guarded(|task| task.pull(rows))?;
                    // a long computation must let the thread's other tasks run
                    tokio::task::yield_now().await;
                }
                (None, Stage::Reading) => match self.input.next().await.transpose()? {
                    Some(batch) => self.guarded(|task| task.push(batch))?,
                    None => self.stage = Stage::Flushing,
                },
                (None, Stage::Flushing) => {
                    self.stage = Stage::Closing;
                    self.guarded(Self::flush)?;
                }
                (None, Stage::Closing) => return self.guarded(|task| task.sink.finish()),
            }
        }
    }

    fn push(&mut self, batch: RecordBatch) -> Result<()> {
        let rows = self.head.push(batch)?;
        self.rows = rows.map(|rows| self.chain(rows)).transpose()?;
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        let rows = self.head.finish()?;
        self.rows = rows.map(|rows| self.chain(rows)).transpose()?;
        Ok(())
    }

    fn chain(&self, rows: AnyIter) -> Result<AnyIter> {
        self.links.iter().try_fold(rows, |rows, (link, watch)| link.apply(rows, watch))
    }

    fn pull(&mut self, mut rows: AnyIter) -> Result<()> {
        match self.sink.pull(&mut rows)? {
            Pulled::More => self.rows = Some(rows),
            Pulled::All => {}
            Pulled::Enough => self.stage = Stage::Closing,
        }
        Ok(())
    }

    /// Runs code that may call the user's functions.
    fn guarded<R>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<R>,
    ) -> Result<R, DataFusionError> {
        let (faults, program) = (Arc::clone(&self.faults), Arc::clone(&self.program));
        let outcome = faults.run(|step| program.call_name(step), || work(self));
        outcome.map_err(|error| DataFusionError::External(Box::new(error)))
    }
}
