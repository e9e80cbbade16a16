// SPDX-License-Identifier: MIT OR Apache-2.0
//! `AveragePooling2D`: the mean of each window of an image.

use super::{Mean, Pooling};

/// The mean of each window of height and width; the border of `padding="same"` does not count.
///
/// # Shapes
/// input `(batch, height, width, channels)`, output `(batch, new height, new width, channels)`.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{AveragePooling2D, Input};
/// use firesteel_nn::{Sequential, layers};
///
/// let pooling = AveragePooling2D::new(3).strides(2).padding("same");
/// let model = Sequential::from(layers![Input::new([28, 28, 3]), pooling]);
/// assert_eq!(model.output_shapes()?[0].to_string(), "(None, 14, 14, 3)");
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Differences from Keras
/// The channels must come last.
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/pooling/average_pooling2d.py`, class `AveragePooling2D`.
pub type AveragePooling2D = Pooling<Mean, 2>;
