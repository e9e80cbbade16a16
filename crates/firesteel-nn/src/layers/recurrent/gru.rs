// SPDX-License-Identifier: MIT OR Apache-2.0
//! `GRU`: the gated recurrent unit.

use firesteel_core::{Result, Shape};
use firesteel_tensor::Tensor;
use firesteel_tensor::ops::RecurrentCell;

use super::base::{Bias, recurrent_layer};
use crate::layer::{BuildCx, CallCx, Weights};

recurrent_layer! {
    /// The gated recurrent unit, with the state `h`:
    ///
    /// ```text
    /// z, r = gate(x k + h r + b)                        each with its part of k, r, b
    /// n = act(x k + b + r (h r + b'))                   with `reset_after`, b' from the second row of the bias
    /// n = act(x k + b + (r h) r)                        without
    /// h' = z h + (1 - z) n
    /// ```
    ///
    /// # Shapes
    /// input `(batch, steps, features)` and, where it is given, the initial state `(batch, units)`; output
    /// `(batch, units)` or with `return_sequences` `(batch, steps, units)`, with `return_state` followed by the state;
    /// `kernel` `(features, 3 * units)`, `recurrent_kernel` `(units, 3 * units)`, `bias` `(2, 3 * units)` with
    /// `reset_after`, else `(3 * units,)`, the gates in the order z, r, n.
    ///
    /// # Examples
    /// ```
    /// use firesteel_nn::layers::{GRU, Input};
    /// use firesteel_nn::{Sequential, layers};
    ///
    /// let model = Sequential::from(layers![Input::new([10, 8]), GRU::new(4).return_sequences(true)]);
    /// assert_eq!(model.output_shapes()?[0].to_string(), "(None, 10, 4)");
    /// # Ok::<(), firesteel_core::Error>(())
    /// ```
    ///
    /// # Differences from Keras
    /// There are no constraints. `unroll` changes nothing; in Keras it starts masked outputs at zero, and then
    /// `zero_output_for_mask` has no effect.
    ///
    /// # Source
    /// Keras 3.15.1, `keras/src/layers/rnn/gru.py`, class `GRU`.
    GRU {
        /// Applied to the gates.
        #[option(default = "sigmoid")]
        recurrent_activation: crate::Activation,
        /// Whether the reset gate acts after the product with the recurrent kernel.
        #[option(default = true)]
        reset_after: bool,
    }
}

impl GRU {
    fn cell(&self) -> Result<RecurrentCell> {
        let activation = self.activation.resolve()?;
        let recurrent_activation = self.recurrent_activation.resolve()?;
        Ok(RecurrentCell::Gru { activation, recurrent_activation, reset_after: self.reset_after })
    }

    fn bias_parts(&self) -> Option<Bias<'_>> {
        let columns = 3 * self.units;
        let shape = if self.reset_after { vec![2, columns] } else { vec![columns] };
        self.use_bias.then_some(Bias { shape, initializer: &self.bias_initializer, ones: 0..0 })
    }
}
