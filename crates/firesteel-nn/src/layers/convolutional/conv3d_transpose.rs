// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Conv3DTranspose`: the transposed convolution over depth, height and width.

use super::ConvTranspose;

/// The transposed convolution over depth, height and width: each position adds the kernel, times its value, to a
/// window of the output.
///
/// # Shapes
/// input `(batch, depth, height, width, channels)`, output
/// `(batch, new depth, new height, new width, filters)`, `kernel`
/// `(kernel depth, kernel height, kernel width, filters, channels)`, `bias` `(filters,)`.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{Conv3DTranspose, Input};
/// use firesteel_nn::{Sequential, layers};
///
/// let conv = Conv3DTranspose::new(4, 2).strides(2);
/// let model = Sequential::from(layers![Input::new([2, 3, 4, 8]), conv]);
/// assert_eq!(model.output_shapes()?[0].to_string(), "(None, 4, 6, 8, 4)");
/// assert_eq!(model.count_params()?, 260);
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Differences from Keras
/// The channels must come last, and there are no constraints.
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/convolutional/conv3d_transpose.py`, class `Conv3DTranspose`.
pub type Conv3DTranspose = ConvTranspose<3>;
