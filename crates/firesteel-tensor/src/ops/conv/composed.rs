// SPDX-License-Identifier: MIT OR Apache-2.0
//! Convolutions of Burn's operations, for devices without our kernels; Burn wants channels first.

use std::array;

use burn::backend::ops::ModuleOps;
use burn::backend::{Dispatch, DispatchTensor};
use burn::tensor::ops::{ConvOptions, ConvTransposeOptions};
use firesteel_core::{Error, Result, err};

use super::ConvGeometry;
use crate::ops::activation::{Activation, activate};
use crate::ops::binary::add;
use crate::ops::reshape::{pad, slice, transpose};
use crate::{Tensor, fused};

/// [`conv`](super::conv) for lengths that fit.
pub(super) fn conv<const RANK: usize>(
    x: &Tensor,
    kernel: &Tensor,
    bias: Option<&Tensor>,
    geometry: ConvGeometry<RANK>,
    widths: [(usize, usize); RANK],
    activation: Activation,
) -> Result<Tensor> {
    // Burn's convolutions take one width for both sides of an axis
    let even = widths.iter().all(|(before, after)| before == after);
    let inner = if even { widths.map(|(before, _)| before) } else { [0; RANK] };
    let x = if even { x.clone() } else { pad(x, &around(&widths), 0.0)? };
    let image = channels_first(&x)?;
    let kernel = output_first(kernel)?;
    let bias = bias.map(Tensor::dispatch);
    let convolved = match RANK {
        1 => Dispatch::conv1d(image, kernel, bias, options(&geometry, &inner)),
        2 => Dispatch::conv2d(image, kernel, bias, options(&geometry, &inner)),
        3 => Dispatch::conv3d(image, kernel, bias, options(&geometry, &inner)),
        _ => return Err(no_rank(RANK)),
    };
    activate(&channels_last(convolved)?, activation)
}

/// [`conv_transpose`](super::conv_transpose) for lengths that fit.
pub(super) fn conv_transpose<const RANK: usize>(
    x: &Tensor,
    kernel: &Tensor,
    bias: Option<&Tensor>,
    op: &fused::ConvTranspose<RANK>,
    activation: Activation,
) -> Result<Tensor> {
    let (image, kernel) = (channels_first(x)?, output_first(kernel)?);
    let whole = match RANK {
        1 => Dispatch::conv_transpose1d(image, kernel, None, transposed(op)),
        2 => Dispatch::conv_transpose2d(image, kernel, None, transposed(op)),
        3 => Dispatch::conv_transpose3d(image, kernel, None, transposed(op)),
        _ => return Err(no_rank(RANK)),
    };
    // what all windows reach is cut to the output, or filled up with zeros
    let mut y = channels_last(whole)?;
    let mut missing = vec![(0, 0); RANK + 2];
    for (index, (&length, &(before, _))) in op.output.iter().zip(&op.widths).enumerate() {
        let axis = index + 1;
        let kept = length.min(y.shape()[axis] - before);
        y = slice(&y, axis as isize, before, kept)?;
        missing[axis] = (0, length - kept);
    }
    let y = pad(&y, &missing, 0.0)?;
    let y = match bias {
        Some(bias) => add(&y, bias)?,
        None => y,
    };
    activate(&y, activation)
}

fn options<const RANK: usize, const N: usize>(
    geometry: &ConvGeometry<RANK>,
    padding: &[usize; RANK],
) -> ConvOptions<N> {
    let (strides, dilation) = (sized(&geometry.strides), sized(&geometry.dilation));
    ConvOptions::new(strides, sized(padding), dilation, geometry.groups)
}

fn transposed<const RANK: usize, const N: usize>(
    op: &fused::ConvTranspose<RANK>,
) -> ConvTransposeOptions<N> {
    let (strides, dilation) = (sized(&op.geometry.strides), sized(&op.geometry.dilation));
    ConvTransposeOptions::new(strides, [0; N], [0; N], dilation, 1)
}

/// The same numbers as an array of a length that the caller has matched.
fn sized<const N: usize>(numbers: &[usize]) -> [usize; N] {
    array::from_fn(|index| numbers[index])
}

/// The widths of the image's axes with those of batch and channels, which have none.
fn around(widths: &[(usize, usize)]) -> Vec<(usize, usize)> {
    [&[(0, 0)], widths, &[(0, 0)]].concat()
}

fn channels_first(x: &Tensor) -> Result<DispatchTensor> {
    let last = x.rank() - 1;
    let order: Vec<usize> = [0, last].into_iter().chain(1..last).collect();
    Ok(transpose(x, &order)?.into_dispatch())
}

fn channels_last(x: DispatchTensor) -> Result<Tensor> {
    let x = Tensor::wrap(x);
    let order: Vec<usize> = std::iter::once(0).chain(2..x.rank()).chain([1]).collect();
    transpose(&x, &order)
}

/// A kernel with the last two axes in front, the last one first.
fn output_first(kernel: &Tensor) -> Result<DispatchTensor> {
    let rank = kernel.rank();
    let order: Vec<usize> = [rank - 1, rank - 2].into_iter().chain(0..rank - 2).collect();
    Ok(transpose(kernel, &order)?.into_dispatch())
}

fn no_rank(rank: usize) -> Error {
    err::internal(format!("a convolution over {rank} axes was not refused"))
}
