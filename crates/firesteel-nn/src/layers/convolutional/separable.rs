// SPDX-License-Identifier: MIT OR Apache-2.0
//! `SeparableConv`: what convolutions share that take channels apart before they mix them.

use firesteel_core::{Options, Result, Shape};
use firesteel_tensor::{Tensor, ops};

use super::base::{channels, reach, window};
use crate::layer::{BuildCx, CallCx, LayerBase, Weights, only_input};
use crate::layers::activity::penalized;
use crate::layers::options::{DATA_FORMATS, PADDINGS, require_channels_last};
use crate::layers::{Padding, Size};
use crate::{Activation, Initializer, Layer, Reach, Regularizer, Tail};

/// A convolution of each channel by itself over `N` axes, then one that mixes the channels; use it by the name
/// of its rank, such as [`SeparableConv2D`](crate::layers::SeparableConv2D).
#[derive(Clone, Debug, Options)]
#[options(name = Self::NAME)]
pub struct SeparableConv<const N: usize> {
    /// Number of output channels.
    #[option(required, min = 1)]
    filters: usize,
    /// Lengths of the window.
    #[option(required, min = 1)]
    kernel_size: Size<N>,
    /// Steps of the window.
    #[option(default = 1, min = 1)]
    strides: Size<N>,
    /// What happens at the border: `"valid"` or `"same"`.
    #[option(default = "valid", one_of = PADDINGS)]
    padding: Padding,
    /// Where the channels are; only `"channels_last"` is supported.
    #[option(default = "channels_last", one_of = DATA_FORMATS)]
    data_format: String,
    /// Distance between the taps of the window.
    #[option(default = 1, min = 1)]
    dilation_rate: Size<N>,
    /// Number of channels between the two convolutions for each input channel.
    #[option(default = 1, min = 1)]
    depth_multiplier: usize,
    /// Applied to the result.
    #[option(default = "linear")]
    activation: Activation,
    /// Whether a bias is added.
    #[option(default = true)]
    use_bias: bool,
    /// Start values of `depthwise_kernel`.
    #[option(default = "glorot_uniform")]
    depthwise_initializer: Initializer,
    /// Start values of `pointwise_kernel`.
    #[option(default = "glorot_uniform")]
    pointwise_initializer: Initializer,
    /// Start values of `bias`.
    #[option(default = "zeros")]
    bias_initializer: Initializer,
    /// Penalty on `depthwise_kernel`.
    #[option(default = None)]
    depthwise_regularizer: Option<Regularizer>,
    /// Penalty on `pointwise_kernel`.
    #[option(default = None)]
    pointwise_regularizer: Option<Regularizer>,
    /// Penalty on `bias`.
    #[option(default = None)]
    bias_regularizer: Option<Regularizer>,
    /// Penalty on the output.
    #[option(default = None)]
    activity_regularizer: Option<Regularizer>,
    #[option(base)]
    base: LayerBase,
}

impl<const N: usize> SeparableConv<N> {
    const NAME: &'static str = ["SeparableConv1D", "SeparableConv2D"][N - 1];
    /// Each pixel by itself.
    const POINTWISE: ops::ConvGeometry<N> = ops::ConvGeometry {
        strides: [1; N],
        dilation: [1; N],
        padding: ops::Padding::Valid,
        groups: 1,
    };

    fn geometry(&self) -> Result<ops::ConvGeometry<N>> {
        let (strides, dilation) = (self.strides.axes(), self.dilation_rate.axes());
        let padding = self.padding.resolve()?;
        Ok(ops::ConvGeometry { strides, dilation, padding, groups: 1 })
    }

    fn convolved(&self, weights: &Weights, x: &Tensor, tail: &Tail) -> Result<Tensor> {
        let kernel = weights.get("depthwise_kernel")?;
        let linear = ops::Activation::Linear;
        let apart = ops::depthwise_conv(x, &kernel, None, self.geometry()?, linear)?;
        let (kernel, bias) = (weights.get("pointwise_kernel")?, weights.try_get("bias"));
        let (affine, geometry) = (tail.affine.as_ref(), Self::POINTWISE);
        ops::conv_affine(&apart, &kernel, bias.as_ref(), affine, geometry, tail.activation)
    }
}

impl<const N: usize> Layer for SeparableConv<N> {
    fn output_shape(&self, input: &Shape) -> Result<Shape> {
        require_channels_last(Self::NAME, &self.data_format)?;
        self.activation.resolve()?;
        let window = window(self.kernel_size, self.geometry()?);
        let output = window.slide(Self::NAME, input, Some(self.filters))?;
        channels(Self::NAME, input)?;
        Ok(output)
    }

    fn build(&self, input: &Shape, cx: &mut BuildCx) -> Result<()> {
        let channels = channels(Self::NAME, input)?;
        let mut depthwise = self.kernel_size.axes().to_vec();
        depthwise.extend([channels, self.depth_multiplier]);
        let regularizer = self.depthwise_regularizer.as_ref();
        cx.weight("depthwise_kernel", depthwise, &self.depthwise_initializer, regularizer)?;
        let mut pointwise = vec![1; N];
        pointwise.extend([channels * self.depth_multiplier, self.filters]);
        let regularizer = self.pointwise_regularizer.as_ref();
        cx.weight("pointwise_kernel", pointwise, &self.pointwise_initializer, regularizer)?;
        if self.use_bias {
            let regularizer = self.bias_regularizer.as_ref();
            cx.weight("bias", [self.filters], &self.bias_initializer, regularizer)?;
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
