// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Average`: the mean of several tensors.

use firesteel_core::Options;
use firesteel_tensor::{Tensor, ops};

use super::base::{fold, merge_layer};
use crate::layer::LayerBase;

/// The mean of its inputs, element by element: `y = (a + b + ..) / n`.
///
/// # Shapes
/// inputs of one shape, or such that broadcast to one, output of that shape; an input with fewer axes gets
/// axes of length one behind that of the batch.
///
/// # Examples
/// ```
/// use firesteel_nn::Callable;
/// use firesteel_nn::layers::{Average, Input};
///
/// let (a, b) = (Input::new([3, 4]).tensor(), Input::new([1, 4]).tensor());
/// assert_eq!(Average::new().call([&a, &b])?.shape().to_string(), "(None, 3, 4)");
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/merging/average.py`, class `Average`.
#[derive(Clone, Debug, Options)]
pub struct Average {
    #[option(base)]
    base: LayerBase,
}

merge_layer!(Average, |inputs: &[Tensor]| {
    ops::multiply_scalar(&fold(inputs, ops::add)?, 1.0 / inputs.len() as f32)
});
