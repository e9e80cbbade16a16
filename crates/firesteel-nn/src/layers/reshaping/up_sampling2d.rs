// SPDX-License-Identifier: MIT OR Apache-2.0
//! `UpSampling2D`: a larger image.

use firesteel_core::{Options, Result, Shape};
use firesteel_tensor::{Tensor, ops};

use super::require_image;
use crate::Layer;
use crate::layer::{CallCx, LayerBase, Weights};
use crate::layers::Size;
use crate::layers::options::{DATA_FORMATS, is_channels_first};

/// Makes height and width larger by whole factors.
///
/// # Shapes
/// input `(batch, height, width, channels)`, output `(batch, height * size[0], width * size[1], channels)`.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{Input, UpSampling2D};
/// use firesteel_nn::{Sequential, layers};
///
/// let model = Sequential::from(layers![Input::new([7, 5, 3]), UpSampling2D::new((2, 3))]);
/// assert_eq!(model.output_shapes()?[0].to_string(), "(None, 14, 15, 3)");
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/reshaping/up_sampling2d.py`, class `UpSampling2D`.
#[derive(Clone, Debug, Options)]
pub struct UpSampling2D {
    /// The factors of height and width.
    #[option(required, min = 1)]
    size: Size<2>,
    /// Where the channels are: `"channels_last"` or `"channels_first"`.
    #[option(default = "channels_last", one_of = DATA_FORMATS)]
    data_format: String,
    /// How new pixels are made: by repeating the old ones, or in between them.
    #[option(default = "nearest", one_of = INTERPOLATIONS)]
    interpolation: String,
    #[option(base)]
    base: LayerBase,
}

const INTERPOLATIONS: [&str; 5] = ["bicubic", "bilinear", "lanczos3", "lanczos5", "nearest"];

/// What the names stand for; repeating is not an interpolation.
const KNOWN: [(&str, Option<ops::Interpolation>); 5] = [
    (INTERPOLATIONS[0], Some(ops::Interpolation::Bicubic)),
    (INTERPOLATIONS[1], Some(ops::Interpolation::Bilinear)),
    (INTERPOLATIONS[2], Some(ops::Interpolation::Lanczos3)),
    (INTERPOLATIONS[3], Some(ops::Interpolation::Lanczos5)),
    (INTERPOLATIONS[4], None),
];

impl UpSampling2D {
    /// The axis of the height; that of the width follows it.
    fn first_axis(&self) -> usize {
        if is_channels_first(&self.data_format) { 2 } else { 1 }
    }

    fn interpolated(&self, x: &Tensor, how: ops::Interpolation) -> Result<Tensor> {
        let is_first = is_channels_first(&self.data_format);
        let image = if is_first { ops::transpose(x, &[0, 2, 3, 1])? } else { x.clone() };
        let [vertical, horizontal] = self.size.axes();
        let size = [image.shape()[1] * vertical, image.shape()[2] * horizontal];
        let resized = ops::resize2d(&image, size, how)?;
        if is_first { ops::transpose(&resized, &[0, 3, 1, 2]) } else { Ok(resized) }
    }
}

impl Layer for UpSampling2D {
    fn output_shape(&self, input: &Shape) -> Result<Shape> {
        require_image("UpSampling2D", input)?;
        let mut axes = input.axes().to_vec();
        for (axis, factor) in self.size.axes().iter().enumerate() {
            let length = &mut axes[self.first_axis() + axis];
            *length = length.map(|length| length.saturating_mul(*factor));
        }
        Ok(Shape::new(axes))
    }

    fn forward(&self, _weights: &Weights, x: &Tensor, _cx: &CallCx) -> Result<Tensor> {
        let known = firesteel_core::names::find("interpolation", &self.interpolation, &KNOWN)?;
        if let Some(how) = known {
            return self.interpolated(x, *how);
        }
        let [vertical, horizontal] = self.size.axes();
        let first = self.first_axis() as isize;
        ops::repeat(&ops::repeat(x, first, vertical)?, first + 1, horizontal)
    }
}
