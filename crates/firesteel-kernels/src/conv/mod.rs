// SPDX-License-Identifier: MIT OR Apache-2.0
//! Convolution over one to three spatial axes, channels last, with its gradients.
//!
//! Input `(batch, ..axes, in_channels)`, kernel `(..taps, in_channels / groups, out_channels)`,
//! output `(batch, ..axes, out_channels)`, as in Keras.
//!
//! - [`forward`]: bias and activation included, and with [`forward_scaled`] a factor for each output channel, such as
//!   that of a normalization in inference: the kernel is multiplied while it is packed, which costs next to nothing;
//! - [`input_gradient`]: also the forward pass of a transposed convolution;
//! - [`weight_gradient`]; the bias gradient comes from [`epilogue::backward`](crate::epilogue).
//!
//! How it works is told where it happens: [`gather`] (forward and input gradient are one
//! algorithm), [`weights`] (weight gradient), [`tile`] (the register tile below them), for
//! convolutions of each channel by itself [`depthwise`], and for 3x3 ones of many channels [`winograd`].

pub(crate) mod axis;
mod depthwise;
mod gather;
mod pack;
pub(crate) mod segments;
pub(crate) mod tile;
mod view;
mod weights;
mod winograd;

use crate::{Activation, Dense, MatMul, Scaled, check, dense, epilogue};
pub use axis::Axis;
use gather::Gather;

/// Shape of a convolution over `RANK` axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conv<const RANK: usize> {
    /// Images in the batch.
    pub batch: usize,
    /// The spatial axes, slowest first.
    pub axes: [Axis; RANK],
    /// Channels of the input.
    pub in_channels: usize,
    /// Channels of the output.
    pub out_channels: usize,
    /// Parts that the channels are cut into, each convolved by itself.
    pub groups: usize,
}

impl<const RANK: usize> Conv<RANK> {
    /// Shape of the output's spatial axes.
    pub fn output(&self) -> [usize; RANK] {
        self.axes.map(|axis| axis.output())
    }

    /// Numbers in the input.
    pub fn input_len(&self) -> usize {
        self.batch * self.axes.iter().map(|axis| axis.input).product::<usize>() * self.in_channels
    }

    /// Numbers in the kernel.
    pub fn kernel_len(&self) -> usize {
        self.n_taps() * self.in_channels / self.groups * self.out_channels
    }

    /// Numbers in the output.
    pub fn output_len(&self) -> usize {
        self.batch * self.output().iter().product::<usize>() * self.out_channels
    }

    fn n_taps(&self) -> usize {
        self.axes.iter().map(|axis| axis.kernel).product()
    }

    /// The same over three axes, those in front being of length 1.
    pub(crate) fn in_space(&self) -> Conv<3> {
        let mut axes = [Axis::new(1, 1); 3];
        axes[3 - RANK..].copy_from_slice(&self.axes);
        let Self { batch, in_channels, out_channels, groups, .. } = *self;
        Conv { batch, axes, in_channels, out_channels, groups }
    }

    /// The fully connected layer that this is, where each output pixel sees one input pixel.
    fn as_dense(&self) -> Option<Dense> {
        let identity = self.groups == 1 && self.axes.iter().all(Axis::is_identity);
        let rows = self.batch * self.axes.iter().map(|axis| axis.input).product::<usize>();
        identity.then_some(Dense { rows, inputs: self.in_channels, units: self.out_channels })
    }

    fn assert_valid(&self) {
        self.axes.iter().for_each(Axis::assert_valid);
        let whole = self.groups > 0
            && self.in_channels.is_multiple_of(self.groups)
            && self.out_channels.is_multiple_of(self.groups);
        assert!(whole, "channels are no multiple of the groups: {self:?}");
    }
}

/// `y = act(conv(x, kernel) + bias)`.
///
/// # Panics
/// Where a slice does not have its length, or the shape is none (see [`Conv`]).
pub fn forward<const RANK: usize>(
    shape: &Conv<RANK>,
    x: &[f32],
    kernel: &[f32],
    bias: Option<&[f32]>,
    activation: Activation,
    y: &mut [f32],
) {
    forward_scaled(shape, x, Scaled::plain(kernel), bias, activation, y);
}

