// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Concatenate`: tensors one after the other.

use firesteel_core::{Options, Result, Shape, err};
use firesteel_tensor::{Device, Tensor, ops};

use crate::Layer;
use crate::layer::{CallCx, LayerBase, Mask, Weights};

/// Puts its inputs one after the other along an axis.
///
/// # Shapes
/// inputs equal but for one axis, output with the sum of its lengths.
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/merging/concatenate.py`, class `Concatenate`.
#[derive(Clone, Debug, Options)]
pub struct Concatenate {
    /// The axis; negative numbers count from the end.
    #[option(default = -1)]
    axis: i64,
    #[option(base)]
    base: LayerBase,
}

impl Layer for Concatenate {
    fn output_shapes(&self, inputs: &[Shape]) -> Result<Vec<Shape>> {
        let Some(first) = inputs.first() else {
            return Err(err::shape("Concatenate", "at least one input is needed").got("none"));
        };
        let rank = first.rank() as i64;
        let axis = if self.axis < 0 { self.axis + rank } else { self.axis };
        if !(0..rank).contains(&axis) {
            return Err(err::invalid_argument("Concatenate", "axis")
                .expected(format!("an axis of {first}"))
                .got(self.axis));
        }
        let mut axes = first.axes().to_vec();
        for other in &inputs[1..] {
            let alike = |i: usize| i == axis as usize || first.axes()[i] == other.axes()[i];
            if other.rank() != first.rank() || !(0..first.rank()).all(alike) {
                let what = format!("the inputs differ beside axis {}", self.axis);
                return Err(err::shape("Concatenate", what).expected(first).got(other));
            }
            let (sum, part) = (axes[axis as usize], other.axes()[axis as usize]);
            axes[axis as usize] = sum.zip(part).map(|(sum, part)| sum + part);
        }
        Ok(vec![Shape::new(axes)])
    }

    fn forward_many(
        &self,
        _weights: &Weights,
        inputs: &[Tensor],
        _cx: &CallCx,
    ) -> Result<Vec<Tensor>> {
        let inputs: Vec<&Tensor> = inputs.iter().collect();
        Ok(vec![ops::concatenate(&inputs, self.axis as isize)?])
    }

    fn build_many(&self, _inputs: &[Shape], _cx: &mut crate::layer::BuildCx) -> Result<()> {
        Ok(())
    }

    fn takes_list(&self) -> bool {
        true
    }

    /// A step of the output counts where any number of it comes from a step that counts.
    fn compute_masks(&self, inputs: &[Tensor], masks: &[Mask]) -> Result<Vec<Mask>> {
        if masks.iter().all(Option::is_none) {
            return Ok(Vec::new());
        }
        let whole = |(x, mask): (&Tensor, &Mask)| {
            let ones = Tensor::full(1.0, x.shape(), &Device::cpu())?.like(x);
            match mask {
                Some(mask) if mask.rank() < x.rank() => {
                    ops::multiply(&ones, &ops::expand_dims(mask, -1)?)
                }
                Some(mask) => Ok(mask.clone()),
                None => Ok(ones),
            }
        };
        let marks = inputs.iter().zip(masks).map(whole).collect::<Result<Vec<_>>>()?;
        let marks = ops::concatenate(&marks.iter().collect::<Vec<_>>(), self.axis as isize)?;
        Ok(vec![Some(ops::max(&marks, &[-1], false)?)])
    }
}
