// SPDX-License-Identifier: MIT OR Apache-2.0
//! `conv2d`: the convolution over height and width, channels last.

use burn::backend::Dispatch;
use burn::backend::ops::ModuleOps;
use burn::tensor::ops::ConvOptions;
use firesteel_core::{Result, err};

use super::activation::{Activation, activate};
use super::reshape::transpose;
use crate::Tensor;
use crate::fused::{self, kernel_activation};

/// How a window meets the border of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// The window stays inside.
    Valid,
    /// Zeros around the image, so that with stride one the size stays; an odd rest goes to the end.
    Same,
}

impl Padding {
    /// The output length of one axis and the widths before and after it.
    pub fn plan(
        self,
        length: usize,
        window: usize,
        stride: usize,
        dilation: usize,
    ) -> (usize, (usize, usize)) {
        let reach = (window - 1) * dilation + 1;
        match self {
            Self::Valid => ((length + stride).saturating_sub(reach) / stride, (0, 0)),
            Self::Same => {
                let output = length.div_ceil(stride);
                let total = ((output.max(1) - 1) * stride + reach).saturating_sub(length);
                (output, (total / 2, total - total / 2))
            }
        }
    }
}

/// Stride, dilation, padding and groups of a convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConvGeometry {
    /// Steps of the window, down and right.
    pub strides: [usize; 2],
    /// Distance between the taps of the window.
    pub dilation: [usize; 2],
    /// What happens at the border.
    pub padding: Padding,
    /// Into how many independent parts the channels are split.
    pub groups: usize,
}

/// `activation(x convolved with kernel + bias)`.
///
/// # Shapes
/// `x` `(batch, height, width, in)`, `kernel` `(kernel height, kernel width, in / groups, out)`, `bias`
/// `(out,)`, output `(batch, new height, new width, out)`.
///
/// # Errors
/// `Shape` when the lengths do not fit, or the window is larger than an unpadded image.
pub fn conv2d(
    x: &Tensor,
    kernel: &Tensor,
    bias: Option<&Tensor>,
    geometry: ConvGeometry,
    activation: Activation,
) -> Result<Tensor> {
    let ([_, height, width, channels], [kernel_height, kernel_width, depth, out]) =
        (x.shape(), kernel.shape())
    else {
        let got = format!("{x} and {kernel}");
        return Err(err::shape("conv2d", "image and kernel need four axes").got(got));
    };
    let groups = geometry.groups;
    let fits = depth * groups == *channels
        && out % groups == 0
        && bias.is_none_or(|bias| bias.shape() == [*out]);
    if !fits {
        let got = format!("{x}, {kernel} and {groups} groups");
        return Err(err::shape("conv2d", "the channels do not fit").got(got));
    }
    let plan = |axis: usize, length: usize, window: usize| {
        geometry.padding.plan(length, window, geometry.strides[axis], geometry.dilation[axis])
    };
    let (rows, vertical) = plan(0, *height, *kernel_height);
    let (columns, horizontal) = plan(1, *width, *kernel_width);
    if rows == 0 || columns == 0 {
        return Err(err::shape("conv2d", "the window is larger than the image")
            .expected(format!("at least {kernel_height} x {kernel_width}"))
            .got(x)
            .fix("use a smaller window or `padding=\"same\"`"));
    }
    let widths = [vertical, horizontal];
    if !x.is_on_cpu() {
        return composed(x, kernel, bias, geometry, widths, activation);
    }
    let (inside, after) = match kernel_activation(activation) {
        Some(inside) => (inside, Activation::Linear),
        None => (firesteel_kernels::Activation::Linear, activation),
    };
    let inputs: Vec<&Tensor> = [x, kernel].into_iter().chain(bias).collect();
    let op = fused::Conv2d { geometry, widths, activation: inside };
    activate(&fused::apply(op, &inputs)?, after)
}

/// The same of Burn's operations, for devices without our kernels; Burn wants channels first.
fn composed(
    x: &Tensor,
    kernel: &Tensor,
    bias: Option<&Tensor>,
    geometry: ConvGeometry,
    widths: [(usize, usize); 2],
    activation: Activation,
) -> Result<Tensor> {
    let image = transpose(x, &[0, 3, 1, 2])?;
    let kernel = transpose(kernel, &[3, 2, 0, 1])?;
    let options = ConvOptions {
        stride: geometry.strides,
        padding: widths,
        dilation: geometry.dilation,
        groups: geometry.groups,
    };
    let bias = bias.map(Tensor::dispatch);
    let convolved = Dispatch::conv2d(image.into_dispatch(), kernel.into_dispatch(), bias, options);
    activate(&transpose(&Tensor::wrap(convolved), &[0, 2, 3, 1])?, activation)
}

#[cfg(test)]
mod tests;
