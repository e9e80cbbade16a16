// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Axes`: an option with one axis or several.

use firesteel_core::options::mismatch;
use firesteel_core::{Json, OptionValue, Result, Shape, err};

/// One axis or several; negative numbers count from the end.
///
/// Made from a number, an array or a tuple: `Softmax::new().axis(1)`, `Softmax::new().axis([1, 2])`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axes {
    axes: Vec<i64>,
    /// Whether it was given as a number, which is how it is written again.
    is_number: bool,
}

impl Axes {
    /// The axes as they were given.
    pub fn given(&self) -> &[i64] {
        &self.axes
    }

    /// The axes of a shape as ascending indices, each once.
    ///
    /// # Errors
    /// `InvalidArgument` when the shape has no such axis.
    pub(crate) fn of(&self, layer: &str, option: &str, shape: &Shape) -> Result<Vec<usize>> {
        let index = |&axis: &i64| axis_index(layer, option, axis, shape);
        let mut indices = self.axes.iter().map(index).collect::<Result<Vec<_>>>()?;
        indices.sort_unstable();
        indices.dedup();
        Ok(indices)
    }
}

/// The index of an axis that counts from either end.
///
/// # Errors
/// `InvalidArgument` when the shape has no such axis.
pub(crate) fn axis_index(layer: &str, option: &str, axis: i64, shape: &Shape) -> Result<usize> {
    let rank = shape.rank() as i64;
    let index = if axis < 0 { axis + rank } else { axis };
    if (0..rank).contains(&index) {
        return Ok(index as usize);
    }
    Err(err::invalid_argument(layer, option).expected(format!("an axis of {shape}")).got(axis))
}

/// The index of an axis that holds features, and its length.
///
/// # Errors
/// `InvalidArgument` when it is the batch axis or not there, `Shape` when its length is open.
pub(crate) fn feature_axis(
    layer: &str,
    option: &str,
    axis: i64,
    shape: &Shape,
) -> Result<(usize, usize)> {
    let index = axis_index(layer, option, axis, shape)?;
    if index == 0 {
        return Err(err::invalid_argument(layer, option)
            .expected("an axis beside that of the batch")
            .got(format!("{axis} for {shape}")));
    }
    let open = || err::shape(layer, format!("axis {axis} must have a known length")).got(shape);
    Ok((index, shape.axes()[index].ok_or_else(open)?))
}

impl From<i64> for Axes {
    fn from(axis: i64) -> Self {
        Self { axes: vec![axis], is_number: true }
    }
}

impl<const N: usize> From<[i64; N]> for Axes {
    fn from(axes: [i64; N]) -> Self {
        Self { axes: axes.to_vec(), is_number: false }
    }
}

impl From<(i64, i64)> for Axes {
    fn from((first, second): (i64, i64)) -> Self {
        Self::from([first, second])
    }
}

impl From<Vec<i64>> for Axes {
    fn from(axes: Vec<i64>) -> Self {
        Self { axes, is_number: false }
    }
}

impl OptionValue for Axes {
    const EXPECTS: &'static str = "an integer or a list of them";

    fn encode(&self) -> Json {
        match self.axes.as_slice() {
            [axis] if self.is_number => axis.encode(),
            _ => self.axes.encode(),
        }
    }

    fn decode(json: &Json) -> Result<Self> {
        let decoded = match json {
            Json::Array(_) => Vec::decode(json).map(Self::from),
            one => i64::decode(one).map(Self::from),
        };
        decoded.map_err(|_| mismatch::<Self>(json))
    }
}
