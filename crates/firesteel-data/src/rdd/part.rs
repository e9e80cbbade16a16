// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Part`: the pieces of which a program over a partition is made.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use firesteel_core::Result;

use super::any_iter::AnyIter;
use super::watch::Watch;

/// What a part knows about the task it runs in.
#[derive(Clone, Debug)]
pub(crate) struct TaskInfo {
    /// The number of the partition.
    pub(crate) partition: usize,
    /// How many elements are wanted of each partition, where not all are.
    pub(crate) limit: Option<usize>,
    /// Takes note of what the part's function does wrong.
    pub(crate) watch: Watch,
}

/// The first part of a program: record batches become elements.
pub(crate) trait Head: Send + Sync {
    fn start(&self, task: TaskInfo) -> Box<dyn HeadState>;
}

/// A [`Head`] at work in a task.
pub(crate) trait HeadState: Send {
    /// Takes a batch; elements that can go on at once are returned.
    fn push(&mut self, batch: RecordBatch) -> Result<Option<AnyIter>>;

    /// The elements that had to wait for the last batch.
    fn finish(&mut self) -> Result<Option<AnyIter>> {
        Ok(None)
    }
}

/// A part in the middle: elements become other elements, one after the other.
pub(crate) trait Link: Send + Sync {
    fn apply(&self, rows: AnyIter, watch: &Watch) -> Result<AnyIter>;
}

/// The last part of a program: elements become record batches.
pub(crate) trait Sink: Send + Sync {
    fn start(&self, task: TaskInfo) -> Box<dyn SinkState>;
}

/// How far a [`SinkState`] got with an iterator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pulled {
    /// There may be more elements.
    More,
    /// The iterator has ended.
    All,
    /// The rest of the partition is not wanted.
    Enough,
}

/// A [`Sink`] at work in a task.
pub(crate) trait SinkState: Send {
    /// Takes some thousand elements, so that the caller can let others run in between.
    fn pull(&mut self, rows: &mut AnyIter) -> Result<Pulled>;

    /// A batch that is complete before the end.
    fn ready(&mut self) -> Result<Option<RecordBatch>> {
        Ok(None)
    }

    /// The batches at the end, one a call.
    fn finish(&mut self) -> Result<Option<RecordBatch>>;
}

/// One piece of a program.
#[derive(Clone)]
pub(crate) enum Part {
    Head(Arc<dyn Head>),
    Link(Arc<dyn Link>),
    Sink(Arc<dyn Sink>),
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Head(_) => "Head",
            Self::Link(_) => "Link",
            Self::Sink(_) => "Sink",
        })
    }
}
