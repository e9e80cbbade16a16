// SPDX-License-Identifier: MIT OR Apache-2.0
//! `flat_map`.

use std::marker::PhantomData;
use std::sync::Arc;

use firesteel_core::Result;
use firesteel_ship::Build;

use crate::rdd::any_iter::{AnyIter, Iter};
use crate::rdd::part::{Link, Part};
use crate::rdd::watch::Watch;

/// Any number of elements for each.
pub(crate) struct FlatMapLink<T, I, F> {
    function: Arc<F>,
    types: PhantomData<fn(T) -> I>,
}

impl<T, I, F> Build<F> for FlatMapLink<T, I, F>
where
    T: Send + 'static,
    I: IntoIterator<IntoIter: Send, Item: Send> + 'static,
    F: Fn(T) -> I + Send + Sync + 'static,
{
    type Output = Part;

    fn build(function: Arc<F>) -> Part {
        Part::Link(Arc::new(Self { function, types: PhantomData }))
    }
}

impl<T, I, F> Link for FlatMapLink<T, I, F>
where
    T: Send + 'static,
    I: IntoIterator<IntoIter: Send, Item: Send> + 'static,
    F: Fn(T) -> I + Send + Sync + 'static,
{
    fn apply(&self, rows: AnyIter, watch: &Watch) -> Result<AnyIter> {
        let (function, watch) = (Arc::clone(&self.function), watch.clone());
        let rows = rows.into_typed::<T>()?;
        Ok(AnyIter::new(Flat::<T, I, F> { rows, current: None, function, watch }))
    }
}

/// The iterator; what the function returns may itself compute, and panic, while it is read.
struct Flat<T, I: IntoIterator, F> {
    rows: Iter<T>,
    current: Option<I::IntoIter>,
    function: Arc<F>,
    watch: Watch,
}

impl<T, I: IntoIterator, F: Fn(T) -> I> Iterator for Flat<T, I, F> {
    type Item = I::Item;

    #[inline]
    fn next(&mut self) -> Option<I::Item> {
        loop {
            if let Some(current) = &mut self.current {
                if let Some(item) = self.watch.call(|| current.next()) {
                    return Some(item);
                }
                self.current = None;
            }
            let row = self.rows.next()?;
            self.current = Some(self.watch.call(|| (self.function)(row).into_iter()));
        }
    }
}
