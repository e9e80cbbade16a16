// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Data`: everything that can be fitted, evaluated or predicted.

use std::fmt;

use firesteel_core::{Result, Shape, err};
use ndarray::{ArrayBase, CowArray, Data as Storage, Dimension, IxDyn};

use super::array_source::ArraySource;
use super::arrays::{Arrays, Element};
use super::batch::BatchSource;

/// Everything that can be fitted, evaluated or predicted: arrays, or a source of batches.
///
/// `(&x, &y)` and `(&x, &y, &sample_weight)` become one on their own, as do `&x` for prediction and a
/// [`Generator`](super::Generator). Several inputs or targets are given as `[&a, &b]` in the model's order.
pub struct Data<'a>(pub(crate) Kind<'a>);

pub(crate) enum Kind<'a> {
    Arrays(ArrayData<'a>),
    Source(Box<dyn BatchSource + 'a>),
}

/// Inputs, targets and weights with equal first axes.
#[derive(Clone, Debug, Default)]
pub(crate) struct ArrayData<'a> {
    pub(crate) x: Vec<CowArray<'a, f32, IxDyn>>,
    pub(crate) y: Vec<CowArray<'a, f32, IxDyn>>,
    pub(crate) sample_weight: Option<CowArray<'a, f32, IxDyn>>,
}

impl<'a> Data<'a> {
    /// Data from a source of batches.
    pub fn from_source(source: impl BatchSource + 'a) -> Self {
        Self(Kind::Source(Box::new(source)))
    }

    /// Data from arrays alone.
    pub(crate) fn into_source(self) -> Result<Box<dyn BatchSource + 'a>> {
        match self.0 {
            Kind::Source(source) => Ok(source),
            Kind::Arrays(arrays) => Ok(Box::new(ArraySource::new(arrays)?)),
        }
    }
}

impl ArrayData<'_> {
    /// The number of samples.
    ///
    /// # Errors
    /// `Shape` when the arrays have different numbers, `InvalidArgument` when there is none.
    pub(crate) fn samples(&self) -> Result<usize> {
        let all = self.x.iter().chain(&self.y).chain(&self.sample_weight);
        let mut known: Option<usize> = None;
        for array in all {
            let Some(&n) = array.shape().first() else {
                return Err(err::shape("data", "an array without axes cannot be cut into samples"));
            };
            if *known.get_or_insert(n) != n {
                return Err(err::shape("data", "the arrays differ in their number of samples")
                    .expected(known.unwrap_or(0))
                    .got(format!("{n} in {}", Shape::from(array.shape()))));
            }
        }
        match known {
            None | Some(0) => Err(err::invalid_argument("data", "x")
                .expected("at least one sample")
                .got("none")
                .fix("check how the data were read and filtered")),
            Some(n) => Ok(n),
        }
    }
}

impl<'a, X: Into<Arrays<'a>>, Y: Into<Arrays<'a>>> From<(X, Y)> for Data<'a> {
    fn from((x, y): (X, Y)) -> Self {
        Self(Kind::Arrays(ArrayData { x: x.into().0, y: y.into().0, sample_weight: None }))
    }
}

impl<'a, X: Into<Arrays<'a>>, Y: Into<Arrays<'a>>, W: Into<Arrays<'a>>> From<(X, Y, W)>
    for Data<'a>
{
    fn from((x, y, weight): (X, Y, W)) -> Self {
        let sample_weight = weight.into().0.into_iter().next();
        Self(Kind::Arrays(ArrayData { x: x.into().0, y: y.into().0, sample_weight }))
    }
}

impl<'a> From<Arrays<'a>> for Data<'a> {
    fn from(x: Arrays<'a>) -> Self {
        Self(Kind::Arrays(ArrayData { x: x.0, ..ArrayData::default() }))
    }
}

impl<'a, A: Element, S: Storage<Elem = A>, D: Dimension> From<&'a ArrayBase<S, D>> for Data<'a> {
    fn from(x: &'a ArrayBase<S, D>) -> Self {
        Self::from(Arrays::from(x))
    }
}

impl<'a, A: Element, S: Storage<Elem = A>, D: Dimension, const N: usize>
    From<[&'a ArrayBase<S, D>; N]> for Data<'a>
{
    fn from(x: [&'a ArrayBase<S, D>; N]) -> Self {
        Self::from(Arrays::from(x))
    }
}

impl<'a, A: Element, S: Storage<Elem = A>, D: Dimension> From<&'a Vec<ArrayBase<S, D>>>
    for Data<'a>
{
    fn from(x: &'a Vec<ArrayBase<S, D>>) -> Self {
        Self::from(Arrays::from(x))
    }
}

impl fmt::Debug for Data<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Arrays(arrays) => write!(f, "Data({} inputs)", arrays.x.len()),
            Kind::Source(_) => f.write_str("Data(source)"),
        }
    }
}
