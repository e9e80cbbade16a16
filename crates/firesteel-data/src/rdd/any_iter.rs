// SPDX-License-Identifier: MIT OR Apache-2.0
//! `AnyIter`: an iterator whose element type is known only to its two ends.

use std::any::{Any, type_name};
use std::fmt;

use firesteel_core::{Result, err};

/// The elements of one partition on their way from one operation to the next.
pub(crate) type Iter<T> = Box<dyn Iterator<Item = T> + Send>;

/// An [`Iter`] in a box that hides its type; steps of a program hand it on to each other.
pub(crate) struct AnyIter {
    rows: Box<dyn Any + Send>,
    element: &'static str,
}

impl AnyIter {
    pub(crate) fn new<T: 'static>(rows: impl Iterator<Item = T> + Send + 'static) -> Self {
        let rows: Iter<T> = Box::new(rows);
        Self { rows: Box::new(rows), element: type_name::<T>() }
    }

    /// The iterator itself.
    pub(crate) fn into_typed<T: 'static>(self) -> Result<Iter<T>> {
        let element = self.element;
        self.rows.downcast::<Iter<T>>().map(|rows| *rows).map_err(|_| mismatch::<T>(element))
    }

    /// The iterator, lent.
    pub(crate) fn typed<T: 'static>(&mut self) -> Result<&mut Iter<T>> {
        let element = self.element;
        self.rows.downcast_mut::<Iter<T>>().ok_or_else(|| mismatch::<T>(element))
    }
}

fn mismatch<T>(element: &str) -> firesteel_core::Error {
    let expected = type_name::<T>();
    err::internal(format!("a step gives elements of `{element}`, the next one takes `{expected}`"))
}

impl fmt::Debug for AnyIter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AnyIter<{}>", self.element)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_comes_back_and_no_other() {
        let mut rows = AnyIter::new([1, 2, 3].into_iter());
        assert_eq!(rows.typed::<i32>().unwrap().next(), Some(1));
        assert!(rows.typed::<u32>().err().unwrap().is_internal());
        assert_eq!(rows.into_typed::<i32>().unwrap().collect::<Vec<_>>(), [2, 3]);
        let error = AnyIter::new(["a"].into_iter()).into_typed::<String>().err().unwrap();
        assert!(error.to_string().contains("gives elements of `&str`"), "{error}");
    }
}
