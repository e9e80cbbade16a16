// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Reshape`: each sample under other axes.

use firesteel_core::{Error, Options, Result, Shape, err};
use firesteel_tensor::{Tensor, ops};

use crate::Layer;
use crate::layer::{CallCx, LayerBase, Weights};

/// The elements of each sample, in their order, under other axes.
///
/// # Shapes
/// input `(batch, ..)`, output `(batch, target_shape ..)`.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{Input, Reshape};
/// use firesteel_nn::{Sequential, layers};
///
/// let model = Sequential::from(layers![Input::new([12]), Reshape::new([-1, 4])]);
/// assert_eq!(model.output_shapes()?[0].to_string(), "(None, 3, 4)");
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/reshaping/reshape.py`, class `Reshape`.
#[derive(Clone, Debug, Options)]
pub struct Reshape {
    /// The axes without that of the batch; one of them can be -1, for whatever is left.
    #[option(required, min = -1)]
    target_shape: Vec<i64>,
    #[option(base)]
    base: LayerBase,
}

impl Reshape {
    /// The axes of a sample of the given size; that of -1 is open when the size is.
    fn sample_axes(&self, size: Option<usize>, input: &Shape) -> Result<Vec<Option<usize>>> {
        let given = |&axis: &i64| usize::try_from(axis).ok();
        let mut axes: Vec<Option<usize>> = self.target_shape.iter().map(given).collect();
        let known: usize = axes.iter().copied().flatten().product();
        let open = axes.iter().filter(|axis| axis.is_none()).count();
        if open > 1 {
            return Err(self.misfit("at most one axis of -1"));
        }
        let Some(size) = size else { return Ok(axes) };
        let rest = size.checked_div(known).filter(|rest| rest * known == size);
        let fits = if open == 1 { rest.is_some() } else { size == known };
        if !fits {
            return Err(self.misfit(&format!("axes for the {size} elements of {input}")));
        }
        axes.iter_mut().filter(|axis| axis.is_none()).for_each(|axis| *axis = rest);
        Ok(axes)
    }

    fn misfit(&self, expected: &str) -> Error {
        let got = format!("{:?}", self.target_shape);
        err::invalid_argument("Reshape", "target_shape").expected(expected).got(got)
    }
}

impl Layer for Reshape {
    fn output_shape(&self, input: &Shape) -> Result<Shape> {
        let Some(&batch) = input.axes().first() else {
            return Err(err::shape("Reshape", "the input needs a batch axis").got(input));
        };
        let mut axes = self.sample_axes(input.unbatched().size(), input)?;
        axes.insert(0, batch);
        Ok(Shape::new(axes))
    }

    fn forward(&self, _weights: &Weights, x: &Tensor, _cx: &CallCx) -> Result<Tensor> {
        let output = self.output_shape(&Shape::from(x.shape()))?;
        let axes: Vec<usize> = output.axes().iter().copied().flatten().collect();
        ops::reshape(x, &axes)
    }
}
