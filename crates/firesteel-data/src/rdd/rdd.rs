// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Rdd`: a collection of elements that is planned, not yet computed.

use std::fmt;
use std::hash::Hash;
use std::marker::PhantomData;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use firesteel_core::Result;
use firesteel_ship::Build;

use super::element::Element;
use super::exchange::Exchange;
use super::heads::DecodeHead;
use super::links::{FilterLink, FlatMapLink, MapLink};
use super::part::Part;
use super::program::Program;
use super::sinks::{EncodeSink, GlomSink};
use super::stage::{Input, Stage};
use super::step::{Call, Step};
use super::table::schema_of;
use crate::{DataFrame, Session};

/// A collection of elements, spread over partitions; Spark's `RDD`.
///
/// It is planned, not computed: nothing runs before an action such as [`collect`](Rdd::collect), and each action
/// runs all of it again. Calls that look at one element at a time are fused into one pass, in which elements go
/// from closure to closure as they are; only where an RDD is exchanged or returned must they be [`Element`]s.
///
/// Closures return plain values. One that panics ends the action with an error that names the call.
///
/// # Differences from Spark
/// `reduce_by_key`, and what builds on it, gives as many partitions as the session has, not as many as before.
///
/// # Examples
/// ```
/// # use firesteel_data::Session;
/// let spark = Session::builder().build()?;
/// let mut counts = spark
///     .parallelize(["to be".to_owned(), "or not to be".to_owned()])
///     .flat_map(|line: String| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
///     .map(|word| (word, 1_u64))
///     .reduce_by_key(|a, b| a + b)
///     .collect()?;
/// counts.sort();
/// assert_eq!(counts[0], ("be".to_owned(), 2));
/// # Ok::<(), firesteel_core::Error>(())
/// ```
pub struct Rdd<T> {
    session: Session,
    n_partitions: usize,
    input: Input,
    /// The steps since the last exchange: a head and links.
    steps: Vec<Step>,
    elements: PhantomData<fn() -> T>,
}

impl<T: Send + 'static> Rdd<T> {
    /// An RDD whose first step reads `input`.
    pub(super) fn new(session: &Session, n_partitions: usize, input: Input, head: Step) -> Self {
        let (session, steps) = (session.clone(), vec![head]);
        Self { session, n_partitions, input, steps, elements: PhantomData }
    }

    /// How many partitions there are.
    pub fn num_partitions(&self) -> usize {
        self.n_partitions
    }

    /// The session it belongs to.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Each element becomes what `function` returns.
    #[track_caller]
    pub fn map<U, F>(&self, function: F) -> Rdd<U>
    where
        U: Send + 'static,
        F: Fn(T) -> U + Send + Sync + 'static,
    {
        self.map_as(Call::here("map"), function)
    }

    /// Each element becomes all that `function` returns, in its order.
    #[track_caller]
    pub fn flat_map<I, F>(&self, function: F) -> Rdd<I::Item>
    where
        I: IntoIterator<IntoIter: Send, Item: Send> + 'static,
        F: Fn(T) -> I + Send + Sync + 'static,
    {
        self.flat_map_as(Call::here("flat_map"), function)
    }

    /// The elements for which `condition` holds.
    #[track_caller]
    pub fn filter<F>(&self, condition: F) -> Self
    where
        F: Fn(&T) -> bool + Send + Sync + 'static,
    {
        self.link::<T, F, FilterLink<T, F>>(Call::here("filter"), condition)
    }

    /// Each element behind the key that `function` gives it.
    #[track_caller]
    pub fn key_by<K, F>(&self, function: F) -> Rdd<(K, T)>
    where
        K: Send + 'static,
        F: Fn(&T) -> K + Send + Sync + 'static,
    {
        self.map_as(Call::here("key_by"), move |element| (function(&element), element))
    }

    pub(super) fn map_as<U, F>(&self, call: Call, function: F) -> Rdd<U>
    where
        U: Send + 'static,
        F: Fn(T) -> U + Send + Sync + 'static,
    {
        self.link::<U, F, MapLink<T, U, F>>(call, function)
    }

    pub(super) fn flat_map_as<I, F>(&self, call: Call, function: F) -> Rdd<I::Item>
    where
        I: IntoIterator<IntoIter: Send, Item: Send> + 'static,
        F: Fn(T) -> I + Send + Sync + 'static,
    {
        self.link::<I::Item, F, FlatMapLink<T, I, F>>(call, function)
    }

    /// One step more.
    pub(super) fn link<U, F, B>(&self, call: Call, function: F) -> Rdd<U>
    where
        F: 'static,
        B: Build<F, Output = Part>,
    {
        let mut steps = self.steps.clone();
        steps.push(Step::new::<F, B>(call, Arc::new(function)));
        let (session, input) = (self.session.clone(), self.input.clone());
        Rdd { session, n_partitions: self.n_partitions, input, steps, elements: PhantomData }
    }

    /// The steps, closed by a sink whose rows have this schema.
    pub(super) fn close(&self, sink: Step, schema: SchemaRef, limit: Option<usize>) -> Stage {
        let mut steps = self.steps.clone();
        steps.push(sink);
        let program = Arc::new(Program::new(steps, limit));
        Stage { input: self.input.clone(), program, schema }
    }
}

