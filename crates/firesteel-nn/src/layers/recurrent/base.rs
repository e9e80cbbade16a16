// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the recurrent layers share: options, shapes, weights and the walk over the steps.

use firesteel_core::{Result, Seed, Shape, err};
use firesteel_tensor::ops::{Recurrent, RecurrentCell, RecurrentStart, RecurrentWeights};
use firesteel_tensor::{Device, Tensor, ops};

use crate::layer::{BuildCx, CallCx, Weights};
use crate::layers::activity::penalized;
use crate::{Initializer, Regularizer};

/// Defines a recurrent layer with the options that all have and with those of its own.
macro_rules! recurrent_layer {
    ($(#[$doc:meta])* $name:ident { $($own:tt)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, firesteel_core::Options)]
        pub struct $name {
            /// Size of the state.
            #[option(required, min = 1)]
            units: usize,
            /// Applied to the new state.
            #[option(default = "tanh")]
            activation: crate::Activation,
            $($own)*
            /// Whether a bias is added.
            #[option(default = true)]
            use_bias: bool,
            /// Start values of `kernel`.
            #[option(default = "glorot_uniform")]
            kernel_initializer: crate::Initializer,
            /// Start values of `recurrent_kernel`.
            #[option(default = "orthogonal")]
            recurrent_initializer: crate::Initializer,
            /// Start values of `bias`.
            #[option(default = "zeros")]
            bias_initializer: crate::Initializer,
            /// Penalty on `kernel`.
            #[option(default = None)]
            kernel_regularizer: Option<crate::Regularizer>,
            /// Penalty on `recurrent_kernel`.
            #[option(default = None)]
            recurrent_regularizer: Option<crate::Regularizer>,
            /// Penalty on `bias`.
            #[option(default = None)]
            bias_regularizer: Option<crate::Regularizer>,
            /// Penalty on the output.
            #[option(default = None)]
            activity_regularizer: Option<crate::Regularizer>,
            /// The share of the inputs that is dropped in training, the same at each step.
            #[option(default = 0.0, min = 0, max = 1)]
            dropout: f64,
            /// The share of the state that is dropped in training before it meets its kernel.
            #[option(default = 0.0, min = 0, max = 1)]
            recurrent_dropout: f64,
            /// Where dropping takes its randomness from; from the model's seed when absent.
            #[option(default = None)]
            seed: Option<u64>,
            /// Whether the output is that of each step, not of the last one alone.
            #[option(default = false)]
            return_sequences: bool,
            /// Whether the states after the last step follow the output.
            #[option(default = false)]
            return_state: bool,
            /// Whether the last step comes first; the output is in the order of the walk.
            #[option(default = false)]
            go_backwards: bool,
            /// Whether a batch starts with the states at which the one before ended, sample by sample; the input
            /// then needs a fixed batch, and `reset_states` of the model starts over.
            #[option(default = false)]
            stateful: bool,
            /// How Keras writes its graph; it changes no number.
            #[option(default = false)]
            unroll: bool,
            /// Whether the output at a masked step is zero, not the one before.
            #[option(default = false)]
            zero_output_for_mask: bool,
            #[option(base)]
            base: crate::layer::LayerBase,
        }

        impl $name {
            fn shared(&self) -> Result<$crate::layers::recurrent::base::Shared<'_>> {
                Ok($crate::layers::recurrent::base::Shared {
                    name: stringify!($name),
                    cell: self.cell()?,
                    units: self.units,
                    bias: self.bias_parts(),
                    initializers: [&self.kernel_initializer, &self.recurrent_initializer],
                    regularizers: [
                        self.kernel_regularizer.as_ref(),
                        self.recurrent_regularizer.as_ref(),
                        self.bias_regularizer.as_ref(),
                        self.activity_regularizer.as_ref(),
                    ],
                    dropout: [self.dropout, self.recurrent_dropout],
                    seed: self.seed,
                    return_sequences: self.return_sequences,
                    return_state: self.return_state,
                    go_backwards: self.go_backwards,
                    zero_output_for_mask: self.zero_output_for_mask,
                    stateful: self.stateful,
                })
            }
        }

        impl $crate::Layer for $name {
            fn output_shapes(&self, inputs: &[Shape]) -> Result<Vec<Shape>> {
                self.shared()?.output_shapes(inputs)
            }

            fn build_many(&self, inputs: &[Shape], cx: &mut BuildCx) -> Result<()> {
                self.shared()?.build(inputs, cx)
            }

            fn forward_many(
                &self,
                weights: &Weights,
                inputs: &[Tensor],
                cx: &CallCx,
            ) -> Result<Vec<Tensor>> {
                self.shared()?.forward(weights, inputs, cx)
            }

            fn keyword(&self) -> Option<&'static str> {
                Some("initial_state")
            }

            fn supports_masking(&self) -> bool {
                true
            }

            fn compute_masks(
                &self,
                _inputs: &[Tensor],
                masks: &[crate::Mask],
            ) -> Result<Vec<crate::Mask>> {
                Ok(masks.iter().take(1).filter(|_| self.return_sequences).cloned().collect())
            }
        }
    };
}
pub(super) use recurrent_layer;

