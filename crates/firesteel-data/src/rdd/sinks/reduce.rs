// SPDX-License-Identifier: MIT OR Apache-2.0
//! All elements combined into one.

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

/// One row a partition: a list of its elements combined, or an empty list where it has none.
pub(crate) struct ReduceSink<T, F> {
    function: Arc<F>,
    types: PhantomData<fn(T)>,
}

impl<T: Element, F: Fn(T, T) -> T + Send + Sync + 'static> Build<F> for ReduceSink<T, F> {
    type Output = Part;

    fn build(function: Arc<F>) -> Part {
        Part::Sink(Arc::new(Self { function, types: PhantomData }))
    }
}

impl<T: Element, F: Fn(T, T) -> T + Send + Sync + 'static> Sink for ReduceSink<T, F> {
    fn start(&self, task: TaskInfo) -> Box<dyn SinkState> {
        let function = Arc::clone(&self.function);
        Box::new(Reduce::<T, F> { so_far: None, is_done: false, function, task })
    }
}

struct Reduce<T, F> {
    so_far: Option<T>,
    is_done: bool,
    function: Arc<F>,
    task: TaskInfo,
}

impl<T: Element, F: Fn(T, T) -> T + Send + Sync + 'static> SinkState for Reduce<T, F> {
    fn pull(&mut self, rows: &mut AnyIter) -> Result<Pulled> {
        each(rows, |row: T| {
            self.so_far = Some(match self.so_far.take() {
                Some(before) => self.task.watch.call(|| (self.function)(before, row)),
                None => row,
            });
        })
    }

    fn finish(&mut self) -> Result<Option<RecordBatch>> {
        if std::mem::replace(&mut self.is_done, true) {
            return Ok(None);
        }
        let list: Vec<T> = self.so_far.take().into_iter().collect();
        Ok(to_batches([list])?.pop())
    }
}
