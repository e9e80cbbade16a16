// SPDX-License-Identifier: MIT OR Apache-2.0
//! `LSTM`: long short-term memory.

use firesteel_core::{Result, Shape};
use firesteel_tensor::Tensor;
use firesteel_tensor::ops::RecurrentCell;

use super::base::{Bias, recurrent_layer};
use crate::layer::{BuildCx, CallCx, Weights};

recurrent_layer! {
    /// Long short-term memory, with the states `h` and `c`:
    ///
    /// ```text
    /// i, f, o = gate(x k + h r + b)      g = act(x k + h r + b)      each with its part of k, r, b
    /// c' = f c + i g                     h' = o act(c')
    /// ```
    ///
    /// # Shapes
    /// input `(batch, steps, features)` and, where they are given, the initial states `(batch, units)` twice; output
    /// `(batch, units)` or with `return_sequences` `(batch, steps, units)`, with `return_state` followed by both
    /// states; `kernel` `(features, 4 * units)`, `recurrent_kernel` `(units, 4 * units)`, `bias` `(4 * units,)`, the
    /// gates in the order i, f, g, o.
    ///
    /// # Examples
    /// ```
    /// use firesteel_nn::layers::{Dense, Input, LSTM};
    /// use firesteel_nn::{Sequential, layers};
    ///
    /// let model = Sequential::from(layers![Input::new([100, 64]), LSTM::new(128), Dense::new(1)]);
    /// assert_eq!(model.count_params()?, 98_945);
    /// # Ok::<(), firesteel_core::Error>(())
    /// ```
    ///
    /// # Differences from Keras
    /// There are no constraints. `unroll` changes nothing; in Keras it starts masked outputs at zero, and then
    /// `zero_output_for_mask` has no effect. A rate of 1 drops everything; in Keras, here and there, nothing.
    ///
    /// # Source
    /// Keras 3.15.1, `keras/src/layers/rnn/lstm.py`, class `LSTM`.
    LSTM {
        /// Applied to the gates.
        #[option(default = "sigmoid")]
        recurrent_activation: crate::Activation,
        /// Whether the bias of the forget gate starts as one.
        #[option(default = true)]
        unit_forget_bias: bool,
    }
}

impl LSTM {
    fn cell(&self) -> Result<RecurrentCell> {
        let activation = self.activation.resolve()?;
        let recurrent_activation = self.recurrent_activation.resolve()?;
        Ok(RecurrentCell::Lstm { activation, recurrent_activation })
    }

    fn bias_parts(&self) -> Option<Bias<'_>> {
        let ones = if self.unit_forget_bias { self.units..2 * self.units } else { 0..0 };
        let (shape, initializer) = (vec![4 * self.units], &self.bias_initializer);
        self.use_bias.then_some(Bias { shape, initializer, ones })
    }
}
