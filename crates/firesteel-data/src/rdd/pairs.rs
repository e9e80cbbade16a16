// SPDX-License-Identifier: MIT OR Apache-2.0
//! What RDDs of pairs can do besides: keys, values, and bringing equal keys together.

use std::hash::Hash;
use std::sync::Arc;

use super::element::Element;
use super::exchange::Exchange;
use super::heads::{Combined, KEY_COLUMN, MergeByKeyHead};
use super::rdd::Rdd;
use super::sinks::CombineByKeySink;
use super::stage::Input;
use super::step::{Call, Step};
use super::table::schema_of;

impl<K: Send + 'static, V: Send + 'static> Rdd<(K, V)> {
    /// The first of each pair.
    #[track_caller]
    pub fn keys(&self) -> Rdd<K> {
        self.map_as(Call::here("keys"), |(key, _)| key)
    }

    /// The second of each pair.
    #[track_caller]
    pub fn values(&self) -> Rdd<V> {
        self.map_as(Call::here("values"), |(_, value)| value)
    }

    /// The second of each pair becomes what `function` returns.
    #[track_caller]
    pub fn map_values<W, F>(&self, function: F) -> Rdd<(K, W)>
    where
        W: Send + 'static,
        F: Fn(V) -> W + Send + Sync + 'static,
    {
        self.map_as(Call::here("map_values"), move |(key, value)| (key, function(value)))
    }
}

impl<K: Element, V: Element> Rdd<(K, V)> {
    /// One pair for each key, with all its values combined by `function`.
    ///
    /// The values of a key are combined within each partition first, then over the partitions in their order. So
    /// `function` must be associative, but the result is the same in every run even where it is not commutative
    /// or rounds. On a cluster, where a task does not know the number of its partition, the partitions' order is that
    /// in which they arrive. Keys are equal when `Eq` says so and their columns are equal; the two must agree.
    #[track_caller]
    pub fn reduce_by_key<F>(&self, function: F) -> Self
    where
        K: Hash + Eq,
        F: Fn(V, V) -> V + Send + Sync + 'static,
    {
        self.reduce_by_key_as(Call::here("reduce_by_key"), function)
    }

    pub(super) fn reduce_by_key_as<F>(&self, call: Call, function: F) -> Self
    where
        K: Hash + Eq,
        F: Fn(V, V) -> V + Send + Sync + 'static,
    {
        let function = Arc::new(function);
        let combine =
            Step::new::<F, CombineByKeySink<K, V, F>>(call.clone(), Arc::clone(&function));
        let combined = self.close(combine, schema_of::<Combined<K, V>>(), None);
        let merge = Step::new::<F, MergeByKeyHead<K, V, F>>(call, function);
        let input = Input::Stage(Arc::new(combined), Exchange::ByKey(KEY_COLUMN));
        // rows that are in one partition already need not move
        let n_partitions = match self.num_partitions() {
            1 => 1,
            _ => self.session().parallelism(),
        };
        Self::new(self.session(), n_partitions, input, merge)
    }

    /// One pair for each key, with the list of its values, in the order of partitions and of elements in them; on a
    /// cluster, the partitions' order is that in which they arrive.
    #[track_caller]
    pub fn group_by_key(&self) -> Rdd<(K, Vec<V>)>
    where
        K: Hash + Eq,
    {
        let call = Call::here("group_by_key");
        let lists = self.map_as(call.clone(), |(key, value)| (key, vec![value]));
        lists.reduce_by_key_as(call, |mut values, more| {
            values.extend(more);
            values
        })
    }

    /// The pairs in the order of their keys, in one partition; the largest key first if `descending`.
    ///
    /// The order is that of the key's column: numbers by size with NaN last, text by code points, an absent key
    /// first, records field by field.
    #[must_use]
    pub fn sort_by_key(&self, descending: bool) -> Self {
        self.after(Exchange::Sorted { column: 0, descending }, 1)
    }
}
