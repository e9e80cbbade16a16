// SPDX-License-Identifier: MIT OR Apache-2.0
//! How many elements there are.

use std::marker::PhantomData;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use firesteel_core::Result;
use firesteel_ship::Build;

use super::each;
use crate::rdd::any_iter::AnyIter;
use crate::rdd::part::{Part, Pulled, Sink, SinkState, TaskInfo};
use crate::rdd::table::to_batches;

/// One row a partition: the number of its elements.
pub(crate) struct CountSink<T>(PhantomData<fn(T)>);

impl<T: Send + 'static> Build<()> for CountSink<T> {
    type Output = Part;

    fn build(_: Arc<()>) -> Part {
        Part::Sink(Arc::new(Self(PhantomData)))
    }
}

impl<T: Send + 'static> Sink for CountSink<T> {
    fn start(&self, _: TaskInfo) -> Box<dyn SinkState> {
        Box::new(Count::<T> { counted: Some(0), elements: PhantomData })
    }
}

struct Count<T> {
    counted: Option<u64>,
    elements: PhantomData<fn(T)>,
}

impl<T: Send + 'static> SinkState for Count<T> {
    fn pull(&mut self, rows: &mut AnyIter) -> Result<Pulled> {
        let mut n_rows = 0;
        let pulled = each(rows, |_: T| n_rows += 1)?;
        self.counted = self.counted.map(|counted| counted + n_rows);
        Ok(pulled)
    }

    fn finish(&mut self) -> Result<Option<RecordBatch>> {
        let batch = self.counted.take().map(|counted| to_batches([counted]));
        Ok(batch.transpose()?.and_then(|mut batches| batches.pop()))
    }
}
