// SPDX-License-Identifier: MIT OR Apache-2.0
//! The smallest or the largest elements.

use std::cmp::Ordering;
use std::marker::PhantomData;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use firesteel_core::Result;
use firesteel_ship::Build;

use super::each;
use crate::rdd::any_iter::AnyIter;
use crate::rdd::element::Element;
use crate::rdd::part::{Part, Pulled, Sink, SinkState, TaskInfo};
use crate::rdd::table::to_batches;

/// As many elements as the task's limit says, in order: the smallest first, or the largest first.
pub(crate) struct OrderedSink<T, const LARGEST: bool>(PhantomData<fn(T)>);

/// The order of the sink.
pub(crate) fn in_order<T: Ord, const LARGEST: bool>(a: &T, b: &T) -> Ordering {
    if LARGEST { b.cmp(a) } else { a.cmp(b) }
}

impl<T: Element + Ord, const LARGEST: bool> Build<()> for OrderedSink<T, LARGEST> {
    type Output = Part;

    fn build(_: Arc<()>) -> Part {
        Part::Sink(Arc::new(Self(PhantomData)))
    }
}

impl<T: Element + Ord, const LARGEST: bool> Sink for OrderedSink<T, LARGEST> {
    fn start(&self, task: TaskInfo) -> Box<dyn SinkState> {
        let limit = task.limit.unwrap_or(usize::MAX);
        Box::new(Ordered::<T, LARGEST> { best: Vec::new(), batches: None, limit, task })
    }
}

/// Elements are collected up to twice the limit and then cut, which costs a constant time for each.
struct Ordered<T, const LARGEST: bool> {
    best: Vec<T>,
    batches: Option<std::vec::IntoIter<RecordBatch>>,
    limit: usize,
    task: TaskInfo,
}

impl<T: Ord, const LARGEST: bool> Ordered<T, LARGEST> {
    fn cut(&mut self) {
        if self.best.len() > self.limit {
            self.best.select_nth_unstable_by(self.limit, in_order::<T, LARGEST>);
            self.best.truncate(self.limit);
        }
    }
}

impl<T: Element + Ord, const LARGEST: bool> SinkState for Ordered<T, LARGEST> {
    fn pull(&mut self, rows: &mut AnyIter) -> Result<Pulled> {
        let watch = self.task.watch.clone();
        let full = self.limit.saturating_mul(2).max(1024);
        each(rows, |row: T| {
            self.best.push(row);
            if self.best.len() >= full {
                watch.call(|| self.cut());
            }
        })
    }

    fn finish(&mut self) -> Result<Option<RecordBatch>> {
        if self.batches.is_none() {
            self.cut();
            self.best.sort_by(in_order::<T, LARGEST>);
            self.batches = Some(to_batches(std::mem::take(&mut self.best))?.into_iter());
        }
        Ok(self.batches.as_mut().and_then(Iterator::next))
    }
}
