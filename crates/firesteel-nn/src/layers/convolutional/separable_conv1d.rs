// SPDX-License-Identifier: MIT OR Apache-2.0
//! `SeparableConv1D`: a depthwise convolution over steps, then one that mixes channels.

use super::SeparableConv;

/// The convolution of each channel by itself over steps, then that of each step over all channels.
///
/// # Shapes
/// input `(batch, steps, channels)`, output `(batch, new steps, filters)`, `depthwise_kernel`
/// `(kernel size, channels, depth_multiplier)`, `pointwise_kernel`
/// `(1, channels * depth_multiplier, filters)`, `bias` `(filters,)`.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{Input, SeparableConv1D};
/// use firesteel_nn::{Sequential, layers};
///
/// let conv = SeparableConv1D::new(8, 3).activation("relu");
/// let model = Sequential::from(layers![Input::new([10, 4]), conv]);
/// assert_eq!(model.output_shapes()?[0].to_string(), "(None, 8, 8)");
/// assert_eq!(model.count_params()?, 52);
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Differences from Keras
/// The channels must come last, and there are no constraints.
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/convolutional/separable_conv1d.py`, class `SeparableConv1D`.
pub type SeparableConv1D = SeparableConv<1>;
