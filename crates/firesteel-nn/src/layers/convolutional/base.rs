// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Conv`: what convolutions of every rank share.

use firesteel_core::{Options, Result, Shape, err};
use firesteel_tensor::{Tensor, ops};

use crate::layer::{BuildCx, CallCx, LayerBase, Weights, only_input};
use crate::layers::activity::penalized;
use crate::layers::options::{DATA_FORMATS, PADDINGS, Window, require_channels_last};
use crate::layers::{Padding, Size};
use crate::{Activation, Initializer, Layer, Reach, Regularizer, Tail};

/// The padding that only a convolution over one axis knows.
const CAUSAL: &str = "causal";
const WITH_CAUSAL: [&str; 3] = [PADDINGS[0], PADDINGS[1], CAUSAL];

/// A convolution over `N` axes; use it by the name of its rank, such as [`Conv2D`](crate::layers::Conv2D).
#[derive(Clone, Debug, Options)]
#[options(name = Self::NAME)]
pub struct Conv<const N: usize> {
    /// Number of output channels.
    #[option(required, min = 1)]
    filters: usize,
    /// Lengths of the window.
    #[option(required, min = 1)]
    kernel_size: Size<N>,
    /// Steps of the window.
    #[option(default = 1, min = 1)]
    strides: Size<N>,
    /// What happens at the border: `"valid"`, `"same"`, or over one axis `"causal"`.
    #[option(default = "valid", one_of = Self::PADDINGS)]
    padding: Padding,
    /// Where the channels are; only `"channels_last"` is supported.
    #[option(default = "channels_last", one_of = DATA_FORMATS)]
    data_format: String,
    /// Distance between the taps of the window.
    #[option(default = 1, min = 1)]
    dilation_rate: Size<N>,
    /// Number of independent parts into which the channels are split.
    #[option(default = 1, min = 1)]
    groups: usize,
    /// Applied to the result.
    #[option(default = "linear")]
    activation: Activation,
    /// Whether a bias is added.
    #[option(default = true)]
    use_bias: bool,
    /// Start values of `kernel`.
    #[option(default = "glorot_uniform")]
    kernel_initializer: Initializer,
    /// Start values of `bias`.
    #[option(default = "zeros")]
    bias_initializer: Initializer,
    /// Penalty on `kernel`.
    #[option(default = None)]
    kernel_regularizer: Option<Regularizer>,
    /// Penalty on `bias`.
    #[option(default = None)]
    bias_regularizer: Option<Regularizer>,
    /// Penalty on the output.
    #[option(default = None)]
    activity_regularizer: Option<Regularizer>,
    #[option(base)]
    base: LayerBase,
}

impl<const N: usize> Conv<N> {
    const NAME: &'static str = ["Conv1D", "Conv2D", "Conv3D"][N - 1];
    const PADDINGS: &'static [&'static str] = if N == 1 { &WITH_CAUSAL } else { &PADDINGS };

    fn geometry(&self) -> Result<ops::ConvGeometry<N>> {
        let causal = N == 1 && self.padding == Padding::from(CAUSAL);
        let padding = if causal { ops::Padding::Causal } else { self.padding.resolve()? };
        Ok(ops::ConvGeometry {
            strides: self.strides.axes(),
            dilation: self.dilation_rate.axes(),
            padding,
            groups: self.groups,
        })
    }

    fn convolved(&self, weights: &Weights, x: &Tensor, tail: &Tail) -> Result<Tensor> {
        let (kernel, bias) = (weights.get("kernel")?, weights.try_get("bias"));
        let (affine, geometry) = (tail.affine.as_ref(), self.geometry()?);
        ops::conv_affine(x, &kernel, bias.as_ref(), affine, geometry, tail.activation)
    }

    fn channels_of_a_group(&self, input: &Shape) -> Result<usize> {
        let channels = channels(Self::NAME, input)?;
        for (what, count) in [("`filters`", self.filters), ("the input channels", channels)] {
            if count % self.groups != 0 {
                return Err(err::invalid_argument(Self::NAME, "groups")
                    .expected(format!("a divisor of {what} = {count}"))
                    .got(self.groups));
            }
        }
        Ok(channels / self.groups)
    }
}

impl<const N: usize> Layer for Conv<N> {
    fn output_shape(&self, input: &Shape) -> Result<Shape> {
        require_channels_last(Self::NAME, &self.data_format)?;
        self.activation.resolve()?;
        require_no_gaps(Self::NAME, self.strides, self.dilation_rate)?;
        let window = window(self.kernel_size, self.geometry()?);
        let output = window.slide(Self::NAME, input, Some(self.filters))?;
        self.channels_of_a_group(input)?;
        Ok(output)
    }

    fn build(&self, input: &Shape, cx: &mut BuildCx) -> Result<()> {
        let mut kernel = self.kernel_size.axes().to_vec();
        kernel.extend([self.channels_of_a_group(input)?, self.filters]);
        let regularizer = self.kernel_regularizer.as_ref();
        cx.weight("kernel", kernel, &self.kernel_initializer, regularizer)?;
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

/// What a convolution can do along: nothing where something of its own comes before.
pub(super) fn reach(activation: &Activation, on_output: Option<&Regularizer>) -> Reach {
    match activation.resolve() {
        Ok(ops::Activation::Linear) if on_output.is_none() => Reach::AffineAndActivation,
        _ => Reach::Nothing,
    }
}

/// What a window of a size does to the shape of an image.
pub(super) fn window<const N: usize>(size: Size<N>, geometry: ops::ConvGeometry<N>) -> Window<N> {
    let ops::ConvGeometry { strides, dilation, padding, .. } = geometry;
    Window { size: size.axes(), strides, dilation, padding }
}

/// The channels of an input, which must be known.
pub(super) fn channels(layer: &str, input: &Shape) -> Result<usize> {
    let open = || err::shape(layer, "the channels must be known").got(input);
    input.axis(-1).ok_or_else(open)
}

/// Steps and distances cannot both be larger than one, as in Keras.
pub(super) fn require_no_gaps<const N: usize>(
    layer: &str,
    strides: Size<N>,
    dilation: Size<N>,
) -> Result<()> {
    let wide = |size: Size<N>| size.axes().iter().any(|&length| length > 1);
    if wide(strides) && wide(dilation) {
        return Err(err::invalid_argument(layer, "dilation_rate")
            .expected("1 when `strides` is more than 1")
            .got(format!("{:?}", dilation.axes())));
    }
    Ok(())
}