/// The names of the states that a stateful layer carries from one batch to the next.
pub(super) fn carried_states(count: usize) -> Vec<String> {
    (0..count).map(|state| format!("state_{state}")).collect()
}

/// The length of the batch, which a stateful layer must know.
pub(super) fn fixed_batch(layer: &str, input: &Shape) -> Result<usize> {
    input.axis(0).ok_or_else(|| {
        err::shape(layer, "a stateful layer needs a fixed batch")
            .expected("(batch, steps, ..)")
            .got(input)
            .fix("begin the model with `Input::batched([Some(32), Some(steps), ..])`")
    })
}

/// The options of a recurrent layer.
pub(super) struct Shared<'a> {
    pub(super) name: &'static str,
    pub(super) cell: RecurrentCell,
    pub(super) units: usize,
    /// How the parts of a row of the bias start, with their lengths, and how many rows there are.
    pub(super) bias: Option<Bias<'a>>,
    pub(super) initializers: [&'a Initializer; 2],
    /// Of the kernels, the bias and the output.
    pub(super) regularizers: [Option<&'a Regularizer>; 4],
    /// Of the input and of the state.
    pub(super) dropout: [f64; 2],
    pub(super) seed: Option<u64>,
    pub(super) return_sequences: bool,
    pub(super) return_state: bool,
    pub(super) go_backwards: bool,
    pub(super) zero_output_for_mask: bool,
    pub(super) stateful: bool,
}

/// How a bias starts.
pub(super) struct Bias<'a> {
    pub(super) shape: Vec<usize>,
    pub(super) initializer: &'a Initializer,
    /// Elements that start as one instead.
    pub(super) ones: std::ops::Range<usize>,
}

