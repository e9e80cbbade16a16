// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the layers share that merge tensors element by element.

use firesteel_core::{Result, Shape, err};
use firesteel_tensor::{Tensor, ops};

use crate::Mask;

/// Implements `Layer` for a layer that merges element by element with the given function, and perhaps has more to say.
macro_rules! merge_layer {
    ($layer:ident, $merge:expr $(, { $($more:tt)* })?) => {
        impl $crate::Layer for $layer {
            fn output_shapes(
                &self,
                inputs: &[firesteel_core::Shape],
            ) -> firesteel_core::Result<Vec<firesteel_core::Shape>> {
                Ok(vec![$crate::layers::merging::base::merged_shape(stringify!($layer), inputs)?])
            }

            fn build_many(
                &self,
                _inputs: &[firesteel_core::Shape],
                _cx: &mut $crate::BuildCx,
            ) -> firesteel_core::Result<()> {
                Ok(())
            }

            fn forward_many(
                &self,
                _weights: &$crate::Weights,
                inputs: &[firesteel_tensor::Tensor],
                _cx: &$crate::CallCx,
            ) -> firesteel_core::Result<Vec<firesteel_tensor::Tensor>> {
                let inputs = $crate::layers::merging::base::of_one_rank(inputs)?;
                Ok(vec![$merge(&inputs)?])
            }

            fn takes_list(&self) -> bool {
                true
            }

            fn compute_masks(
                &self,
                _inputs: &[firesteel_tensor::Tensor],
                masks: &[$crate::Mask],
            ) -> firesteel_core::Result<Vec<$crate::Mask>> {
                $crate::layers::merging::base::merged_mask(masks)
            }

            $($($more)*)?
        }
    };
}
pub(super) use merge_layer;

/// Merges the first two tensors, the result with the third, and so on.
pub(super) fn fold(
    inputs: &[Tensor],
    merge: fn(&Tensor, &Tensor) -> Result<Tensor>,
) -> Result<Tensor> {
    let Some((first, rest)) = inputs.split_first() else {
        return Err(err::shape("merge", "at least one input is needed").got("none"));
    };
    rest.iter().try_fold(first.clone(), |merged, input| merge(&merged, input))
}

/// Tensors of fewer axes get axes of length one behind that of the batch.
pub(super) fn of_one_rank(inputs: &[Tensor]) -> Result<Vec<Tensor>> {
    let rank = inputs.iter().map(Tensor::rank).max().unwrap_or(0);
    let widened = |input: &Tensor| {
        let mut axes = input.shape().to_vec();
        axes.splice(1..1, std::iter::repeat_n(1, rank - input.rank()));
        ops::reshape(input, &axes)
    };
    inputs.iter().map(widened).collect()
}

/// What counts in some input, where all inputs have masks.
pub(super) fn merged_mask(masks: &[Mask]) -> Result<Vec<Mask>> {
    let all: Option<Vec<Tensor>> = masks.iter().cloned().collect();
    match all {
        Some(masks) if !masks.is_empty() => Ok(vec![Some(fold(&masks, ops::maximum)?)]),
        _ => Ok(Vec::new()),
    }
}

/// The shape to which all inputs broadcast.
pub(super) fn merged_shape(layer: &str, inputs: &[Shape]) -> Result<Shape> {
    let Some(first) = inputs.first() else {
        return Err(err::shape(layer, "at least one input is needed").got("none"));
    };
    let rank = inputs.iter().map(Shape::rank).max().unwrap_or(0);
    let mut merged = widened(layer, first, rank)?;
    for input in &inputs[1..] {
        let other = widened(layer, input, rank)?;
        for (axis, (length, other)) in merged.iter_mut().zip(other).enumerate() {
            *length = broadcast(*length, other, axis == 0).ok_or_else(|| {
                err::shape(layer, format!("the inputs differ in axis {axis}"))
                    .expected(format!("axes that are equal to those of {first}, or 1"))
                    .got(input)
            })?;
        }
    }
    Ok(Shape::new(merged))
}

fn widened(layer: &str, input: &Shape, rank: usize) -> Result<Vec<Option<usize>>> {
    let mut axes = input.axes().to_vec();
    if axes.is_empty() {
        return Err(err::shape(layer, "the inputs need a batch axis").got(input));
    }
    axes.splice(1..1, std::iter::repeat_n(Some(1), rank - axes.len()));
    Ok(axes)
}

/// The length that two lengths make together, `None` when they do not; the batch never broadcasts.
fn broadcast(a: Option<usize>, b: Option<usize>, is_batch: bool) -> Option<Option<usize>> {
    match (a, b) {
        (Some(a), Some(b)) if a == b => Some(Some(a)),
        (Some(1), other) | (other, Some(1)) if !is_batch => Some(other),
        (Some(_), Some(_)) => None,
        (Some(known), None) | (None, Some(known)) => Some(Some(known)),
        (None, None) => Some(None),
    }
}
