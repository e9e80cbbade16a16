// SPDX-License-Identifier: MIT OR Apache-2.0
//! `filter`.

use std::marker::PhantomData;
use std::sync::Arc;

use firesteel_core::Result;
use firesteel_ship::Build;

use crate::rdd::any_iter::AnyIter;
use crate::rdd::part::{Link, Part};
use crate::rdd::watch::Watch;

/// The elements that a condition keeps.
pub(crate) struct FilterLink<T, F> {
    condition: Arc<F>,
    types: PhantomData<fn(T)>,
}

impl<T, F> Build<F> for FilterLink<T, F>
where
    T: Send + 'static,
    F: Fn(&T) -> bool + Send + Sync + 'static,
{
    type Output = Part;

    fn build(condition: Arc<F>) -> Part {
        Part::Link(Arc::new(Self { condition, types: PhantomData }))
    }
}

impl<T, F> Link for FilterLink<T, F>
where
    T: Send + 'static,
    F: Fn(&T) -> bool + Send + Sync + 'static,
{
    fn apply(&self, rows: AnyIter, watch: &Watch) -> Result<AnyIter> {
        let (condition, watch) = (Arc::clone(&self.condition), watch.clone());
        let rows = rows.into_typed::<T>()?;
        Ok(AnyIter::new(rows.filter(move |row| watch.call(|| condition(row)))))
    }
}
