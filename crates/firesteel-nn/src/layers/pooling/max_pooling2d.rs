// SPDX-License-Identifier: MIT OR Apache-2.0
//! `MaxPooling2D`: the largest value of each window of an image.

use super::{Max, Pooling};

/// The largest value of each window of height and width; the border of `padding="same"` never wins.
///
/// # Shapes
/// input `(batch, height, width, channels)`, output `(batch, new height, new width, channels)`.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{Input, MaxPooling2D};
/// use firesteel_nn::{Sequential, layers};
///
/// let model = Sequential::from(layers![Input::new([28, 28, 3]), MaxPooling2D::new((2, 2))]);
/// assert_eq!(model.output_shapes()?[0].to_string(), "(None, 14, 14, 3)");
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Differences from Keras
/// The channels must come last.
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/pooling/max_pooling2d.py`, class `MaxPooling2D`.
pub type MaxPooling2D = Pooling<Max, 2>;
