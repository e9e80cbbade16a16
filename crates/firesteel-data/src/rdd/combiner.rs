// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Combiner`: one value for each key.

use std::hash::Hash;
use std::sync::Arc;

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use indexmap::map::Entry;

use super::watch::Watch;

/// Combines the values of equal keys; keys keep the order in which they came first.
pub(crate) struct Combiner<K, V, F> {
    // a value is taken out while it is combined, hence the `Option`
    values: IndexMap<K, Option<V>, RandomState>,
    function: Arc<F>,
    watch: Watch,
}

impl<K: Hash + Eq, V, F: Fn(V, V) -> V> Combiner<K, V, F> {
    pub(crate) fn new(function: Arc<F>, watch: Watch) -> Self {
        Self { values: IndexMap::default(), function, watch }
    }

    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    #[inline]
    pub(crate) fn add(&mut self, key: K, value: V) {
        match self.values.entry(key) {
            Entry::Vacant(entry) => {
                entry.insert(Some(value));
            }
            Entry::Occupied(mut entry) => {
                let slot = entry.get_mut();
                *slot = Some(match slot.take() {
                    Some(before) => self.watch.call(|| (self.function)(before, value)),
                    None => value,
                });
            }
        }
    }

    /// Takes all pairs out.
    pub(crate) fn take(&mut self) -> impl Iterator<Item = (K, V)> + use<K, V, F> {
        pairs(std::mem::take(&mut self.values))
    }

    pub(crate) fn into_pairs(self) -> impl Iterator<Item = (K, V)> + use<K, V, F> {
        pairs(self.values)
    }
}

fn pairs<K, V>(values: IndexMap<K, Option<V>, RandomState>) -> impl Iterator<Item = (K, V)> {
    values.into_iter().filter_map(|(key, value)| Some((key, value?)))
}
