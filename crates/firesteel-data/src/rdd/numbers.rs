// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sums and extremes.

use std::ops::Add;

use firesteel_core::Result;

use super::element::Element;
use super::rdd::Rdd;
use super::step::Call;

impl<T: Element> Rdd<T> {
    /// The sum of all elements; zero of an empty RDD.
    ///
    /// # Errors
    /// Whatever the run meets.
    #[track_caller]
    pub fn sum(&self) -> Result<T>
    where
        T: Add<Output = T> + Default,
    {
        Ok(self.reduce_as(&Call::here("sum"), |a, b| a + b)?.unwrap_or_default())
    }

    /// The smallest element, the first of equal ones.
    ///
    /// # Errors
    /// `InvalidArgument` when the RDD is empty; whatever the run meets.
    #[track_caller]
    pub fn min(&self) -> Result<T>
    where
        T: PartialOrd,
    {
        let call = Call::here("min");
        self.reduce_as(&call, |a, b| if b < a { b } else { a })?.ok_or_else(|| call.of_empty())
    }

    /// The largest element, the first of equal ones.
    ///
    /// # Errors
    /// `InvalidArgument` when the RDD is empty; whatever the run meets.
    #[track_caller]
    pub fn max(&self) -> Result<T>
    where
        T: PartialOrd,
    {
        let call = Call::here("max");
        self.reduce_as(&call, |a, b| if b > a { b } else { a })?.ok_or_else(|| call.of_empty())
    }
}
