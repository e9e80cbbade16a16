// SPDX-License-Identifier: MIT OR Apache-2.0
//! `conv`, `depthwise_conv`: convolutions over one, two or three axes, channels last.

use std::array;

use firesteel_core::{Result, err};

use super::activation::{Activation, activate};
use super::reshape::reshape;
use crate::Tensor;
use crate::fused::{self, kernel_activation};

mod affine;
mod composed;
mod padding;
mod transposed;

pub use affine::{conv_affine, depthwise_conv_affine};
pub use padding::Padding;
pub use transposed::{ConvTransposeGeometry, conv_transpose};

/// Stride, dilation, padding and groups of a convolution over `RANK` axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConvGeometry<const RANK: usize> {
    /// Steps of the window along each axis.
    pub strides: [usize; RANK],
    /// Distance between the taps of the window.
    pub dilation: [usize; RANK],
    /// What happens at the border.
    pub padding: Padding,
    /// Into how many independent parts the channels are split.
    pub groups: usize,
}

impl<const RANK: usize> ConvGeometry<RANK> {
    /// The output length of each axis and the widths of the padding before and after it.
    fn plan(
        &self,
        lengths: [usize; RANK],
        window: [usize; RANK],
    ) -> [(usize, (usize, usize)); RANK] {
        array::from_fn(|axis| {
            let (stride, dilation) = (self.strides[axis], self.dilation[axis]);
            self.padding.plan(lengths[axis], window[axis], stride, dilation)
        })
    }
}

/// `activation(x convolved with kernel + bias)`.
///
/// # Shapes
/// `x` `(batch, .., in)` with one to three axes between, `kernel` `(.., in / groups, out)`, `bias` `(out,)`,
/// output `(batch, .., out)`.
///
/// # Errors
/// `Shape` when the lengths do not fit, or the window is larger than an unpadded image, `InvalidArgument` for steps of
/// zero, or taps too far apart.
pub fn conv<const RANK: usize>(
    x: &Tensor,
    kernel: &Tensor,
    bias: Option<&Tensor>,
    geometry: ConvGeometry<RANK>,
    activation: Activation,
) -> Result<Tensor> {
    let widths = fitting(x, kernel, bias, &geometry)?;
    if !x.is_on_cpu() {
        return composed::conv(x, kernel, bias, geometry, widths, activation);
    }
    let (inside, after) = split(activation);
    let op = fused::Conv { geometry, widths, activation: inside };
    activate(&fused::apply(op, &inputs(x, kernel, bias))?, after)
}

/// The zeros before and after each axis, where everything fits.
fn fitting<const RANK: usize>(
    x: &Tensor,
    kernel: &Tensor,
    bias: Option<&Tensor>,
    geometry: &ConvGeometry<RANK>,
) -> Result<[(usize, usize); RANK]> {
    let (lengths, window) = image_and_window("conv", x, kernel)?;
    require_steps("conv", &geometry.strides, &geometry.dilation)?;
    require_reach("conv", &window, &geometry.dilation)?;
    let (depth, out, groups) = (kernel.shape()[RANK], kernel.shape()[RANK + 1], geometry.groups);
    let fits = groups > 0
        && depth * groups == x.shape()[RANK + 1]
        && out % groups == 0
        && bias.is_none_or(|bias| bias.shape() == [out]);
    if !fits {
        let got = format!("{x}, {kernel} and {groups} groups");
        return Err(err::shape("conv", "the channels do not fit").got(got));
    }
    let plan = geometry.plan(lengths, window);
    if plan.iter().any(|&(length, _)| length == 0) {
        return Err(err::shape("conv", "the window is larger than the image")
            .expected(format!("lengths of at least {window:?}"))
            .got(x)
            .fix("use a smaller window or `padding=\"same\"`"));
    }
    Ok(plan.map(|(_, widths)| widths))
}

/// A convolution of each channel by itself, `activation(x convolved with kernel + bias)`; the `groups` of the
/// geometry do not count.
///
/// # Shapes
/// `x` `(batch, .., in)`, `kernel` `(.., in, multiplier)`, `bias` `(in * multiplier,)`, output
/// `(batch, .., in * multiplier)`, where the results of a channel stand side by side.
///
/// # Errors
/// As [`conv`].
pub fn depthwise_conv<const RANK: usize>(
    x: &Tensor,
    kernel: &Tensor,
    bias: Option<&Tensor>,
    geometry: ConvGeometry<RANK>,
    activation: Activation,
) -> Result<Tensor> {
    let (kernel, geometry) = apart(kernel, geometry)?;
    conv(x, &kernel, bias, geometry, activation)
}

/// A kernel and a geometry with as many groups as there are channels.
fn apart<const RANK: usize>(
    kernel: &Tensor,
    geometry: ConvGeometry<RANK>,
) -> Result<(Tensor, ConvGeometry<RANK>)> {
    let [window @ .., channels, multiplier] = kernel.shape() else {
        return Err(err::shape("depthwise_conv", "the kernel needs channels").got(kernel));
    };
    let mut axes = window.to_vec();
    axes.extend([1, channels * multiplier]);
    Ok((reshape(kernel, &axes)?, ConvGeometry { groups: *channels, ..geometry }))
}

/// The lengths of the image and of the window.
fn image_and_window<const RANK: usize>(
    operation: &str,
    x: &Tensor,
    kernel: &Tensor,
) -> Result<([usize; RANK], [usize; RANK])> {
    if !(1..=3).contains(&RANK) {
        return Err(err::unsupported(format!("a window over {RANK} axes")).at(operation));
    }
    let got = || format!("{x} and {kernel}");
    if x.rank() != RANK + 2 || kernel.rank() != RANK + 2 {
        let what = format!("image and kernel need {} axes", RANK + 2);
        return Err(err::shape(operation, what).got(got()));
    }
    if kernel.is_empty() {
        return Err(err::shape(operation, "the kernel is empty").got(got()));
    }
    Ok((array::from_fn(|axis| x.shape()[axis + 1]), array::from_fn(|axis| kernel.shape()[axis])))
}

fn require_steps(operation: &str, strides: &[usize], dilation: &[usize]) -> Result<()> {
    for (name, steps) in [("strides", strides), ("dilation", dilation)] {
        if steps.contains(&0) {
            let expected = "at least 1 along each axis";
            let error = err::invalid_argument(operation, name).expected(expected);
            return Err(error.got(format!("{steps:?}")));
        }
    }
    Ok(())
}

/// Refuses windows that reach over more positions than can be counted.
fn require_reach(operation: &str, window: &[usize], dilation: &[usize]) -> Result<()> {
    let most = isize::MAX as usize;
    let is_far = |(window, dilation): (&usize, &usize)| {
        (window - 1).checked_mul(*dilation).is_none_or(|reach| reach > most)
    };
    if !window.iter().zip(dilation).any(is_far) {
        return Ok(());
    }
    Err(err::invalid_argument(operation, "dilation")
        .expected(format!("a window {window:?} that reaches over at most {most} positions"))
        .got(format!("{dilation:?}")))
}

/// What the kernels apply, and what is left to apply afterwards.
fn split(activation: Activation) -> (firesteel_kernels::Activation, Activation) {
    match kernel_activation(activation) {
        Some(inside) => (inside, Activation::Linear),
        None => (firesteel_kernels::Activation::Linear, activation),
    }
}

fn inputs<'a>(x: &'a Tensor, kernel: &'a Tensor, bias: Option<&'a Tensor>) -> Vec<&'a Tensor> {
    [x, kernel].into_iter().chain(bias).collect()
}

#[cfg(test)]
mod tests;
