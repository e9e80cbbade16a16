// SPDX-License-Identifier: MIT OR Apache-2.0
//! `DepthwiseConv2D`: the convolution of each channel over height and width.

use super::DepthwiseConv;

/// The convolution of each channel by itself over height and width:
/// `y = activation(x convolved with kernel + bias)`.
///
/// # Shapes
/// input `(batch, height, width, channels)`, output
/// `(batch, new height, new width, channels * depth_multiplier)`, `kernel`
/// `(kernel height, kernel width, channels, depth_multiplier)`, `bias` `(channels * depth_multiplier,)`.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{DepthwiseConv2D, Input};
/// use firesteel_nn::{Sequential, layers};
///
/// let conv = DepthwiseConv2D::new(3).strides(2).padding("same").use_bias(false);
/// let model = Sequential::from(layers![Input::new([28, 28, 32]), conv]);
/// assert_eq!(model.output_shapes()?[0].to_string(), "(None, 14, 14, 32)");
/// assert_eq!(model.count_params()?, 288);
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Differences from Keras
/// The channels must come last, and there are no constraints.
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/convolutional/depthwise_conv2d.py`, class `DepthwiseConv2D`.
pub type DepthwiseConv2D = DepthwiseConv<2>;
