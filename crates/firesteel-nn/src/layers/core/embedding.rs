// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Embedding`: a learned row for each whole number.

use firesteel_core::{Options, Result, Shape, err};
use firesteel_tensor::{Tensor, ops};

use crate::layer::{BuildCx, CallCx, LayerBase, Mask, Weights};
use crate::layers::activity::penalized;
use crate::{Initializer, Layer, Regularizer};

/// Replaces each whole number by a learned row: `y = embeddings[x]`.
///
/// # Shapes
/// input `(batch, ..)` of whole numbers below `input_dim`, output `(batch, .., output_dim)`, `embeddings`
/// `(input_dim, output_dim)`.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{Embedding, Input, LSTM};
/// use firesteel_nn::{Sequential, layers};
///
/// let words = Embedding::new(1000, 16).mask_zero(true);
/// let model = Sequential::from(layers![Input::new([20]), words, LSTM::new(4)]);
/// assert_eq!(model.count_params()?, 16_336);
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Differences from Keras
/// A number without row is an error, where Keras gives NaN or another row. Numbers travel as 32-bit floats, which
/// hold all whole numbers up to 16 777 216. There are no constraints and no LoRA.
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/core/embedding.py`, class `Embedding`.
#[derive(Clone, Debug, Options)]
pub struct Embedding {
    /// How many rows there are; the numbers are below it.
    #[option(required, min = 1)]
    input_dim: usize,
    /// The length of a row.
    #[option(required, min = 1)]
    output_dim: usize,
    /// Start values of `embeddings`.
    #[option(default = "uniform")]
    embeddings_initializer: Initializer,
    /// Penalty on `embeddings`.
    #[option(default = None)]
    embeddings_regularizer: Option<Regularizer>,
    /// Penalty on the output.
    #[option(default = None)]
    activity_regularizer: Option<Regularizer>,
    /// Whether zero stands for nothing: the layers behind skip it, see [`Masking`](crate::layers::Masking).
    #[option(default = false)]
    mask_zero: bool,
    #[option(base)]
    base: LayerBase,
}

impl Layer for Embedding {
    fn output_shape(&self, input: &Shape) -> Result<Shape> {
        if input.rank() == 0 {
            return Err(err::shape("Embedding", "the input needs a batch axis").got(input));
        }
        let axes = input.axes().iter().copied().chain([Some(self.output_dim)]);
        Ok(Shape::new(axes.collect::<Vec<_>>()))
    }

    fn build(&self, _input: &Shape, cx: &mut BuildCx) -> Result<()> {
        let regularizer = self.embeddings_regularizer.as_ref();
        let shape = [self.input_dim, self.output_dim];
        cx.weight("embeddings", shape, &self.embeddings_initializer, regularizer)
    }

    fn forward(&self, weights: &Weights, x: &Tensor, cx: &CallCx) -> Result<Tensor> {
        let y = ops::take_rows(&weights.get("embeddings")?, x)
            .map_err(|error| error.at(format!("Embedding: `input_dim` is {}", self.input_dim)))?;
        penalized(y, self.activity_regularizer.as_ref(), cx)
    }

    fn supports_masking(&self) -> bool {
        self.mask_zero
    }

    fn compute_masks(&self, inputs: &[Tensor], _masks: &[Mask]) -> Result<Vec<Mask>> {
        if !self.mask_zero {
            return Ok(Vec::new());
        }
        inputs.iter().map(|x| ops::not_equal(x, 0.0).map(Some)).collect()
    }
}
