// SPDX-License-Identifier: MIT OR Apache-2.0
//! Pooling over height and width, channels last.

use burn::backend::Dispatch;
use burn::backend::ops::ModuleOps;
use firesteel_core::{Result, err};

use super::binary::divide;
use super::conv::Padding;
use super::reshape::{pad, transpose};
use crate::{Device, Tensor, fused};

/// Window, stride and padding of a pooling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolGeometry {
    /// The window, high and wide.
    pub window: [usize; 2],
    /// Its steps, down and right.
    pub strides: [usize; 2],
    /// What happens at the border.
    pub padding: Padding,
}

impl PoolGeometry {
    /// The widths of the padding before and after height and width.
    fn plan(&self, x: &Tensor) -> Result<[(usize, usize); 2]> {
        let [_, height, width, _] = x.shape() else {
            return Err(err::shape("pool", "the image needs four axes").got(x));
        };
        let plan = |axis: usize, length: usize| {
            self.padding.plan(length, self.window[axis], self.strides[axis], 1)
        };
        let ((rows, vertical), (columns, horizontal)) = (plan(0, *height), plan(1, *width));
        if rows == 0 || columns == 0 {
            return Err(err::shape("pool", "the window is larger than the image")
                .expected(format!("at least {:?}", self.window))
                .got(x)
                .fix("use a smaller window or `padding=\"same\"`"));
        }
        Ok([vertical, horizontal])
    }
}

/// The largest value of each window; padding never wins.
///
/// # Shapes
/// `(batch, height, width, channels)`, output `(batch, new height, new width, channels)`.
///
/// # Errors
/// `Shape` when there are not four axes or the window is larger than an unpadded image.
pub fn max_pool2d(x: &Tensor, geometry: PoolGeometry) -> Result<Tensor> {
    let widths = geometry.plan(x)?;
    if x.is_on_cpu() {
        return fused::apply(fused::MaxPool2d { geometry, widths }, &[x]);
    }
    composed_max(x, geometry, widths)
}

fn composed_max(x: &Tensor, geometry: PoolGeometry, widths: [(usize, usize); 2]) -> Result<Tensor> {
    // the smallest finite number stands for minus infinity, whose gradient would be NaN
    let padded = pad(x, &[(0, 0), widths[0], widths[1], (0, 0)], f32::MIN)?;
    let image = transpose(&padded, &[0, 3, 1, 2])?.into_dispatch();
    let pooled =
        Dispatch::max_pool2d(image, geometry.window, geometry.strides, [0, 0], [1, 1], false);
    transpose(&Tensor::wrap(pooled), &[0, 2, 3, 1])
}

/// The mean of each window over the cells that are really there.
///
/// # Shapes
/// As [`max_pool2d`].
///
/// # Errors
/// As [`max_pool2d`].
pub fn average_pool2d(x: &Tensor, geometry: PoolGeometry) -> Result<Tensor> {
    let widths = geometry.plan(x)?;
    if x.is_on_cpu() {
        return fused::apply(fused::AveragePool2d { geometry, widths }, &[x]);
    }
    composed_average(x, geometry, widths)
}

fn composed_average(
    x: &Tensor,
    geometry: PoolGeometry,
    widths: [(usize, usize); 2],
) -> Result<Tensor> {
    let mean = |x: &Tensor| -> Result<Tensor> {
        let padded = pad(x, &[(0, 0), widths[0], widths[1], (0, 0)], 0.0)?;
        let image = transpose(&padded, &[0, 3, 1, 2])?.into_dispatch();
        let pooled =
            Dispatch::avg_pool2d(image, geometry.window, geometry.strides, [0, 0], true, false);
        transpose(&Tensor::wrap(pooled), &[0, 2, 3, 1])
    };
    if widths == [(0, 0), (0, 0)] {
        return mean(x);
    }
    // the mean of ones is the share of real cells
    let ones = Tensor::full(1.0, &[1, x.shape()[1], x.shape()[2], 1], &Device::cpu())?;
    divide(&mean(x)?, &mean(&ones.like(x))?)
}

#[cfg(test)]
mod tests;
