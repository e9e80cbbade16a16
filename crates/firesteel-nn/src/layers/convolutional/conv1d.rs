// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Conv1D`: the convolution over steps.

use super::Conv;

/// The convolution over steps: `y = activation(x convolved with kernel + bias)`.
///
/// # Shapes
/// input `(batch, steps, channels)`, output `(batch, new steps, filters)`, `kernel`
/// `(kernel size, channels / groups, filters)`, `bias` `(filters,)`.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{Conv1D, Input};
/// use firesteel_nn::{Sequential, layers};
///
/// let conv = Conv1D::new(8, 3).padding("causal").activation("relu");
/// let model = Sequential::from(layers![Input::new([10, 4]), conv]);
/// assert_eq!(model.output_shapes()?[0].to_string(), "(None, 10, 8)");
/// assert_eq!(model.count_params()?, 104);
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Differences from Keras
/// The channels must come last, and there are no constraints.
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/convolutional/conv1d.py`, class `Conv1D`.
pub type Conv1D = Conv<1>;
