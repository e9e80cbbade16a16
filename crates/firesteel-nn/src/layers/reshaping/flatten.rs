// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Flatten`: each sample as one row.

use firesteel_core::{Options, Result, Shape, err};
use firesteel_tensor::{Tensor, ops};

use crate::Layer;
use crate::layer::{CallCx, LayerBase, Weights};
use crate::layers::options::{DATA_FORMATS, is_channels_first};

/// Writes the elements of each sample into one row.
///
/// # Shapes
/// input `(batch, ..)`, output `(batch, product of the other axes)`.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{Flatten, Input};
/// use firesteel_nn::{Sequential, layers};
///
/// let model = Sequential::from(layers![Input::new([28, 28, 3]), Flatten::new()]);
/// assert_eq!(model.output_shapes()?[0].to_string(), "(None, 2352)");
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/reshaping/flatten.py`, class `Flatten`.
#[derive(Clone, Debug, Options)]
pub struct Flatten {
    /// Where the channels are; with `"channels_first"` they move to the end, so that the row is the same.
    #[option(default = "channels_last", one_of = DATA_FORMATS)]
    data_format: String,
    #[option(base)]
    base: LayerBase,
}

impl Layer for Flatten {
    fn output_shape(&self, input: &Shape) -> Result<Shape> {
        let Some(&batch) = input.axes().first() else {
            return Err(err::shape("Flatten", "the input needs a batch axis").got(input));
        };
        Ok(Shape::new(vec![batch, input.unbatched().size()]))
    }

    fn forward(&self, _weights: &Weights, x: &Tensor, _cx: &CallCx) -> Result<Tensor> {
        let rank = x.rank();
        let features = x.shape()[1..].iter().product();
        let axes = [x.shape()[0], features];
        if is_channels_first(&self.data_format) && rank > 2 {
            let order: Vec<usize> = std::iter::once(0).chain(2..rank).chain([1]).collect();
            return ops::reshape(&ops::transpose(x, &order)?, &axes);
        }
        ops::reshape(x, &axes)
    }
}
