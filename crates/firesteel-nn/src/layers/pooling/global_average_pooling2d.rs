// SPDX-License-Identifier: MIT OR Apache-2.0
//! `GlobalAveragePooling2D`: the mean of each channel.

use super::{GlobalPooling, Mean};

/// The mean of each channel of an image.
///
/// # Shapes
/// input `(batch, height, width, channels)`, output `(batch, channels)`, with `keepdims`
/// `(batch, 1, 1, channels)`.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{GlobalAveragePooling2D, Input};
/// use firesteel_nn::{Sequential, layers};
///
/// let model = Sequential::from(layers![Input::new([7, 7, 64]), GlobalAveragePooling2D::new()]);
/// assert_eq!(model.output_shapes()?[0].to_string(), "(None, 64)");
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/pooling/global_average_pooling2d.py`, class `GlobalAveragePooling2D`.
pub type GlobalAveragePooling2D = GlobalPooling<Mean, 2>;
