// SPDX-License-Identifier: MIT OR Apache-2.0
//! `conv_transpose`: the transposed convolution over one, two or three axes, channels last.

use std::array;

use firesteel_core::{Result, err};

use super::{Padding, composed, image_and_window, inputs, require_reach, require_steps, split};
use crate::ops::activation::{Activation, activate};
use crate::{Tensor, fused};

const NAME: &str = "conv_transpose";

/// Stride, dilation and padding of a transposed convolution over `RANK` axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConvTransposeGeometry<const RANK: usize> {
    /// Distance of the windows in the output.
    pub strides: [usize; RANK],
    /// Distance between the taps of the window.
    pub dilation: [usize; RANK],
    /// What happens at the border: `Valid` or `Same`.
    pub padding: Padding,
    /// Positions of the output behind those that the padding alone gives, fewer than the strides; see
    /// [`Padding::plan_transposed`].
    pub output_padding: Option<[usize; RANK]>,
}

impl<const RANK: usize> ConvTransposeGeometry<RANK> {
    /// The output length of each axis, and the widths before and after it of the convolution back.
    fn plan(
        &self,
        lengths: [usize; RANK],
        window: [usize; RANK],
    ) -> [(usize, (usize, usize)); RANK] {
        array::from_fn(|axis| {
            let (stride, dilation) = (self.strides[axis], self.dilation[axis]);
            let more = self.output_padding.map(|more| more[axis]);
            self.padding.plan_transposed(lengths[axis], window[axis], stride, dilation, more)
        })
    }

    fn check(&self) -> Result<()> {
        require_steps(NAME, &self.strides, &self.dilation)?;
        if self.padding == Padding::Causal {
            let error = err::invalid_argument(NAME, "padding").expected("`Valid` or `Same`");
            return Err(error.got("`Causal`"));
        }
        let more = self.output_padding.unwrap_or([0; RANK]);
        if more.iter().zip(&self.strides).any(|(more, stride)| more >= stride) {
            return Err(err::invalid_argument(NAME, "output_padding")
                .expected(format!("less than the strides {:?}", self.strides))
                .got(format!("{more:?}")));
        }
        Ok(())
    }
}

/// `activation(x convolved with kernel, transposed, + bias)`: each position of `x` adds the kernel, times its
/// value, to a window of the output.
///
/// # Shapes
/// `x` `(batch, .., in)` with one to three axes between, `kernel` `(.., out, in)`, `bias` `(out,)`, output
/// `(batch, .., out)`.
///
/// # Errors
/// `Shape` when the lengths do not fit or there is no output, `InvalidArgument` for a geometry that cannot be.
pub fn conv_transpose<const RANK: usize>(
    x: &Tensor,
    kernel: &Tensor,
    bias: Option<&Tensor>,
    geometry: ConvTransposeGeometry<RANK>,
    activation: Activation,
) -> Result<Tensor> {
    let (lengths, window) = image_and_window(NAME, x, kernel)?;
    geometry.check()?;
    require_reach(NAME, &window, &geometry.dilation)?;
    let out = kernel.shape()[RANK];
    let fits = kernel.shape()[RANK + 1] == x.shape()[RANK + 1]
        && bias.is_none_or(|bias| bias.shape() == [out]);
    if !fits {
        let got = format!("{x} and {kernel}");
        return Err(err::shape(NAME, "the channels do not fit").got(got));
    }
    let plan = geometry.plan(lengths, window);
    if plan.iter().any(|&(length, _)| length == 0) {
        return Err(err::shape(NAME, "the output would be empty").got(x));
    }
    require_room(x.shape()[0], out, plan.map(|(length, _)| length))?;
    let (inside, after) = split(activation);
    let op = fused::ConvTranspose {
        geometry,
        output: plan.map(|(length, _)| length),
        widths: plan.map(|(_, widths)| widths),
        activation: inside,
    };
    if !x.is_on_cpu() {
        return composed::conv_transpose(x, kernel, bias, &op, activation);
    }
    activate(&fused::apply(op, &inputs(x, kernel, bias))?, after)
}

/// Refuses outputs that no memory holds.
fn require_room<const RANK: usize>(
    batch: usize,
    channels: usize,
    lengths: [usize; RANK],
) -> Result<()> {
    let mut axes = lengths.into_iter().chain([batch.max(1), channels]);
    let bytes = axes.try_fold(size_of::<f32>(), usize::checked_mul);
    if bytes.is_some_and(|bytes| isize::try_from(bytes).is_ok()) {
        return Ok(());
    }
    Err(err::shape(NAME, "the output would be too large")
        .got(format!("lengths of {lengths:?} with {channels} channels"))
        .fix("use smaller strides, or taps that are closer together"))
}
