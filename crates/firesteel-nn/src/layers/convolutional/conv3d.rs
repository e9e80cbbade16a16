// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Conv3D`: the convolution over depth, height and width.

use super::Conv;

/// The convolution over depth, height and width: `y = activation(x convolved with kernel + bias)`.
///
/// # Shapes
/// input `(batch, depth, height, width, channels)`, output `(batch, new depth, new height, new width, filters)`,
/// `kernel` `(kernel depth, kernel height, kernel width, channels / groups, filters)`, `bias` `(filters,)`.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{Conv3D, Input};
/// use firesteel_nn::{Sequential, layers};
///
/// let conv = Conv3D::new(4, [1, 3, 3]).strides([1, 2, 2]).padding("same");
/// let model = Sequential::from(layers![Input::new([5, 8, 9, 2]), conv]);
/// assert_eq!(model.output_shapes()?[0].to_string(), "(None, 5, 4, 5, 4)");
/// assert_eq!(model.count_params()?, 76);
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Differences from Keras
/// The channels must come last, and there are no constraints.
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/convolutional/conv3d.py`, class `Conv3D`.
pub type Conv3D = Conv<3>;
