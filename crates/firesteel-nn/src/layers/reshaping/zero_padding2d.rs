// SPDX-License-Identifier: MIT OR Apache-2.0
//! `ZeroPadding2D`: a border of zeros.

use firesteel_core::{Options, Result, Shape};
use firesteel_tensor::{Tensor, ops};

use super::require_image;
use crate::Layer;
use crate::layer::{CallCx, LayerBase, Weights};
use crate::layers::Margins;
use crate::layers::options::{DATA_FORMATS, is_channels_first};

/// Puts a border of zeros around height and width.
///
/// # Shapes
/// input `(batch, height, width, channels)`, output
/// `(batch, top + height + bottom, left + width + right, channels)`.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{Input, ZeroPadding2D};
/// use firesteel_nn::{Sequential, layers};
///
/// let model = Sequential::from(layers![Input::new([7, 5, 3]), ZeroPadding2D::new(((1, 0), (2, 2)))]);
/// assert_eq!(model.output_shapes()?[0].to_string(), "(None, 8, 9, 3)");
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/reshaping/zero_padding2d.py`, class `ZeroPadding2D`.
#[derive(Clone, Debug, Options)]
pub struct ZeroPadding2D {
    /// The widths: one number, `(vertical, horizontal)` or `((top, bottom), (left, right))`.
    #[option(required)]
    padding: Margins<2>,
    /// Where the channels are: `"channels_last"` or `"channels_first"`.
    #[option(default = "channels_last", one_of = DATA_FORMATS)]
    data_format: String,
    #[option(base)]
    base: LayerBase,
}

impl ZeroPadding2D {
    /// The widths before and after each axis of the input.
    fn widths(&self) -> [(usize, usize); 4] {
        let [vertical, horizontal] = self.padding.pairs();
        match is_channels_first(&self.data_format) {
            true => [(0, 0), (0, 0), vertical, horizontal],
            false => [(0, 0), vertical, horizontal, (0, 0)],
        }
    }
}

impl Layer for ZeroPadding2D {
    fn output_shape(&self, input: &Shape) -> Result<Shape> {
        require_image("ZeroPadding2D", input)?;
        let wider = |(length, (before, after)): (&Option<usize>, (usize, usize))| {
            length.map(|length| before + length + after)
        };
        Ok(Shape::new(input.axes().iter().zip(self.widths()).map(wider).collect::<Vec<_>>()))
    }

    fn forward(&self, _weights: &Weights, x: &Tensor, _cx: &CallCx) -> Result<Tensor> {
        ops::pad(x, &self.widths(), 0.0)
    }
}
