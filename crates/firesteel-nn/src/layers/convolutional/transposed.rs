// SPDX-License-Identifier: MIT OR Apache-2.0
//! `ConvTranspose`: what transposed convolutions of every rank share.

use firesteel_core::{Options, Result, Shape, err};
use firesteel_tensor::{Tensor, ops};

use super::base::{channels, require_no_gaps};
use crate::layer::{BuildCx, CallCx, LayerBase, Weights};
use crate::layers::activity::penalized;
use crate::layers::options::{DATA_FORMATS, PADDINGS, Window, require_channels_last};
use crate::layers::{Padding, Size};
use crate::{Activation, Initializer, Layer, Regularizer};

/// A transposed convolution over `N` axes; use it by the name of its rank, such as
/// [`Conv2DTranspose`](crate::layers::Conv2DTranspose).
#[derive(Clone, Debug, Options)]
#[options(name = Self::NAME)]
pub struct ConvTranspose<const N: usize> {
    /// Number of output channels.
    #[option(required, min = 1)]
    filters: usize,
    /// Lengths of the window.
    #[option(required, min = 1)]
    kernel_size: Size<N>,
    /// Distance of the windows in the output.
    #[option(default = 1, min = 1)]
    strides: Size<N>,
    /// What happens at the border: `"valid"` or `"same"`.
    #[option(default = "valid", one_of = PADDINGS)]
    padding: Padding,
    /// Positions at the end of the output behind those that the windows need, fewer than the strides; when
    /// absent, as many as make the output with `"same"` `strides` times as long as the input.
    #[option(default = None)]
    output_padding: Option<Size<N>>,
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

impl<const N: usize> ConvTranspose<N> {
    const NAME: &'static str = ["Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"][N - 1];

    fn geometry(&self) -> Result<ops::ConvTransposeGeometry<N>> {
        Ok(ops::ConvTransposeGeometry {
            strides: self.strides.axes(),
            dilation: self.dilation_rate.axes(),
            padding: self.padding.resolve()?,
            output_padding: self.output_padding.map(|more| more.axes()),
        })
    }

    /// Positions that are added must be fewer than the strides, as in Keras.
    fn check_output_padding(&self) -> Result<()> {
        let Some(more) = self.output_padding.map(|more| more.axes()) else { return Ok(()) };
        let strides = self.strides.axes();
        if more.iter().zip(&strides).any(|(more, stride)| more >= stride) {
            return Err(err::invalid_argument(Self::NAME, "output_padding")
                .expected(format!("less than `strides` = {strides:?}"))
                .got(format!("{more:?}")));
        }
        Ok(())
    }

    /// The length of an axis of the output.
    fn length(&self, axis: usize, length: usize, input: &Shape) -> Result<usize> {
        let geometry = self.geometry()?;
        let (output, _) = geometry.padding.plan_transposed(
            length,
            self.kernel_size.axes()[axis],
            geometry.strides[axis],
            geometry.dilation[axis],
            geometry.output_padding.map(|more| more[axis]),
        );
        if output == 0 {
            let what = format!("the output would be empty along axis {}", axis + 1);
            return Err(err::shape(Self::NAME, what).got(input).fix("use a longer input"));
        }
        Ok(output)
    }
}

impl<const N: usize> Layer for ConvTranspose<N> {
    fn output_shape(&self, input: &Shape) -> Result<Shape> {
        require_channels_last(Self::NAME, &self.data_format)?;
        self.activation.resolve()?;
        require_no_gaps(Self::NAME, self.strides, self.dilation_rate)?;
        self.check_output_padding()?;
        // a window of one position sees the rank, and keeps the lengths
        let padding = self.padding.resolve()?;
        let same = Window { size: [1; N], strides: [1; N], dilation: [1; N], padding };
        let mut axes = same.slide(Self::NAME, input, Some(self.filters))?.axes().to_vec();
        for (axis, length) in axes[1..=N].iter_mut().enumerate() {
            *length = length.map(|length| self.length(axis, length, input)).transpose()?;
        }
        channels(Self::NAME, input)?;
        Ok(Shape::new(axes))
    }

    fn build(&self, input: &Shape, cx: &mut BuildCx) -> Result<()> {
        let mut kernel = self.kernel_size.axes().to_vec();
        kernel.extend([self.filters, channels(Self::NAME, input)?]);
        let regularizer = self.kernel_regularizer.as_ref();
        cx.weight("kernel", kernel, &self.kernel_initializer, regularizer)?;
        if self.use_bias {
            let regularizer = self.bias_regularizer.as_ref();
            cx.weight("bias", [self.filters], &self.bias_initializer, regularizer)?;
        }
        Ok(())
    }

    fn forward(&self, weights: &Weights, x: &Tensor, cx: &CallCx) -> Result<Tensor> {
        let (kernel, bias) = (weights.get("kernel")?, weights.try_get("bias"));
        let activation = self.activation.resolve()?;
        let y = ops::conv_transpose(x, &kernel, bias.as_ref(), self.geometry()?, activation)?;
        penalized(y, self.activity_regularizer.as_ref(), cx)
    }
}
