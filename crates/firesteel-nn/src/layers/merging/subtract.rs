// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Subtract`: the difference of two tensors.

use firesteel_core::{Options, Result, Shape, err};
use firesteel_tensor::{Tensor, ops};

use super::base::{merged_mask, merged_shape, of_one_rank};
use crate::Layer;
use crate::layer::{BuildCx, CallCx, LayerBase, Mask, Weights};

/// The difference of its two inputs, element by element: `y = a - b`.
///
/// # Shapes
/// two inputs of one shape, or such that broadcast to one, output of that shape; an input with fewer axes
/// gets axes of length one behind that of the batch.
///
/// # Examples
/// ```
/// use firesteel_nn::Callable;
/// use firesteel_nn::layers::{Input, Subtract};
///
/// let (a, b) = (Input::new([3, 4]).tensor(), Input::new([1, 4]).tensor());
/// assert_eq!(Subtract::new().call([&a, &b])?.shape().to_string(), "(None, 3, 4)");
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/merging/subtract.py`, class `Subtract`.
#[derive(Clone, Debug, Options)]
pub struct Subtract {
    #[option(base)]
    base: LayerBase,
}

impl Layer for Subtract {
    fn output_shapes(&self, inputs: &[Shape]) -> Result<Vec<Shape>> {
        if inputs.len() != 2 {
            return Err(err::shape("Subtract", "the number of inputs does not fit")
                .expected("two")
                .got(inputs.len()));
        }
        Ok(vec![merged_shape("Subtract", inputs)?])
    }

    fn build_many(&self, _inputs: &[Shape], _cx: &mut BuildCx) -> Result<()> {
        Ok(())
    }

    fn forward_many(
        &self,
        _weights: &Weights,
        inputs: &[Tensor],
        _cx: &CallCx,
    ) -> Result<Vec<Tensor>> {
        match of_one_rank(inputs)?.as_slice() {
            [a, b] => Ok(vec![ops::subtract(a, b)?]),
            _ => Err(err::internal("Subtract ran with another number of inputs than two")),
        }
    }

    fn takes_list(&self) -> bool {
        true
    }

    fn compute_masks(&self, _inputs: &[Tensor], masks: &[Mask]) -> Result<Vec<Mask>> {
        merged_mask(masks)
    }
}
