// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Dense`: the fully connected layer.

use firesteel_core::{Options, Result, Shape, err};
use firesteel_tensor::{Tensor, ops};

use crate::layer::{BuildCx, CallCx, LayerBase, Weights};
use crate::layers::activity::penalized;
use crate::{Activation, Initializer, Layer, Regularizer};

/// Multiplies the last axis by a learned matrix: `y = activation(x * kernel + bias)`.
///
/// # Shapes
/// input `(batch, .., features)`, output `(batch, .., units)`, `kernel` `(features, units)`, `bias`
/// `(units,)`.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{Dense, Input};
/// use firesteel_nn::{Sequential, layers};
///
/// let model = Sequential::from(layers![Input::new([4]), Dense::new(3).activation("relu")]);
/// assert_eq!(model.count_params()?, 15);
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/core/dense.py`, class `Dense`.
#[derive(Clone, Debug, Options)]
pub struct Dense {
    /// Size of the output axis.
    #[option(required, min = 1)]
    units: usize,
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

impl Layer for Dense {
    fn output_shape(&self, input: &Shape) -> Result<Shape> {
        self.activation.resolve()?;
        if input.rank() < 2 {
            return Err(err::shape("Dense", "the input needs a batch axis and features").got(input));
        }
        input.last()?;
        Ok(input.clone().with_last(self.units))
    }

    fn build(&self, input: &Shape, cx: &mut BuildCx) -> Result<()> {
        let (initializer, regularizer) = (&self.kernel_initializer, &self.kernel_regularizer);
        cx.weight("kernel", [input.last()?, self.units], initializer, regularizer.as_ref())?;
        if self.use_bias {
            let regularizer = self.bias_regularizer.as_ref();
            cx.weight("bias", [self.units], &self.bias_initializer, regularizer)?;
        }
        Ok(())
    }

    fn forward(&self, weights: &Weights, x: &Tensor, cx: &CallCx) -> Result<Tensor> {
        let (kernel, bias) = (weights.get("kernel")?, weights.try_get("bias"));
        let y = ops::dense(x, &kernel, bias.as_ref(), self.activation.resolve()?)?;
        penalized(y, self.activity_regularizer.as_ref(), cx)
    }

    fn supports_masking(&self) -> bool {
        true
    }
}
