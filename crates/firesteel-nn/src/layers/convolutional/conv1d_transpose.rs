// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Conv1DTranspose`: the transposed convolution over steps.

use super::ConvTranspose;

/// The transposed convolution over steps: each position adds the kernel, times its value, to a
/// window of the output.
///
/// # Shapes
/// input `(batch, steps, channels)`, output `(batch, new steps, filters)`, `kernel`
/// `(kernel size, filters, channels)`, `bias` `(filters,)`.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{Conv1DTranspose, Input};
/// use firesteel_nn::{Sequential, layers};
///
/// let conv = Conv1DTranspose::new(8, 3).strides(2);
/// let model = Sequential::from(layers![Input::new([10, 4]), conv]);
/// assert_eq!(model.output_shapes()?[0].to_string(), "(None, 21, 8)");
/// assert_eq!(model.count_params()?, 104);
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Differences from Keras
/// The channels must come last, and there are no constraints.
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/convolutional/conv1d_transpose.py`, class `Conv1DTranspose`.
pub type Conv1DTranspose = ConvTranspose<1>;
