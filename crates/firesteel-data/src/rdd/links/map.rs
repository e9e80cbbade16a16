// SPDX-License-Identifier: MIT OR Apache-2.0
//! `map`.

use std::marker::PhantomData;
use std::sync::Arc;

use firesteel_core::Result;
use firesteel_ship::Build;

use crate::rdd::any_iter::AnyIter;
use crate::rdd::part::{Link, Part};
use crate::rdd::watch::Watch;

/// One element for each.
pub(crate) struct MapLink<T, U, F> {
    function: Arc<F>,
    types: PhantomData<fn(T) -> U>,
}

impl<T, U, F> Build<F> for MapLink<T, U, F>
where
    T: Send + 'static,
    U: Send + 'static,
    F: Fn(T) -> U + Send + Sync + 'static,
{
    type Output = Part;

    fn build(function: Arc<F>) -> Part {
        Part::Link(Arc::new(Self { function, types: PhantomData }))
    }
}

impl<T, U, F> Link for MapLink<T, U, F>
where
    T: Send + 'static,
    U: Send + 'static,
    F: Fn(T) -> U + Send + Sync + 'static,
{
    fn apply(&self, rows: AnyIter, watch: &Watch) -> Result<AnyIter> {
        let (function, watch) = (Arc::clone(&self.function), watch.clone());
        let rows = rows.into_typed::<T>()?;
        Ok(AnyIter::new(rows.map(move |row| watch.call(|| function(row)))))
    }
}
