// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Conv`: what convolutions of every rank share.

use firesteel_core::{Options, Result, Shape, err};

use crate::layer::{BuildCx, LayerBase};
use crate::layers::options::{DATA_FORMATS, PADDINGS, Window, require_channels_last};
use crate::layers::{Padding, Size};
use crate::{Activation, Initializer, Regularizer};

/// A convolution over `N` axes; use it by the name of its rank, such as [`Conv2D`](crate::layers::Conv2D).
#[derive(Clone, Debug, Options)]
#[options(name = Self::NAME)]
pub struct Conv<const N: usize> {
    /// Number of output channels.
    #[option(required, min = 1)]
    pub(super) filters: usize,
    /// Lengths of the window.
    #[option(required, min = 1)]
    pub(super) kernel_size: Size<N>,
    /// Steps of the window.
    #[option(default = 1, min = 1)]
    pub(super) strides: Size<N>,
    /// What happens at the border: `"valid"` or `"same"`.
    #[option(default = "valid", one_of = PADDINGS)]
    pub(super) padding: Padding,
    /// Where the channels are; only `"channels_last"` is supported.
    #[option(default = "channels_last", one_of = DATA_FORMATS)]
    pub(super) data_format: String,
    /// Distance between the taps of the window.
    #[option(default = 1, min = 1)]
    pub(super) dilation_rate: Size<N>,
    /// Number of independent parts into which the channels are split.
    #[option(default = 1, min = 1)]
    pub(super) groups: usize,
    /// Applied to the result.
    #[option(default = "linear")]
    pub(super) activation: Activation,
    /// Whether a bias is added.
    #[option(default = true)]
    pub(super) use_bias: bool,
    /// Start values of `kernel`.
    #[option(default = "glorot_uniform")]
    pub(super) kernel_initializer: Initializer,
    /// Start values of `bias`.
    #[option(default = "zeros")]
    pub(super) bias_initializer: Initializer,
    /// Penalty on `kernel`.
    #[option(default = None)]
    pub(super) kernel_regularizer: Option<Regularizer>,
    /// Penalty on `bias`.
    #[option(default = None)]
    pub(super) bias_regularizer: Option<Regularizer>,
    /// Penalty on the output.
    #[option(default = None)]
    pub(super) activity_regularizer: Option<Regularizer>,
    #[option(base)]
    pub(super) base: LayerBase,
}

impl<const N: usize> Conv<N> {
    const NAME: &'static str = ["Conv1D", "Conv2D", "Conv3D"][N - 1];

    /// The shape of the output, and everything that can be wrong with the options or the input.
    pub(super) fn convolved_shape(&self, input: &Shape) -> Result<Shape> {
        require_channels_last(Self::NAME, &self.data_format)?;
        self.activation.resolve()?;
        self.check_steps()?;
        let window = Window {
            size: self.kernel_size.axes(),
            strides: self.strides.axes(),
            dilation: self.dilation_rate.axes(),
            padding: self.padding.resolve()?,
        };
        let output = window.slide(Self::NAME, input, Some(self.filters))?;
        self.channels_of_a_group(input)?;
        Ok(output)
    }

    /// Steps and distances cannot both be larger than one, as in Keras.
    fn check_steps(&self) -> Result<()> {
        let wide = |size: &Size<N>| size.axes().iter().any(|&length| length > 1);
        if wide(&self.strides) && wide(&self.dilation_rate) {
            return Err(err::invalid_argument(Self::NAME, "dilation_rate")
                .expected("1 when `strides` is more than 1")
                .got(format!("{:?}", self.dilation_rate.axes())));
        }
        Ok(())
    }

    fn channels_of_a_group(&self, input: &Shape) -> Result<usize> {
        let open = || err::shape(Self::NAME, "the channels must be known").got(input);
        let channels = input.axis(-1).ok_or_else(open)?;
        for (what, count) in [("`filters`", self.filters), ("the input channels", channels)] {
            if count % self.groups != 0 {
                return Err(err::invalid_argument(Self::NAME, "groups")
                    .expected(format!("a divisor of {what} = {count}"))
                    .got(self.groups));
            }
        }
        Ok(channels / self.groups)
    }

    /// Creates `kernel` and `bias`.
    pub(super) fn create_weights(&self, input: &Shape, cx: &mut BuildCx) -> Result<()> {
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
}