/// `y = act(scale * conv(x, kernel) + bias)` with a factor for each output channel.
///
/// # Panics
/// Where a slice does not have its length, or the shape is none (see [`Conv`]).
pub fn forward_scaled<const RANK: usize>(
    shape: &Conv<RANK>,
    x: &[f32],
    kernel: Scaled<'_>,
    bias: Option<&[f32]>,
    activation: Activation,
    y: &mut [f32],
) {
    shape.assert_valid();
    check::len("convolution, input", x.len(), shape.input_len());
    check::len("convolution, kernel", kernel.values.len(), shape.kernel_len());
    check::len("convolution, output", y.len(), shape.output_len());
    for numbers in kernel.scale.into_iter().chain(bias) {
        check::len("convolution, scale or bias", numbers.len(), shape.out_channels);
    }
    if let Some(Dense { rows, inputs, units }) = shape.as_dense() {
        return MatMul::new(rows, inputs, units).fused(x, kernel, bias, activation, y);
    }
    let shape = shape.in_space();
    if depthwise::fits(&shape) {
        return depthwise::forward(&shape, x, kernel, bias, activation, y);
    }
    if winograd::fits(&shape) {
        return winograd::run(&shape, x, kernel, bias, activation, y);
    }
    Gather::forward(&shape).run(x, &pack::Kernel::forward(&shape, kernel), bias, activation, y);
}

/// `dx`, the gradient of the input, from `dz`, the gradient before the activation.
///
/// # Panics
/// Where a slice does not have its length, or the shape is none (see [`Conv`]).
pub fn input_gradient<const RANK: usize>(
    shape: &Conv<RANK>,
    dz: &[f32],
    kernel: &[f32],
    dx: &mut [f32],
) {
    let space = shape.in_space();
    if winograd::fits(&space) {
        check::len("convolution, output gradient", dz.len(), shape.output_len());
        check::len("convolution, kernel", kernel.len(), shape.kernel_len());
        check::len("convolution, input gradient", dx.len(), shape.input_len());
        return winograd::input_gradient(&space, dz, kernel, dx);
    }
    transposed(shape, dz, kernel, None, Activation::Linear, dx);
}

/// A transposed convolution, `y = act(conv_transposed(x, kernel) + bias)`.
///
/// `shape` is the convolution whose output has the shape of `x` and whose input that of `y`; the
/// kernel is stored `(..taps, channels of y, channels of x)`, as Keras does.
///
/// # Panics
/// Where a slice does not have its length, or the shape is none (see [`Conv`]).
pub fn transposed<const RANK: usize>(
    shape: &Conv<RANK>,
    x: &[f32],
    kernel: &[f32],
    bias: Option<&[f32]>,
    activation: Activation,
    y: &mut [f32],
) {
    shape.assert_valid();
    check::len("transposed convolution, input", x.len(), shape.output_len());
    check::len("transposed convolution, kernel", kernel.len(), shape.kernel_len());
    check::len("transposed convolution, output", y.len(), shape.input_len());
    if let Some(bias) = bias {
        check::len("transposed convolution, bias", bias.len(), shape.in_channels);
    }
    if let Some(layer) = shape.as_dense() {
        dense::input_gradient(layer, x, kernel, y);
        return epilogue::forward(activation, bias, y);
    }
    let shape = shape.in_space();
    if depthwise::fits(&shape) {
        return depthwise::run(&Gather::backward(&shape), x, kernel, bias, activation, y);
    }
    Gather::backward(&shape).run(x, &pack::Kernel::backward(&shape, kernel), bias, activation, y);
}

/// `dw`, the gradient of the kernel, from `dz`, the gradient before the activation.
///
/// # Panics
/// Where a slice does not have its length, or the shape is none (see [`Conv`]).
pub fn weight_gradient<const RANK: usize>(
    shape: &Conv<RANK>,
    x: &[f32],
    dz: &[f32],
    dw: &mut [f32],
) {
    shape.assert_valid();
    check::len("convolution, input", x.len(), shape.input_len());
    check::len("convolution, output gradient", dz.len(), shape.output_len());
    check::len("convolution, kernel gradient", dw.len(), shape.kernel_len());
    let shape = shape.in_space();
    if depthwise::fits(&shape) {
        return depthwise::gradient(&shape, x, dz, dw);
    }
    if winograd::fits(&shape) {
        return winograd::gradient(&shape, x, dz, dw);
    }
    weights::gradient(&shape, x, dz, dw);
}

#[cfg(test)]
mod tests;
