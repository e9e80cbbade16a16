// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Multiply`: the product of several tensors.

use firesteel_core::Options;
use firesteel_tensor::{Tensor, ops};

use super::base::{fold, merge_layer};
use crate::layer::LayerBase;

/// The product of its inputs, element by element: `y = a * b * ..`.
///
/// # Shapes
/// inputs of one shape, or such that broadcast to one, output of that shape; an input with fewer axes gets
/// axes of length one behind that of the batch.
///
/// # Examples
/// ```
/// use firesteel_nn::Callable;
/// use firesteel_nn::layers::{Input, Multiply};
///
/// let (a, b) = (Input::new([3, 4]).tensor(), Input::new([1, 4]).tensor());
/// assert_eq!(Multiply::new().call([&a, &b])?.shape().to_string(), "(None, 3, 4)");
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/merging/multiply.py`, class `Multiply`.
#[derive(Clone, Debug, Options)]
pub struct Multiply {
    #[option(base)]
    base: LayerBase,
}

merge_layer!(Multiply, |inputs: &[Tensor]| fold(inputs, ops::multiply));
