// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Arrays`: one array or several, borrowed where they hold `f32`.

use ndarray::{ArrayBase, CowArray, Data, Dimension, IxDyn};

/// One array or several, as the inputs or targets of a model in its order.
///
/// Arrays of `f32` are borrowed; others (`f64`, integers, `bool`) are converted.
#[derive(Clone, Debug, Default)]
pub struct Arrays<'a>(pub(crate) Vec<CowArray<'a, f32, IxDyn>>);

impl<'a> Arrays<'a> {
    /// The number of arrays.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no array.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds an array.
    #[must_use]
    pub fn and(mut self, array: impl Into<Arrays<'a>>) -> Self {
        self.0.extend(array.into().0);
        self
    }
}

/// An element that can become `f32`; `f32` itself is borrowed.
pub trait Element: Copy {
    /// The array as one of `f32`.
    fn array<'a, S, D>(array: &'a ArrayBase<S, D>) -> CowArray<'a, f32, IxDyn>
    where
        S: Data<Elem = Self>,
        D: Dimension;
}

impl Element for f32 {
    fn array<'a, S, D>(array: &'a ArrayBase<S, D>) -> CowArray<'a, f32, IxDyn>
    where
        S: Data<Elem = Self>,
        D: Dimension,
    {
        array.view().into_dyn().into()
    }
}

macro_rules! converted {
    ($($type:ty => $convert:expr),+ $(,)?) => {
        $(impl Element for $type {
            fn array<'a, S, D>(array: &'a ArrayBase<S, D>) -> CowArray<'a, f32, IxDyn>
            where
                S: Data<Elem = Self>,
                D: Dimension,
            {
                let convert: fn($type) -> f32 = $convert;
                array.mapv(convert).into_dyn().into()
            }
        })+
    };
}

converted! {
    f64 => |x| x as f32,
    i64 => |x| x as f32,
    i32 => |x| x as f32,
    i16 => f32::from,
    i8 => f32::from,
    u64 => |x| x as f32,
    u32 => |x| x as f32,
    u16 => f32::from,
    u8 => f32::from,
    usize => |x| x as f32,
    bool => |x| f32::from(u8::from(x)),
}

impl<'a, A: Element, S: Data<Elem = A>, D: Dimension> From<&'a ArrayBase<S, D>> for Arrays<'a> {
    fn from(array: &'a ArrayBase<S, D>) -> Self {
        Self(vec![A::array(array)])
    }
}

impl<'a, A: Element, S: Data<Elem = A>, D: Dimension> From<Vec<&'a ArrayBase<S, D>>>
    for Arrays<'a>
{
    fn from(arrays: Vec<&'a ArrayBase<S, D>>) -> Self {
        Self(arrays.into_iter().map(|array| A::array(array)).collect())
    }
}

impl<'a, A: Element, S: Data<Elem = A>, D: Dimension, const N: usize> From<[&'a ArrayBase<S, D>; N]>
    for Arrays<'a>
{
    fn from(arrays: [&'a ArrayBase<S, D>; N]) -> Self {
        Self(arrays.into_iter().map(|array| A::array(array)).collect())
    }
}

impl<'a, A: Element, S: Data<Elem = A>, D: Dimension> From<&'a Vec<ArrayBase<S, D>>>
    for Arrays<'a>
{
    fn from(arrays: &'a Vec<ArrayBase<S, D>>) -> Self {
        Self(arrays.iter().map(|array| A::array(array)).collect())
    }
}

impl<'a, A: Element, S: Data<Elem = A>, D: Dimension> From<&'a [ArrayBase<S, D>]> for Arrays<'a> {
    fn from(arrays: &'a [ArrayBase<S, D>]) -> Self {
        Self(arrays.iter().map(|array| A::array(array)).collect())
    }
}
