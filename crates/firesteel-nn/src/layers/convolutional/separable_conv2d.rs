// SPDX-License-Identifier: MIT OR Apache-2.0
//! `SeparableConv2D`: a depthwise convolution of images, then one that mixes channels.

use super::SeparableConv;

/// The convolution of each channel by itself over height and width, then that of each pixel over all channels.
///
/// # Shapes
/// input `(batch, height, width, channels)`, output `(batch, new height, new width, filters)`,
/// `depthwise_kernel` `(kernel height, kernel width, channels, depth_multiplier)`, `pointwise_kernel`
/// `(1, 1, channels * depth_multiplier, filters)`, `bias` `(filters,)`.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{Input, SeparableConv2D};
/// use firesteel_nn::{Sequential, layers};
///
/// let conv = SeparableConv2D::new(64, (3, 3)).padding("same").activation("relu");
/// let model = Sequential::from(layers![Input::new([28, 28, 32]), conv]);
/// assert_eq!(model.output_shapes()?[0].to_string(), "(None, 28, 28, 64)");
/// assert_eq!(model.count_params()?, 2400);
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Differences from Keras
/// The channels must come last, and there are no constraints.
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/convolutional/separable_conv2d.py`, class `SeparableConv2D`.
pub type SeparableConv2D = SeparableConv<2>;
