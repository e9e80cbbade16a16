// SPDX-License-Identifier: MIT OR Apache-2.0
//! The first half of `reduce_by_key`: the values of a key within one partition are combined before they travel.

use std::hash::Hash;
use std::marker::PhantomData;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use firesteel_core::{Result, err};
use firesteel_ship::Build;

use super::each;
use crate::rdd::any_iter::{AnyIter, Iter};
use crate::rdd::combiner::Combiner;
use crate::rdd::element::Element;
use crate::rdd::heads::Combined;
use crate::rdd::part::{Part, Pulled, Sink, SinkState, TaskInfo};
use crate::rdd::table::BatchBuilder;

/// Keys held at a time; above this the pairs are sent on and combining starts anew, which bounds the memory.
const MOST_KEYS: usize = 1 << 20;

/// One row for each key, with the number of the partition.
pub(crate) struct CombineByKeySink<K, V, F> {
    function: Arc<F>,
    types: PhantomData<fn(K, V)>,
}

impl<K, V, F> Build<F> for CombineByKeySink<K, V, F>
where
    K: Element + Hash + Eq,
    V: Element,
    F: Fn(V, V) -> V + Send + Sync + 'static,
{
    type Output = Part;

    fn build(function: Arc<F>) -> Part {
        Part::Sink(Arc::new(Self { function, types: PhantomData }))
    }
}

impl<K, V, F> Sink for CombineByKeySink<K, V, F>
where
    K: Element + Hash + Eq,
    V: Element,
    F: Fn(V, V) -> V + Send + Sync + 'static,
{
    fn start(&self, task: TaskInfo) -> Box<dyn SinkState> {
        Box::new(CombineByKey::<K, V, F> {
            combiner: Combiner::new(Arc::clone(&self.function), task.watch.clone()),
            outgoing: None,
            builder: BatchBuilder::new(),
            partition: task.partition,
            most_keys: MOST_KEYS,
        })
    }
}

struct CombineByKey<K: Element, V: Element, F> {
    combiner: Combiner<K, V, F>,
    outgoing: Option<Iter<(K, V)>>,
    builder: BatchBuilder<Combined<K, V>>,
    partition: usize,
    most_keys: usize,
}

impl<K, V, F> CombineByKey<K, V, F>
where
    K: Element + Hash + Eq,
    V: Element,
    F: Fn(V, V) -> V + Send + Sync + 'static,
{
    /// The next batch of the pairs that are on their way.
    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        let Some(outgoing) = &mut self.outgoing else { return Ok(None) };
        let partition = u32::try_from(self.partition);
        let partition = partition.map_err(|_| err::unsupported("more than 2^32 partitions"))?;
        while !self.builder.is_full() {
            match outgoing.next() {
                Some((key, value)) => self.builder.append((partition, key, value)),
                None => {
                    self.outgoing = None;
                    break;
                }
            }
        }
        (!self.builder.is_empty()).then(|| self.builder.finish()).transpose()
    }
}

impl<K, V, F> SinkState for CombineByKey<K, V, F>
where
    K: Element + Hash + Eq,
    V: Element,
    F: Fn(V, V) -> V + Send + Sync + 'static,
{
    fn pull(&mut self, rows: &mut AnyIter) -> Result<Pulled> {
        each(rows, |(key, value)| self.combiner.add(key, value))
    }

    fn ready(&mut self) -> Result<Option<RecordBatch>> {
        if self.outgoing.is_none() && self.combiner.len() >= self.most_keys {
            self.outgoing = Some(Box::new(self.combiner.take()));
        }
        self.next_batch()
    }

    fn finish(&mut self) -> Result<Option<RecordBatch>> {
        if self.outgoing.is_none() && self.combiner.len() > 0 {
            self.outgoing = Some(Box::new(self.combiner.take()));
        }
        self.next_batch()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rdd::table::from_batch;
    use crate::rdd::watch::Faults;

    #[test]
    fn pairs_are_sent_on_when_there_are_too_many_keys() {
        let watch = Faults::new().watch(0);
        let mut sink = CombineByKey {
            combiner: Combiner::new(Arc::new(|a: u64, b: u64| a + b), watch),
            outgoing: None,
            builder: BatchBuilder::<Combined<i32, u64>>::new(),
            partition: 7,
            most_keys: 3,
        };
        let mut sent = Vec::new();
        for keys in [vec![1, 2, 1], vec![3, 1], vec![1, 4]] {
            let mut rows = AnyIter::new(keys.into_iter().map(|key| (key, 1_u64)));
            assert_eq!(sink.pull(&mut rows).unwrap(), Pulled::All);
            while let Some(batch) = sink.ready().unwrap() {
                sent.push(from_batch::<Combined<i32, u64>>(&batch).unwrap().collect::<Vec<_>>());
            }
        }
        assert_eq!(sent, [[(7, 1, 3), (7, 2, 1), (7, 3, 1)]]);
        let last = sink.finish().unwrap().unwrap();
        let last: Vec<_> = from_batch::<Combined<i32, u64>>(&last).unwrap().collect();
        assert_eq!(last, [(7, 1, 1), (7, 4, 1)]);
        assert!(sink.finish().unwrap().is_none());
    }
}
