// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Conv2DTranspose`: the transposed convolution over height and width.

use super::ConvTranspose;

/// The transposed convolution over height and width: each position adds the kernel, times its value, to a
/// window of the output.
///
/// # Shapes
/// input `(batch, height, width, channels)`, output `(batch, new height, new width, filters)`, `kernel`
/// `(kernel height, kernel width, filters, channels)`, `bias` `(filters,)`.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{Conv2DTranspose, Input};
/// use firesteel_nn::{Sequential, layers};
///
/// let conv = Conv2DTranspose::new(16, 3).strides(2).padding("same");
/// let model = Sequential::from(layers![Input::new([7, 7, 32]), conv]);
/// assert_eq!(model.output_shapes()?[0].to_string(), "(None, 14, 14, 16)");
/// assert_eq!(model.count_params()?, 4624);
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Differences from Keras
/// The channels must come last, and there are no constraints.
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/convolutional/conv2d_transpose.py`, class `Conv2DTranspose`.
pub type Conv2DTranspose = ConvTranspose<2>;
