// SPDX-License-Identifier: MIT OR Apache-2.0
//! Elements as they are.

use std::marker::PhantomData;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use firesteel_core::Result;
use firesteel_ship::Build;

use crate::rdd::any_iter::AnyIter;
use crate::rdd::element::Element;
use crate::rdd::part::{Part, Pulled, Sink, SinkState, TaskInfo};
use crate::rdd::table::BatchBuilder;

/// The elements as rows; no more than the task's limit.
pub(crate) struct EncodeSink<T>(PhantomData<fn(T)>);

impl<T: Element> Build<()> for EncodeSink<T> {
    type Output = Part;

    fn build(_: Arc<()>) -> Part {
        Part::Sink(Arc::new(Self(PhantomData)))
    }
}

impl<T: Element> Sink for EncodeSink<T> {
    fn start(&self, task: TaskInfo) -> Box<dyn SinkState> {
        let left = task.limit.unwrap_or(usize::MAX);
        Box::new(Encode { builder: BatchBuilder::<T>::new(), left })
    }
}

struct Encode<T: Element> {
    builder: BatchBuilder<T>,
    left: usize,
}

impl<T: Element> SinkState for Encode<T> {
    fn pull(&mut self, rows: &mut AnyIter) -> Result<Pulled> {
        let rows = rows.typed::<T>()?;
        while self.left > 0 {
            if self.builder.is_full() {
                return Ok(Pulled::More);
            }
            let Some(row) = rows.next() else { return Ok(Pulled::All) };
            self.builder.append(row);
            self.left -= 1;
        }
        Ok(Pulled::Enough)
    }

    fn ready(&mut self) -> Result<Option<RecordBatch>> {
        self.builder.is_full().then(|| self.builder.finish()).transpose()
    }

    fn finish(&mut self) -> Result<Option<RecordBatch>> {
        (!self.builder.is_empty()).then(|| self.builder.finish()).transpose()
    }
}
