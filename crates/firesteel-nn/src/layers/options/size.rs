// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Size`: an option with one whole number for each axis of an image.

use firesteel_core::{Json, OptionValue, Result};

/// A whole number for each of `N` axes, such as the height and the width of a window.
///
/// Made from one number for all axes, an array or a tuple: `3`, `[3, 5]`, `(3, 5)`, `(3, 5, 7)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size<const N: usize>([usize; N]);

impl<const N: usize> Size<N> {
    /// The number of each axis.
    pub fn axes(&self) -> [usize; N] {
        self.0
    }
}

impl<const N: usize> From<usize> for Size<N> {
    fn from(length: usize) -> Self {
        Self([length; N])
    }
}

impl<const N: usize> From<[usize; N]> for Size<N> {
    fn from(lengths: [usize; N]) -> Self {
        Self(lengths)
    }
}

impl From<(usize, usize)> for Size<2> {
    fn from((height, width): (usize, usize)) -> Self {
        Self([height, width])
    }
}

impl From<(usize, usize, usize)> for Size<3> {
    fn from((depth, height, width): (usize, usize, usize)) -> Self {
        Self([depth, height, width])
    }
}

impl<const N: usize> OptionValue for Size<N> {
    const EXPECTS: &'static str = "an integer, or one for each axis";

    fn encode(&self) -> Json {
        self.0.encode()
    }

    fn decode(json: &Json) -> Result<Self> {
        <[usize; N]>::decode(json).map(Self)
    }
}
