// SPDX-License-Identifier: MIT OR Apache-2.0
//! The calls that run an RDD and return a result.

use std::hash::Hash;
use std::sync::Arc;

use firesteel_core::{IndexMap, Result};

use super::element::Element;
use super::rdd::Rdd;
use super::run;
use super::sinks::{CountSink, OrderedSink, ReduceSink, in_order};
use super::step::{Call, Step};
use super::table::schema_of;

impl<T: Send + 'static> Rdd<T> {
    /// How many elements there are.
    ///
    /// # Errors
    /// Whatever the run meets.
    pub fn count(&self) -> Result<u64> {
        let sink = Step::plain::<CountSink<T>>(Call::between("count"));
        let stage = self.close(sink, schema_of::<u64>(), None);
        Ok(run::elements::<u64>(self.session(), &stage)?.iter().sum())
    }
}

impl<T: Element> Rdd<T> {
    /// All elements, in the order of partitions.
    ///
    /// # Errors
    /// Whatever the run meets: a file that cannot be read, a closure that panics, a lost executor.
    pub fn collect(&self) -> Result<Vec<T>> {
        run::elements(self.session(), &self.rows(None))
    }

    /// The first elements in the order of partitions, fewer if there are not as many.
    ///
    /// # Errors
    /// Whatever the run meets.
    pub fn take(&self, most: usize) -> Result<Vec<T>> {
        if most == 0 {
            return Ok(Vec::new());
        }
        run::first_elements(self.session(), &self.rows(Some(most)), most)
    }

    /// The first element.
    ///
    /// # Errors
    /// `InvalidArgument` when the RDD is empty; whatever the run meets.
    #[track_caller]
    pub fn first(&self) -> Result<T> {
        let call = Call::here("first");
        self.take(1)?.pop().ok_or_else(|| call.of_empty())
    }

    /// Whether there are no elements.
    ///
    /// # Errors
    /// Whatever the run meets.
    pub fn is_empty(&self) -> Result<bool> {
        Ok(self.take(1)?.is_empty())
    }

    /// All elements combined into one by `function`, which must be associative: within each partition first, then
    /// over the partitions in their order.
    ///
    /// # Errors
    /// `InvalidArgument` when the RDD is empty; whatever the run meets.
    #[track_caller]
    pub fn reduce<F>(&self, function: F) -> Result<T>
    where
        F: Fn(T, T) -> T + Send + Sync + 'static,
    {
        let call = Call::here("reduce");
        self.reduce_as(&call, function)?.ok_or_else(|| call.of_empty())
    }

    pub(super) fn reduce_as<F>(&self, call: &Call, function: F) -> Result<Option<T>>
    where
        F: Fn(T, T) -> T + Send + Sync + 'static,
    {
        let function = Arc::new(function);
        let partitions = self.reduce_partitions(call, &function)?;
        call.guard(|| partitions.into_iter().flatten().reduce(|a, b| function(a, b)))
    }

    /// All elements combined into one by `function`, starting with `zero` in each partition and once more when the
    /// partitions are put together, as Spark does; so `zero` should change nothing.
    ///
    /// # Errors
    /// Whatever the run meets.
    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "a start value is written at the call")]
    pub fn fold<F>(&self, zero: T, function: F) -> Result<T>
    where
        T: Clone,
        F: Fn(T, T) -> T + Send + Sync + 'static,
    {
        let (call, function) = (Call::here("fold"), Arc::new(function));
        let partitions = self.reduce_partitions(&call, &function)?;
        // with an associative function, `zero` and the combined elements are the fold from `zero` on
        let within =
            |partition: Vec<T>| partition.into_iter().fold(zero.clone(), |a, b| function(a, b));
        let fold = || {
            let partitions = partitions.into_iter().map(within);
            partitions.fold(zero.clone(), |a, b| function(a, b))
        };
        call.guard(fold)
    }

    /// Each partition combined: a list of one element, or of none.
    fn reduce_partitions<F>(&self, call: &Call, function: &Arc<F>) -> Result<Vec<Vec<T>>>
    where
        F: Fn(T, T) -> T + Send + Sync + 'static,
    {
        let sink = Step::new::<F, ReduceSink<T, F>>(call.clone(), Arc::clone(function));
        run::elements(self.session(), &self.close(sink, schema_of::<Vec<T>>(), None))
    }

    /// The smallest elements, in order.
    ///
    /// # Errors
    /// Whatever the run meets.
    #[track_caller]
    pub fn take_ordered(&self, most: usize) -> Result<Vec<T>>
    where
        T: Ord,
    {
        self.ordered::<false>(Call::here("take_ordered"), most)
    }

    /// The largest elements, the largest first.
    ///
    /// # Errors
    /// Whatever the run meets.
    #[track_caller]
    pub fn top(&self, most: usize) -> Result<Vec<T>>
    where
        T: Ord,
    {
        self.ordered::<true>(Call::here("top"), most)
    }

    fn ordered<const LARGEST: bool>(&self, call: Call, most: usize) -> Result<Vec<T>>
    where
        T: Ord,
    {
        let sink = Step::plain::<OrderedSink<T, LARGEST>>(call);
        let stage = self.close(sink, schema_of::<T>(), Some(most));
        let mut best: Vec<T> = run::elements(self.session(), &stage)?;
        best.sort_by(in_order::<T, LARGEST>);
        best.truncate(most);
        Ok(best)
    }

    /// How often each element occurs.
    ///
    /// # Errors
    /// Whatever the run meets.
    #[track_caller]
    pub fn count_by_value(&self) -> Result<IndexMap<T, u64>>
    where
        T: Hash + Eq,
    {
        let call = Call::here("count_by_value");
        let ones = self.map_as(call.clone(), |element| (element, 1));
        let counts = ones.reduce_by_key_as(call, |a, b| a + b).collect()?;
        Ok(counts.into_iter().collect())
    }
}
