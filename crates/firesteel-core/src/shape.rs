// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Shape`: axis lengths, of which some may be open.

use std::fmt;

use crate::options::{OptionValue, mismatch};
use crate::{Json, Result, err};

/// Axis lengths; `None` stands for an open one, such as the batch.
///
/// Written as Keras writes it: `(None, 28, 28, 1)`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Shape(Vec<Option<usize>>);

impl Shape {
    /// A shape from lengths, open ones as `None`.
    pub fn new(axes: impl Into<Vec<Option<usize>>>) -> Self {
        Self(axes.into())
    }

    /// The number of axes.
    pub fn rank(&self) -> usize {
        self.0.len()
    }

    /// All lengths.
    pub fn axes(&self) -> &[Option<usize>] {
        &self.0
    }

    /// The length of one axis; negative numbers count from the end. `None` when open or absent.
    pub fn axis(&self, axis: isize) -> Option<usize> {
        let index = if axis < 0 { self.rank().checked_add_signed(axis)? } else { axis as usize };
        self.0.get(index).copied().flatten()
    }

    /// The length of the last axis, which must be known.
    ///
    /// # Errors
    /// `Shape` when there is no axis, or the last is open.
    pub fn last(&self) -> Result<usize> {
        self.axis(-1).ok_or_else(|| err::shape("shape", "the last axis must be known").got(self))
    }

    /// The shape with another length of the last axis.
    #[must_use]
    pub fn with_last(mut self, length: usize) -> Self {
        if let Some(last) = self.0.last_mut() {
            *last = Some(length);
        }
        self
    }

    /// The shape with an open batch axis in front.
    #[must_use]
    pub fn batched(&self) -> Self {
        Self(std::iter::once(None).chain(self.0.iter().copied()).collect())
    }

    /// The shape without its first axis.
    #[must_use]
    pub fn unbatched(&self) -> Self {
        Self(self.0.iter().skip(1).copied().collect())
    }

    /// All lengths, where none is open.
    pub fn known(&self) -> Option<Vec<usize>> {
        self.0.iter().copied().collect()
    }

    /// The number of elements, where no axis is open.
    pub fn size(&self) -> Option<usize> {
        self.0.iter().copied().product()
    }

    /// Whether an array of these lengths fits: equal ranks, equal lengths where not open.
    pub fn accepts(&self, lengths: &[usize]) -> bool {
        let fits =
            |(axis, length): (&Option<usize>, &usize)| axis.is_none_or(|axis| axis == *length);
        self.rank() == lengths.len() && self.0.iter().zip(lengths).all(fits)
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let axes: Vec<String> =
            self.0.iter().map(|axis| axis.map_or("None".to_owned(), |n| n.to_string())).collect();
        match axes.as_slice() {
            [only] => write!(f, "({only},)"),
            axes => write!(f, "({})", axes.join(", ")),
        }
    }
}

impl<const N: usize> From<[usize; N]> for Shape {
    fn from(axes: [usize; N]) -> Self {
        Self::from(axes.as_slice())
    }
}

impl<const N: usize> From<[Option<usize>; N]> for Shape {
    fn from(axes: [Option<usize>; N]) -> Self {
        Self(axes.to_vec())
    }
}

impl From<&[usize]> for Shape {
    fn from(axes: &[usize]) -> Self {
        Self(axes.iter().map(|&n| Some(n)).collect())
    }
}

impl From<Vec<usize>> for Shape {
    fn from(axes: Vec<usize>) -> Self {
        Self::from(axes.as_slice())
    }
}

impl OptionValue for Shape {
    const EXPECTS: &'static str = "a list of axis lengths, null for an open one";

    fn encode(&self) -> Json {
        self.0.iter().map(|axis| axis.map_or(Json::Null, Json::from)).collect()
    }

    fn decode(json: &Json) -> Result<Self> {
        let axes = json.as_array().ok_or_else(|| mismatch::<Self>(json))?;
        axes.iter().map(Option::decode).collect::<Result<Vec<_>>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_keras_does() {
        assert_eq!(Shape::from([28, 28, 1]).batched().to_string(), "(None, 28, 28, 1)");
        assert_eq!(Shape::from([7]).to_string(), "(7,)");
        assert_eq!(Shape::default().to_string(), "()");
    }

    #[test]
    fn accepts_what_fits() {
        let shape = Shape::from([2, 3]).batched();
        assert!(shape.accepts(&[9, 2, 3]));
        assert!(!shape.accepts(&[9, 2, 4]));
        assert!(!shape.accepts(&[2, 3]));
        assert_eq!(shape.axis(-1), Some(3));
        assert_eq!(shape.axis(-4), None);
        assert_eq!(shape.size(), None);
        assert_eq!(shape.unbatched().size(), Some(6));
    }
}
