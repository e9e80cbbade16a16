// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Dot`: the product of two tensors, summed over one axis of each.

use firesteel_core::{Options, Result, Shape, err};
use firesteel_tensor::{Tensor, ops};

use crate::Layer;
use crate::layer::{BuildCx, CallCx, LayerBase, Weights};
use crate::layers::Axes;
use crate::layers::options::feature_axis;

/// The dot products of two inputs, sample by sample: `y = sum over k of a[.., k, ..] * b[.., k, ..]`.
///
/// # Shapes
/// inputs `(batch, ..)` with equal lengths in the summed axes, output `(batch, other axes of the first, other
/// axes of the second)`, or `(batch, 1)` when there are no others.
///
/// # Examples
/// ```
/// use firesteel_nn::Callable;
/// use firesteel_nn::layers::{Dot, Input};
///
/// let (a, b) = (Input::new([5, 7]).tensor(), Input::new([7, 2]).tensor());
/// assert_eq!(Dot::new((2, 1)).call([&a, &b])?.shape().to_string(), "(None, 5, 2)");
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/merging/dot.py`, class `Dot`.
#[derive(Clone, Debug, Options)]
pub struct Dot {
    /// The summed axis, or that of the first input and that of the second.
    #[option(required)]
    axes: Axes,
    /// Whether the inputs are brought to length one first, so that the result is the cosine.
    #[option(default = false)]
    normalize: bool,
    #[option(base)]
    base: LayerBase,
}

impl Dot {
    /// Both inputs and the index of the summed axis of each.
    fn summed(&self, inputs: &[Shape]) -> Result<[usize; 2]> {
        let [first, second] = inputs else {
            return Err(err::shape("Dot", "the number of inputs does not fit")
                .expected("two")
                .got(inputs.len()));
        };
        let (a, b) = match *self.axes.given() {
            [both] => (both, both),
            [a, b] => (a, b),
            _ => {
                return Err(err::invalid_argument("Dot", "axes")
                    .expected("one axis or two")
                    .got(format!("{:?}", self.axes.given())));
            }
        };
        let (a, length) = feature_axis("Dot", "axes", a, first)?;
        let (b, other) = feature_axis("Dot", "axes", b, second)?;
        if length != other {
            return Err(err::shape("Dot", "the summed axes differ in length")
                .expected(format!("axis {b} of length {length}"))
                .got(second));
        }
        Ok([a, b])
    }
}

impl Layer for Dot {
    fn output_shapes(&self, inputs: &[Shape]) -> Result<Vec<Shape>> {
        let [a, b] = self.summed(inputs)?;
        let mut axes = inputs[0].axes().to_vec();
        axes.remove(a);
        let mut others = inputs[1].axes().to_vec();
        others.remove(b);
        if let (None, Some(batch)) = (axes[0], others[0]) {
            axes[0] = Some(batch);
        }
        axes.extend(&others[1..]);
        if axes.len() == 1 {
            axes.push(Some(1));
        }
        Ok(vec![Shape::new(axes)])
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
        let shapes: Vec<Shape> = inputs.iter().map(|x| Shape::from(x.shape())).collect();
        let [a, b] = self.summed(&shapes)?;
        let output = self.output_shapes(&shapes)?.swap_remove(0);
        let (left, right) = (self.rows(&inputs[0], a)?, self.rows(&inputs[1], b)?);
        let product = ops::matmul(&left, &ops::transpose(&right, &[0, 2, 1])?)?;
        let axes: Vec<usize> = output.axes().iter().copied().flatten().collect();
        Ok(vec![ops::reshape(&product, &axes)?])
    }

    fn takes_list(&self) -> bool {
        true
    }
}

impl Dot {
    /// The input as `(batch, everything else, summed)`.
    fn rows(&self, x: &Tensor, axis: usize) -> Result<Tensor> {
        let order: Vec<usize> =
            (0..x.rank()).filter(|&other| other != axis).chain([axis]).collect();
        let moved = ops::transpose(x, &order)?;
        let (batch, length) = (x.shape()[0], x.shape()[axis]);
        let others = order[1..order.len() - 1].iter().map(|&other| x.shape()[other]).product();
        let rows = ops::reshape(&moved, &[batch, others, length])?;
        if self.normalize { unit_length(&rows) } else { Ok(rows) }
    }
}

/// The same rows, each of length one.
fn unit_length(rows: &Tensor) -> Result<Tensor> {
    let squares = ops::sum(&ops::square(rows)?, &[-1], true)?;
    // the square of the smallest length that Keras divides by
    let inverse = ops::power_scalar(&ops::clip(&squares, 1e-24, f32::MAX)?, -0.5)?;
    ops::multiply(rows, &inverse)
}
