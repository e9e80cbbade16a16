// SPDX-License-Identifier: MIT OR Apache-2.0
//! `conv_affine`, `depthwise_conv_affine`: convolutions whose channels get a factor and an offset in the same pass.

use firesteel_core::{Result, err};

use super::{ConvGeometry, apart, conv, fitting, split};
use crate::ops::activation::{Activation, activate};
use crate::ops::binary::{add, is_recorded, multiply};
use crate::ops::reshape::slice;
use crate::{Tensor, fused};

/// `activation(factor * (x convolved with kernel + bias) + offset)`, as of a convolution with the normalization behind
/// it; without `affine` as [`conv`].
///
/// Where gradients flow, and on devices without our kernels, these are separate operations.
///
/// # Shapes
/// As [`conv`]; `affine` `(2, out)` has the row of the factors, then that of the offsets, such as
/// [`normalization_affine`](crate::ops::normalization_affine) gives.
///
/// # Errors
/// As [`conv`], and `Shape` when `affine` does not fit.
pub fn conv_affine<const RANK: usize>(
    x: &Tensor,
    kernel: &Tensor,
    bias: Option<&Tensor>,
    affine: Option<&Tensor>,
    geometry: ConvGeometry<RANK>,
    activation: Activation,
) -> Result<Tensor> {
    let Some(affine) = affine else {
        return conv(x, kernel, bias, geometry, activation);
    };
    let widths = fitting(x, kernel, bias, &geometry)?;
    let channels = kernel.shape()[RANK + 1];
    if affine.shape() != [2, channels] {
        return Err(err::shape("conv_affine", "factors and offsets do not fit")
            .expected(format!("two rows of {channels} channels"))
            .got(affine));
    }
    let inputs: Vec<&Tensor> = [x, kernel, affine].into_iter().chain(bias).collect();
    inputs.iter().try_for_each(|input| input.require_float("conv_affine"))?;
    if inputs.iter().any(|input| !input.is_on_cpu() || is_recorded(input)) {
        let y = conv(x, kernel, bias, geometry, Activation::Linear)?;
        let row = |index| slice(affine, 0, index, 1);
        return activate(&add(&multiply(&y, &row(0)?)?, &row(1)?)?, activation);
    }
    let (inside, after) = split(activation);
    let op = fused::ConvAffine(fused::Conv { geometry, widths, activation: inside });
    activate(&fused::apply(op, &inputs)?, after)
}

/// [`conv_affine`] of each channel by itself; the `groups` of the geometry do not count.
///
/// # Shapes
/// As [`depthwise_conv`](super::depthwise_conv); `affine` `(2, in * multiplier)`.
///
/// # Errors
/// As [`conv_affine`].
pub fn depthwise_conv_affine<const RANK: usize>(
    x: &Tensor,
    kernel: &Tensor,
    bias: Option<&Tensor>,
    affine: Option<&Tensor>,
    geometry: ConvGeometry<RANK>,
    activation: Activation,
) -> Result<Tensor> {
    let (kernel, geometry) = apart(kernel, geometry)?;
    conv_affine(x, &kernel, bias, affine, geometry, activation)
}
