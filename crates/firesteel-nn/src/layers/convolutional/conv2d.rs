// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Conv2D`: the convolution over height and width.

use super::Conv;

/// The convolution over height and width: `y = activation(x convolved with kernel + bias)`.
///
/// # Shapes
/// input `(batch, height, width, channels)`, output `(batch, new height, new width, filters)`, `kernel`
/// `(kernel height, kernel width, channels / groups, filters)`, `bias` `(filters,)`.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{Conv2D, Input};
/// use firesteel_nn::{Sequential, layers};
///
/// let conv = Conv2D::new(64, (3, 3)).activation("relu").padding("same");
/// let model = Sequential::from(layers![Input::new([28, 28, 1]), conv]);
/// assert_eq!(model.output_shapes()?[0].to_string(), "(None, 28, 28, 64)");
/// assert_eq!(model.count_params()?, 640);
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Differences from Keras
/// The channels must come last, and there are no constraints.
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/convolutional/conv2d.py`, class `Conv2D`.
pub type Conv2D = Conv<2>;
