// SPDX-License-Identifier: MIT OR Apache-2.0
//! `SimpleRNN`: the recurrent layer without gates.

use firesteel_core::{Result, Shape};
use firesteel_tensor::Tensor;
use firesteel_tensor::ops::RecurrentCell;

use super::base::{Bias, recurrent_layer};
use crate::layer::{BuildCx, CallCx, Weights};

recurrent_layer! {
    /// The recurrent layer without gates, `h' = activation(x * kernel + h * recurrent_kernel + bias)`.
    ///
    /// # Shapes
    /// input `(batch, steps, features)` and, where it is given, the initial state `(batch, units)`; output
    /// `(batch, units)` or with `return_sequences` `(batch, steps, units)`, with `return_state` followed by the state;
    /// `kernel` `(features, units)`, `recurrent_kernel` `(units, units)`, `bias` `(units,)`.
    ///
    /// # Examples
    /// ```
    /// use firesteel_nn::layers::{Input, SimpleRNN};
    /// use firesteel_nn::{Sequential, layers};
    ///
    /// let model = Sequential::from(layers![Input::new([10, 8]), SimpleRNN::new(4)]);
    /// assert_eq!(model.output_shapes()?[0].to_string(), "(None, 4)");
    /// # Ok::<(), firesteel_core::Error>(())
    /// ```
    ///
    /// # Differences from Keras
    /// There are no constraints. `unroll` changes nothing; in Keras it starts masked outputs at zero, and then
    /// `zero_output_for_mask` has no effect.
    ///
    /// # Source
    /// Keras 3.15.1, `keras/src/layers/rnn/simple_rnn.py`, class `SimpleRNN`.
    SimpleRNN {}
}

impl SimpleRNN {
    fn cell(&self) -> Result<RecurrentCell> {
        Ok(RecurrentCell::SimpleRnn { activation: self.activation.resolve()? })
    }

    fn bias_parts(&self) -> Option<Bias<'_>> {
        let shape = vec![self.units];
        self.use_bias.then_some(Bias { shape, initializer: &self.bias_initializer, ones: 0..0 })
    }
}