impl Shared<'_> {
    pub(super) fn output_shapes(&self, inputs: &[Shape]) -> Result<Vec<Shape>> {
        let input = self.sequence(inputs)?;
        let (batch, steps) = (input.axes()[0], input.axes()[1]);
        let state = Shape::new([batch, Some(self.units)]);
        let mut shapes = vec![if self.return_sequences {
            Shape::new([batch, steps, Some(self.units)])
        } else {
            state.clone()
        }];
        if self.return_state {
            shapes.extend(vec![state; self.cell.n_states()]);
        }
        Ok(shapes)
    }

    /// The shape of the sequence; what follows it must be states.
    fn sequence<'s>(&self, inputs: &'s [Shape]) -> Result<&'s Shape> {
        let Some((input, states)) = inputs.split_first() else {
            return Err(err::shape(self.name, "a sequence is needed").got("no input"));
        };
        if input.rank() != 3 {
            return Err(err::shape(self.name, "the input is no sequence")
                .expected("(batch, steps, features)")
                .got(input));
        }
        input.last()?;
        if !states.is_empty() && states.len() != self.cell.n_states() {
            return Err(err::shape(self.name, "the number of initial states does not fit")
                .expected(self.cell.n_states())
                .got(states.len()));
        }
        let fits = |state: &&Shape| state.rank() == 2 && state.axis(-1) == Some(self.units);
        match states.iter().find(|state| !fits(state)) {
            Some(state) => Err(err::shape(self.name, "an initial state does not fit")
                .expected(format!("(batch, {})", self.units))
                .got(state)),
            None => Ok(input),
        }
    }

    pub(super) fn build(&self, inputs: &[Shape], cx: &mut BuildCx) -> Result<()> {
        let input = self.sequence(inputs)?;
        let features = input.last()?;
        let columns = self.cell.n_gates() * self.units;
        let ([kernel, recurrent], regularizers) = (self.initializers, self.regularizers);
        cx.weight("cell/kernel", [features, columns], kernel, regularizers[0])?;
        cx.weight("cell/recurrent_kernel", [self.units, columns], recurrent, regularizers[1])?;
        if let Some(Bias { shape, initializer, ones }) = &self.bias {
            cx.weight_with_ones("cell/bias", shape, initializer, ones.clone(), regularizers[2])?;
        }
        if self.stateful {
            let states = carried_states(self.cell.n_states());
            let shape = [fixed_batch(self.name, input)?, self.units];
            states.iter().try_for_each(|state| cx.carried(state, &shape))?;
        }
        Ok(())
    }

    pub(super) fn forward(
        &self,
        weights: &Weights,
        inputs: &[Tensor],
        cx: &CallCx,
    ) -> Result<Vec<Tensor>> {
        let Some((x, states)) = inputs.split_first() else {
            return Err(err::internal(format!("{} got no input", self.name)));
        };
        let Dropped { x, of_input, of_state } = self.dropped(x, cx)?;
        let carried = carried_states(if self.stateful { self.cell.n_states() } else { 0 });
        let states = match states {
            [] => carried.iter().map(|state| weights.get(state)).collect::<Result<Vec<_>>>()?,
            given => given.to_vec(),
        };
        let start = RecurrentStart {
            states,
            mask: cx.mask().cloned(),
            input_dropout: of_input,
            state_dropout: of_state,
        };
        let kernels = RecurrentWeights {
            kernel: weights.get("cell/kernel")?,
            recurrent_kernel: weights.get("cell/recurrent_kernel")?,
            bias: weights.try_get("cell/bias"),
        };
        let options = Recurrent {
            cell: self.cell,
            go_backwards: self.go_backwards,
            zero_output_for_mask: self.zero_output_for_mask,
            return_sequences: self.return_sequences,
            return_state: self.return_state || self.stateful,
        };
        let mut outputs = ops::recurrent(&x, &kernels, &start, options)?;
        for (name, state) in carried.iter().zip(outputs.iter().skip(1)) {
            cx.update_state(weights, name, state);
        }
        outputs.truncate(if self.return_state { outputs.len() } else { 1 });
        outputs.into_iter().map(|output| penalized(output, self.regularizers[3], cx)).collect()
    }

    /// The input with a part of its features dropped, and what drops parts of input and state for each gate.
    ///
    /// As in Keras, the gates have masks of their own where a part of the state is dropped; else one serves all.
    fn dropped(&self, x: &Tensor, cx: &CallCx) -> Result<Dropped> {
        let [of_input, of_state] = self.dropout;
        let mut dropped = Dropped { x: x.clone(), of_input: Vec::new(), of_state: Vec::new() };
        let [batch, _, features] = *x.shape() else { return Ok(dropped) };
        if !cx.is_training() {
            return Ok(dropped);
        }
        let (seed, input) = (cx.seed_or(self.seed), [batch, 1, features]);
        if of_state <= 0.0 {
            if of_input > 0.0 {
                dropped.x = ops::dropout(x, of_input, &input, seed.child("input"))?;
            }
            return Ok(dropped);
        }
        let (gates, state) = (self.cell.n_gates(), [batch, self.units]);
        dropped.of_input = masks_of_gates(gates, of_input, x, &input, seed.child("input"))?;
        dropped.of_state = masks_of_gates(gates, of_state, x, &state, seed.child("state"))?;
        Ok(dropped)
    }
}

/// What dropout makes of a call.
struct Dropped {
    x: Tensor,
    of_input: Vec<Tensor>,
    of_state: Vec<Tensor>,
}

/// What a tensor of these axes is multiplied with for each gate, beside `x`; nothing when nothing is dropped.
pub(super) fn masks_of_gates(
    gates: usize,
    rate: f64,
    x: &Tensor,
    axes: &[usize],
    seed: Seed,
) -> Result<Vec<Tensor>> {
    if rate <= 0.0 {
        return Ok(Vec::new());
    }
    let ones = Tensor::full(1.0, axes, &Device::cpu())?.like(x);
    let mask = |gate: usize| ops::dropout(&ones, rate, axes, seed.child(&gate.to_string()));
    (0..gates).map(mask).collect()
}
