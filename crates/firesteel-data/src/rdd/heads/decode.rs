// SPDX-License-Identifier: MIT OR Apache-2.0
//! Rows as they are.

use std::marker::PhantomData;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use firesteel_core::Result;
use firesteel_ship::Build;

use crate::rdd::any_iter::AnyIter;
use crate::rdd::element::Element;
use crate::rdd::part::{Head, HeadState, Part, TaskInfo};
use crate::rdd::table::from_batch;

/// The rows of each batch.
pub(crate) struct DecodeHead<T>(PhantomData<fn() -> T>);

impl<T: Element> Build<()> for DecodeHead<T> {
    type Output = Part;

    fn build(_: Arc<()>) -> Part {
        Part::Head(Arc::new(Self(PhantomData)))
    }
}

impl<T: Element> Head for DecodeHead<T> {
    fn start(&self, _: TaskInfo) -> Box<dyn HeadState> {
        Box::new(Self(PhantomData))
    }
}

impl<T: Element> HeadState for DecodeHead<T> {
    fn push(&mut self, batch: RecordBatch) -> Result<Option<AnyIter>> {
        Ok(Some(AnyIter::new(from_batch::<T>(&batch)?)))
    }
}
