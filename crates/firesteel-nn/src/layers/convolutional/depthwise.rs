// SPDX-License-Identifier: MIT OR Apache-2.0
//! `DepthwiseConv`: what convolutions of each channel by itself share.

use firesteel_core::{Options, Result, Shape};
use firesteel_tensor::{Tensor, ops};

use super::base::{channels, reach, window};
use crate::layer::{BuildCx, CallCx, LayerBase, Weights, only_input};
use crate::layers::activity::penalized;
use crate::layers::options::{DATA_FORMATS, PADDINGS, require_channels_last};
use crate::layers::{Padding, Size};
use crate::{Activation, Initializer, Layer, Reach, Regularizer, Tail};

/// A convolution of each channel by itself over `N` axes; use it by the name of its rank, such as
/// [`DepthwiseConv2D`](crate::layers::DepthwiseConv2D).
#[derive(Clone, Debug, Options)]
#[options(name = Self::NAME)]
pub struct DepthwiseConv<const N: usize> {
    /// Lengths of the window.
    #[option(required, min = 1)]
    kernel_size: Size<N>,
    /// Steps of the window.
    #[option(default = 1, min = 1)]
    strides: Size<N>,
    /// What happens at the border: `"valid"` or `"same"`.
    #[option(default = "valid", one_of = PADDINGS)]
    padding: Padding,
    /// Number of output channels for each input channel.
    #[option(default = 1, min = 1)]
    depth_multiplier: usize,
    /// Where the channels are; only `"channels_last"` is supported.
    #[option(default = "channels_last", one_of = DATA_FORMATS)]
    data_format: String,
    /// Distance between the taps of the window.
    #[option(default = 1, min = 1)]
    dilation_rate: Size<N>,
    /// Applied to the result.
    #[option(default = "linear")]
    activation: Activation,
    /// Whether a bias is added.
    #[option(default = true)]
    use_bias: bool,
    /// Start values of `kernel`.
    #[option(default = "glorot_uniform")]
    depthwise_initializer: Initializer,
    /// Start values of `bias`.
    #[option(default = "zeros")]
    bias_initializer: Initializer,
    /// Penalty on `kernel`.
    #[option(default = None)]
    depthwise_regularizer: Option<Regularizer>,
    /// Penalty on `bias`.
    #[option(default = None)]
    bias_regularizer: Option<Regularizer>,
    /// Penalty on the output.
    #[option(default = None)]
    activity_regularizer: Option<Regularizer>,
    #[option(base)]
    base: LayerBase,
}

impl<const N: usize> DepthwiseConv<N> {
    const NAME: &'static str = ["DepthwiseConv1D", "DepthwiseConv2D"][N - 1];

    fn geometry(&self) -> Result<ops::ConvGeometry<N>> {
        Ok(ops::ConvGeometry {
            strides: self.strides.axes(),
            dilation: self.dilation_rate.axes(),
            padding: self.padding.resolve()?,
            groups: 1,
        })
    }

    fn convolved(&self, weights: &Weights, x: &Tensor, tail: &Tail) -> Result<Tensor> {
        let (kernel, bias) = (weights.get("kernel")?, weights.try_get("bias"));
        let (affine, geometry) = (tail.affine.as_ref(), self.geometry()?);
        ops::depthwise_conv_affine(x, &kernel, bias.as_ref(), affine, geometry, tail.activation)
    }
}

impl<const N: usize> Layer for DepthwiseConv<N> {
    fn output_shape(&self, input: &Shape) -> Result<Shape> {
        require_channels_last(Self::NAME, &self.data_format)?;
        self.activation.resolve()?;
        let output_channels = channels(Self::NAME, input)? * self.depth_multiplier;
        let window = window(self.kernel_size, self.geometry()?);
        window.slide(Self::NAME, input, Some(output_channels))
    }

    fn build(&self, input: &Shape, cx: &mut BuildCx) -> Result<()> {
        let channels = channels(Self::NAME, input)?;
        let mut kernel = self.kernel_size.axes().to_vec();
        kernel.extend([channels, self.depth_multiplier]);
        let regularizer = self.depthwise_regularizer.as_ref();
        cx.weight("kernel", kernel, &self.depthwise_initializer, regularizer)?;
        if self.use_bias {
            let (bias, regularizer) =
                ([channels * self.depth_multiplier], self.bias_regularizer.as_ref());
            cx.weight("bias", bias, &self.bias_initializer, regularizer)?;
        }
        Ok(())
    }

    fn forward(&self, weights: &Weights, x: &Tensor, cx: &CallCx) -> Result<Tensor> {
        let y = self.convolved(weights, x, &Tail::from(self.activation.resolve()?))?;
        penalized(y, self.activity_regularizer.as_ref(), cx)
    }

    fn reach(&self) -> Reach {
        reach(&self.activation, self.activity_regularizer.as_ref())
    }

    fn forward_with_tail(
        &self,
        weights: &Weights,
        inputs: &[Tensor],
        tail: &Tail,
    ) -> Result<Tensor> {
        self.convolved(weights, only_input(Self::NAME, inputs)?, tail)
    }
}
