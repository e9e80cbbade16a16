// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Softmax`: shares that sum to one.

use firesteel_core::{Options, Result, Shape, err};
use firesteel_tensor::{Tensor, ops};

use crate::Layer;
use crate::layer::{CallCx, LayerBase, Weights};
use crate::layers::Axes;

/// How far below zero a masked number is set, as in Keras: so low that it has no share.
const MASKED: f32 = 1e9;

/// `y = exp(x) / sum(exp(x))`, summed along the given axes.
///
/// A mask leaves out what it marks with zero: its axes are the last ones of the input.
///
/// # Shapes
/// input of any shape, output of the same.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{Dense, Input, Softmax};
/// use firesteel_nn::{Sequential, layers};
///
/// let model = Sequential::from(layers![Input::new([4]), Dense::new(3), Softmax::new()]);
/// assert_eq!(model.output_shapes()?[0].to_string(), "(None, 3)");
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/activations/softmax.py`, class `Softmax`.
#[derive(Clone, Debug, Options)]
pub struct Softmax {
    /// The axis that sums to one, or several that do so together.
    #[option(default = -1)]
    axis: Axes,
    #[option(base)]
    base: LayerBase,
}

impl Layer for Softmax {
    fn output_shape(&self, input: &Shape) -> Result<Shape> {
        self.axis.of("Softmax", "axis", input)?;
        Ok(input.clone())
    }

    fn forward(&self, _weights: &Weights, x: &Tensor, cx: &CallCx) -> Result<Tensor> {
        let Some(mask) = cx.mask() else { return self.softmax(x) };
        let fits = x.shape().ends_with(mask.shape());
        if !fits {
            return Err(err::shape("Softmax", "the mask does not fit the last axes of the input")
                .expected(x)
                .got(mask));
        }
        // what is masked gets no share, also where nothing else is left
        let lowered = ops::multiply_scalar(&ops::add_scalar(mask, -1.0)?, MASKED)?;
        let kept = ops::add(&ops::multiply(x, mask)?, &lowered)?;
        ops::multiply(&self.softmax(&kept)?, mask)
    }

    fn supports_masking(&self) -> bool {
        true
    }
}

impl Softmax {
    fn softmax(&self, x: &Tensor) -> Result<Tensor> {
        let axes = self.axis.of("Softmax", "axis", &Shape::from(x.shape()))?;
        let axes: Vec<isize> = axes.iter().map(|&axis| axis as isize).collect();
        if let [axis] = axes.as_slice() {
            return ops::softmax(x, *axis);
        }
        // the largest value cancels out; without it nothing overflows
        let largest = ops::max(x, &axes, true)?.detached();
        let powers = ops::exp(&ops::subtract(x, &largest)?)?;
        ops::divide(&powers, &ops::sum(&powers, &axes, true)?)
    }
}
