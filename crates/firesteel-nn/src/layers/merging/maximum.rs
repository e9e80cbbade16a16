// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Maximum`: the largest of several tensors.

use firesteel_core::Options;
use firesteel_tensor::{Tensor, ops};

use super::base::{fold, merge_layer};
use crate::layer::LayerBase;

/// The largest of its inputs, element by element; of equal ones the first gets the gradient.
///
/// # Shapes
/// inputs of one shape, or such that broadcast to one, output of that shape; an input with fewer axes gets
/// axes of length one behind that of the batch.
///
/// # Examples
/// ```
/// use firesteel_nn::Callable;
/// use firesteel_nn::layers::{Input, Maximum};
///
/// let (a, b) = (Input::new([3, 4]).tensor(), Input::new([1, 4]).tensor());
/// assert_eq!(Maximum::new().call([&a, &b])?.shape().to_string(), "(None, 3, 4)");
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/merging/maximum.py`, class `Maximum`.
#[derive(Clone, Debug, Options)]
pub struct Maximum {
    #[option(base)]
    base: LayerBase,
}

merge_layer!(Maximum, |inputs: &[Tensor]| fold(inputs, ops::maximum));