impl<T: Element> Rdd<T> {
    /// The elements as rows; at most `limit` of each partition.
    pub(super) fn rows(&self, limit: Option<usize>) -> Stage {
        let sink = Step::plain::<EncodeSink<T>>(Call::between("rows"));
        self.close(sink, schema_of::<T>(), limit)
    }

    /// The elements after rows were moved.
    pub(super) fn after(&self, exchange: Exchange, n_partitions: usize) -> Self {
        let input = Input::Stage(Arc::new(self.rows(None)), exchange);
        Self::new(&self.session, n_partitions, input, decode::<T>())
    }

    /// All elements of both, those of `other` after one's own; equal ones stay.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let input = Input::Union(vec![Arc::new(self.rows(None)), Arc::new(other.rows(None))]);
        let n_partitions = self.n_partitions + other.n_partitions;
        Self::new(&self.session, n_partitions, input, decode::<T>())
    }

    /// Each partition as one list.
    #[must_use]
    pub fn glom(&self) -> Rdd<Vec<T>> {
        let sink = Step::plain::<GlomSink<T>>(Call::between("glom"));
        let stage = self.close(sink, schema_of::<Vec<T>>(), None);
        let input = Input::Stage(Arc::new(stage), Exchange::None);
        Rdd::new(&self.session, self.n_partitions, input, decode::<Vec<T>>())
    }

    /// Each element once.
    #[track_caller]
    pub fn distinct(&self) -> Self
    where
        T: Hash + Eq,
    {
        let call = Call::here("distinct");
        let pairs = self.map_as(call.clone(), |element| (element, true));
        pairs.reduce_by_key_as(call.clone(), |seen, _| seen).map_as(call, |(element, _)| element)
    }

    /// A table of the elements: the fields of a record as columns, `_1`, `_2`, .. of a tuple, else one `value`.
    ///
    /// # Errors
    /// `Unsupported` when the session runs on a cluster and a closure captures variables.
    pub fn to_df(&self) -> Result<DataFrame> {
        let stage = self.rows(None);
        if self.session.engine().is_remote() {
            stage.check_shippable()?;
        }
        Ok(DataFrame::from_plan(&self.session, stage.plan()?))
    }
}

/// The step that reads rows as they are.
pub(super) fn decode<T: Element>() -> Step {
    Step::plain::<DecodeHead<T>>(Call::between("rows"))
}

impl<T> Clone for Rdd<T> {
    fn clone(&self) -> Self {
        Self {
            session: self.session.clone(),
            n_partitions: self.n_partitions,
            input: self.input.clone(),
            steps: self.steps.clone(),
            elements: PhantomData,
        }
    }
}

impl<T> fmt::Debug for Rdd<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls: Vec<&str> = self.steps.iter().map(|step| step.call.name.as_str()).collect();
        f.debug_struct("Rdd")
            .field("partitions", &self.n_partitions)
            .field("steps", &calls.join(" -> "))
            .finish_non_exhaustive()
    }
}
