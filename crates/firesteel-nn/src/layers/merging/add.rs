// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Add`: the sum of several tensors.

use firesteel_core::{Options, Result};
use firesteel_tensor::{Tensor, ops};

use super::base::{fold, merge_layer, of_one_rank};
use crate::layer::{LayerBase, Weights};
use crate::{Reach, Tail};

/// The sum of its inputs, element by element: `y = a + b + ..`.
///
/// # Shapes
/// inputs of one shape, or such that broadcast to one, output of that shape; an input with fewer axes gets
/// axes of length one behind that of the batch.
///
/// # Examples
/// ```
/// use firesteel_nn::Callable;
/// use firesteel_nn::layers::{Add, Input};
///
/// let (a, b) = (Input::new([3, 4]).tensor(), Input::new([1, 4]).tensor());
/// assert_eq!(Add::new().call([&a, &b])?.shape().to_string(), "(None, 3, 4)");
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/merging/add.py`, class `Add`.
#[derive(Clone, Debug, Options)]
pub struct Add {
    #[option(base)]
    base: LayerBase,
}

merge_layer!(Add, |inputs: &[Tensor]| fold(inputs, ops::add), {
    fn reach(&self) -> Reach {
        Reach::Activation
    }

    fn forward_with_tail(&self, _: &Weights, inputs: &[Tensor], tail: &Tail) -> Result<Tensor> {
        let inputs = of_one_rank(inputs)?;
        match inputs.split_last() {
            Some((last, others)) if !others.is_empty() => {
                ops::add_activated(&fold(others, ops::add)?, last, tail.activation)
            }
            _ => ops::activate(&fold(&inputs, ops::add)?, tail.activation),
        }
    }
});
