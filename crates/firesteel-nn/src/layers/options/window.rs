// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Window`: what sliding a window over an image does to its shape.

use firesteel_core::{Result, Shape, err};
use firesteel_tensor::ops;

/// A window that slides over the `N` axes of an image whose channels come last.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window<const N: usize> {
    pub(crate) size: [usize; N],
    pub(crate) strides: [usize; N],
    pub(crate) dilation: [usize; N],
    pub(crate) padding: ops::Padding,
}

impl<const N: usize> Window<N> {
    /// The shape of what the windows give, with another number of channels if one is given.
    ///
    /// # Errors
    /// `Shape` when the rank does not fit, or the window is larger than an image without border.
    pub(crate) fn slide(
        &self,
        layer: &str,
        input: &Shape,
        channels: Option<usize>,
    ) -> Result<Shape> {
        if input.rank() != N + 2 {
            let image = ["steps", "height, width", "depth, height, width"];
            let wanted = format!("(batch, {}, channels)", image[(N - 1).min(2)]);
            return Err(err::shape(layer, "the rank does not fit").expected(wanted).got(input));
        }
        let mut axes = input.axes().to_vec();
        for axis in 0..N {
            if let Some(length) = axes[axis + 1] {
                axes[axis + 1] = Some(self.count(layer, axis, length, input)?);
            }
        }
        if channels.is_some() {
            axes[N + 1] = channels;
        }
        Ok(Shape::new(axes))
    }

    /// How many windows fit along an axis.
    fn count(&self, layer: &str, axis: usize, length: usize, input: &Shape) -> Result<usize> {
        let (size, dilation) = (self.size[axis], self.dilation[axis]);
        let (count, _) = self.padding.plan(length, size, self.strides[axis], dilation);
        if count > 0 {
            return Ok(count);
        }
        let reach = (size - 1).saturating_mul(dilation).saturating_add(1);
        let what = format!("the window is larger than axis {} of the input", axis + 1);
        Err(err::shape(layer, what)
            .expected(format!("a length of at least {reach}"))
            .got(input)
            .fix("use a smaller window or `padding=\"same\"`"))
    }
}
