// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Margins`: an option with the widths of a border before and after each axis of an image.

use firesteel_core::options::mismatch;
use firesteel_core::{Json, OptionValue, Result};

/// The widths of a border before and after each of `N` axes.
///
/// Made from one number for all sides, from one for each axis, or from a pair for each axis:
/// `1`, `(1, 2)`, `((0, 1), (2, 3))`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Margins<const N: usize>([(usize, usize); N]);

impl<const N: usize> Margins<N> {
    /// The widths before and after each axis.
    pub fn pairs(&self) -> [(usize, usize); N] {
        self.0
    }
}

impl<const N: usize> From<usize> for Margins<N> {
    fn from(width: usize) -> Self {
        Self([(width, width); N])
    }
}

impl<const N: usize> From<[usize; N]> for Margins<N> {
    fn from(widths: [usize; N]) -> Self {
        Self(widths.map(|width| (width, width)))
    }
}

impl<const N: usize> From<[(usize, usize); N]> for Margins<N> {
    fn from(pairs: [(usize, usize); N]) -> Self {
        Self(pairs)
    }
}

impl From<(usize, usize)> for Margins<2> {
    fn from((vertical, horizontal): (usize, usize)) -> Self {
        Self::from([vertical, horizontal])
    }
}

impl From<((usize, usize), (usize, usize))> for Margins<2> {
    fn from((vertical, horizontal): ((usize, usize), (usize, usize))) -> Self {
        Self([vertical, horizontal])
    }
}

impl<const N: usize> OptionValue for Margins<N> {
    const EXPECTS: &'static str = "an integer, one for each axis, or a pair for each axis";

    fn encode(&self) -> Json {
        self.0.iter().map(|&(before, after)| [before, after].encode()).collect()
    }

    fn decode(json: &Json) -> Result<Self> {
        let pair = |[before, after]: [usize; 2]| (before, after);
        match <[[usize; 2]; N]>::decode(json) {
            Ok(pairs) if is_nested(json) => Ok(Self(pairs.map(pair))),
            _ => {
                let widths = <[usize; N]>::decode(json).map_err(|_| mismatch::<Self>(json))?;
                Ok(Self::from(widths))
            }
        }
    }
}

/// Whether there is a pair for each axis, and not one number.
fn is_nested(json: &Json) -> bool {
    json.as_array().is_some_and(|items| items.iter().all(Json::is_array))
}
