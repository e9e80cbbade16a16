// SPDX-License-Identifier: MIT OR Apache-2.0
//! The elements of a partition as one list.

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

/// One row a partition: all its elements.
pub(crate) struct GlomSink<T>(PhantomData<fn(T)>);

impl<T: Element> Build<()> for GlomSink<T> {
    type Output = Part;

    fn build(_: Arc<()>) -> Part {
        Part::Sink(Arc::new(Self(PhantomData)))
    }
}

impl<T: Element> Sink for GlomSink<T> {
    fn start(&self, _: TaskInfo) -> Box<dyn SinkState> {
        Box::new(Glom::<T>(Some(Vec::new())))
    }
}

struct Glom<T>(Option<Vec<T>>);

impl<T: Element> SinkState for Glom<T> {
    fn pull(&mut self, rows: &mut AnyIter) -> Result<Pulled> {
        let list = self.0.get_or_insert_default();
        each(rows, |row: T| list.push(row))
    }

    fn finish(&mut self) -> Result<Option<RecordBatch>> {
        let batches = self.0.take().map(|list| to_batches([list])).transpose()?;
        Ok(batches.and_then(|mut batches| batches.pop()))
    }
}
