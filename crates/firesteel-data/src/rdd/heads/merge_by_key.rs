// SPDX-License-Identifier: MIT OR Apache-2.0
//! The second half of `reduce_by_key`: what each partition combined is combined once more.

use std::collections::BTreeMap;
use std::hash::Hash;
use std::marker::PhantomData;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use firesteel_core::Result;
use firesteel_ship::Build;

use crate::rdd::any_iter::AnyIter;
use crate::rdd::combiner::Combiner;
use crate::rdd::element::Element;
use crate::rdd::part::{Head, HeadState, Part, TaskInfo};
use crate::rdd::table::from_batch;

/// A key with its combined value and the partition that combined it; the key stands in a column of its own, by
/// which the rows were exchanged.
pub(crate) type Combined<K, V> = (u32, K, V);

/// The place of the key among the columns of [`Combined`].
pub(crate) const KEY_COLUMN: usize = 1;

/// Combines what arrives for each key.
///
/// Batches of several partitions arrive interleaved, differently in each run. They are kept apart by partition and
/// put together in the partitions' order at the end, so that the result is the same in every run.
pub(crate) struct MergeByKeyHead<K, V, F> {
    function: Arc<F>,
    types: PhantomData<fn(K) -> V>,
}

impl<K, V, F> Build<F> for MergeByKeyHead<K, V, F>
where
    K: Element + Hash + Eq,
    V: Element,
    F: Fn(V, V) -> V + Send + Sync + 'static,
{
    type Output = Part;

    fn build(function: Arc<F>) -> Part {
        Part::Head(Arc::new(Self { function, types: PhantomData }))
    }
}

impl<K, V, F> Head for MergeByKeyHead<K, V, F>
where
    K: Element + Hash + Eq,
    V: Element,
    F: Fn(V, V) -> V + Send + Sync + 'static,
{
    fn start(&self, task: TaskInfo) -> Box<dyn HeadState> {
        let function = Arc::clone(&self.function);
        Box::new(Merge::<K, V, F> { arrived: BTreeMap::new(), function, task })
    }
}

struct Merge<K, V, F> {
    arrived: BTreeMap<u32, Combiner<K, V, F>>,
    function: Arc<F>,
    task: TaskInfo,
}

impl<K, V, F> HeadState for Merge<K, V, F>
where
    K: Element + Hash + Eq,
    V: Element,
    F: Fn(V, V) -> V + Send + Sync + 'static,
{
    fn push(&mut self, batch: RecordBatch) -> Result<Option<AnyIter>> {
        let new = || Combiner::new(Arc::clone(&self.function), self.task.watch.clone());
        let mut rows = from_batch::<Combined<K, V>>(&batch)?.peekable();
        while let Some((partition, key, value)) = rows.next() {
            let combiner = self.arrived.entry(partition).or_insert_with(new);
            combiner.add(key, value);
            // rows of one partition come in long runs
            while let Some((_, key, value)) = rows.next_if(|row| row.0 == partition) {
                combiner.add(key, value);
            }
        }
        Ok(None)
    }

    fn finish(&mut self) -> Result<Option<AnyIter>> {
        let mut arrived = std::mem::take(&mut self.arrived).into_values();
        let Some(mut merged) = arrived.next() else { return Ok(None) };
        for later in arrived {
            later.into_pairs().for_each(|(key, value)| merged.add(key, value));
        }
        Ok(Some(AnyIter::new(merged.into_pairs())))
    }
}
