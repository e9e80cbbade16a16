// SPDX-License-Identifier: MIT OR Apache-2.0
//! `DepthwiseConv1D`: the convolution of each channel over steps.

use super::DepthwiseConv;

/// The convolution of each channel by itself over steps: `y = activation(x convolved with kernel + bias)`.
///
/// # Shapes
/// input `(batch, steps, channels)`, output `(batch, new steps, channels * depth_multiplier)`, `kernel`
/// `(kernel size, channels, depth_multiplier)`, `bias` `(channels * depth_multiplier,)`.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{DepthwiseConv1D, Input};
/// use firesteel_nn::{Sequential, layers};
///
/// let conv = DepthwiseConv1D::new(3).depth_multiplier(2);
/// let model = Sequential::from(layers![Input::new([10, 4]), conv]);
/// assert_eq!(model.output_shapes()?[0].to_string(), "(None, 8, 8)");
/// assert_eq!(model.count_params()?, 32);
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Differences from Keras
/// The channels must come last, and there are no constraints.
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/convolutional/depthwise_conv1d.py`, class `DepthwiseConv1D`.
pub type DepthwiseConv1D = DepthwiseConv<1>;
