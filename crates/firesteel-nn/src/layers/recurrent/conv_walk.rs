// SPDX-License-Identifier: MIT OR Apache-2.0
//! The walk of a convolutional LSTM over its steps.
//!
//! ```text
//! sums = x convolved with kernel + bias, for all steps at once
//! for each step: gates of sums[step] + h convolved with recurrent kernel give the new h and c
//! ```

use firesteel_core::{Result, Shape, err};
use firesteel_tensor::ops::Activation;
use firesteel_tensor::{Device, Tensor, ops};

/// What all steps share.
pub(super) struct ConvWalk {
    pub(super) geometry: ops::ConvGeometry<2>,
    pub(super) activation: Activation,
    pub(super) recurrent_activation: Activation,
    pub(super) kernel: Tensor,
    pub(super) recurrent_kernel: Tensor,
    pub(super) bias: Option<Tensor>,
    pub(super) go_backwards: bool,
    pub(super) zero_output_for_mask: bool,
    pub(super) return_sequences: bool,
}

/// Where the walk starts, and which of its steps count.
pub(super) struct Start {
    /// The states before the first step; zeros when empty.
    pub(super) states: Vec<Tensor>,
    /// What the input is multiplied with for each gate, `(batch, 1, ..)`; nothing when empty.
    pub(super) input_dropout: Vec<Tensor>,
    /// What the state is multiplied with for each gate before it meets its kernel; nothing when empty.
    pub(super) state_dropout: Vec<Tensor>,
    /// `(batch, steps)`
    pub(super) mask: Option<Tensor>,
}

impl ConvWalk {
    /// The output and both states after the last step; `state` are the axes of a state.
    pub(super) fn run(
        &self,
        x: &Tensor,
        start: Start,
        state: &[usize],
    ) -> Result<(Tensor, Vec<Tensor>)> {
        let (batch, steps) = (x.shape()[0], x.shape()[1]);
        if let Some(mask) = start.mask.as_ref().filter(|mask| mask.shape() != [batch, steps]) {
            return Err(err::shape("ConvLSTM2D", "the mask does not fit")
                .expected(Shape::from([batch, steps].as_slice()))
                .got(mask));
        }
        let zeros = Tensor::full(0.0, state, &Device::cpu())?.like(x);
        let mut states = start.states;
        states.resize(2, zeros.clone());
        let sums = ops::unstack(&self.of_input(x, &start.input_dropout, state)?, 1)?;
        let mut last = zeros;
        let mut outputs = Vec::new();
        for number in 0..steps {
            let time = if self.go_backwards { steps - 1 - number } else { number };
            let next = self.step(&sums[time], &states, &start.state_dropout)?;
            let counts = start.mask.as_ref().map(|mask| counts(mask, time)).transpose()?;
            states = match &counts {
                Some(counts) => kept_where_masked(counts, &next, &states)?,
                None => next,
            };
            last = match &counts {
                Some(counts) if self.zero_output_for_mask => ops::multiply(&states[0], counts)?,
                _ => states[0].clone(),
            };
            if self.return_sequences {
                outputs.push(ops::expand_dims(&last, 1)?);
            }
        }
        let output = match outputs.as_slice() {
            _ if !self.return_sequences => last,
            [] => ops::slice(&ops::expand_dims(&last, 1)?, 1, 0, 0)?,
            outputs => ops::concatenate(&outputs.iter().collect::<Vec<_>>(), 1)?,
        };
        Ok((output, states))
    }

    /// `x` convolved with the kernel, and the bias, for all steps at once.
    fn of_input(&self, x: &Tensor, dropout: &[Tensor], state: &[usize]) -> Result<Tensor> {
        let [batch, steps, image @ ..] = x.shape() else {
            return Err(err::internal("ConvLSTM2D walked over something else than images"));
        };
        let axes: Vec<usize> = [batch * steps].iter().chain(image).copied().collect();
        let images = seen(x, dropout)?;
        let images = images.iter().map(|x| ops::reshape(x, &axes)).collect::<Result<Vec<_>>>()?;
        let sums = convolved(&images, &self.kernel, self.bias.as_ref(), self.geometry)?;
        let columns = self.kernel.shape()[3];
        ops::reshape(&sums, &[*batch, *steps, state[1], state[2], columns])
    }

    /// The states after a step.
    fn step(&self, sum: &Tensor, states: &[Tensor], dropout: &[Tensor]) -> Result<Vec<Tensor>> {
        let (h, c) = (&states[0], &states[1]);
        let same = ops::ConvGeometry {
            strides: [1, 1],
            dilation: [1, 1],
            padding: ops::Padding::Same,
            groups: 1,
        };
        let of_state = convolved(&seen(h, dropout)?, &self.recurrent_kernel, None, same)?;
        let sums = ops::add(sum, &of_state)?;
        let filters = self.recurrent_kernel.shape()[2];
        let part = |index: usize| ops::slice(&sums, -1, index * filters, filters);
        let gate = |index: usize| ops::activate(&part(index)?, self.recurrent_activation);
        let new = ops::activate(&part(2)?, self.activation)?;
        let carry = ops::add(&ops::multiply(&gate(1)?, c)?, &ops::multiply(&gate(0)?, &new)?)?;
        Ok(vec![ops::multiply(&gate(3)?, &ops::activate(&carry, self.activation)?)?, carry])
    }
}

/// What the gates see: one for all, or what dropout leaves for each.
fn seen(x: &Tensor, dropout: &[Tensor]) -> Result<Vec<Tensor>> {
    if dropout.is_empty() {
        return Ok(vec![x.clone()]);
    }
    dropout.iter().map(|kept| ops::multiply(x, kept)).collect()
}

/// The convolution of what the gates see, which stand side by side in the kernel.
fn convolved(
    seen: &[Tensor],
    kernel: &Tensor,
    bias: Option<&Tensor>,
    geometry: ops::ConvGeometry<2>,
) -> Result<Tensor> {
    if let [all] = seen {
        return ops::conv(all, kernel, bias, geometry, Activation::Linear);
    }
    let filters = kernel.shape()[3] / seen.len().max(1);
    let part = |of: &Tensor, gate: usize| ops::slice(of, -1, gate * filters, filters);
    let gates = seen.iter().enumerate().map(|(gate, x)| {
        let bias = bias.map(|bias| part(bias, gate)).transpose()?;
        ops::conv(x, &part(kernel, gate)?, bias.as_ref(), geometry, Activation::Linear)
    });
    let gates = gates.collect::<Result<Vec<_>>>()?;
    ops::concatenate(&gates.iter().collect::<Vec<_>>(), -1)
}

/// Ones for the samples whose step counts, `(batch, 1, 1, 1)`.
fn counts(mask: &Tensor, time: usize) -> Result<Tensor> {
    ops::reshape(&ops::slice(mask, 1, time, 1)?, &[mask.shape()[0], 1, 1, 1])
}

/// What is new where the step counts, and the old elsewhere, even where the new is no number.
fn kept_where_masked(counts: &Tensor, new: &[Tensor], old: &[Tensor]) -> Result<Vec<Tensor>> {
    let pairs = new.iter().zip(old);
    pairs.map(|(new, old)| ops::where_(counts, new, old)).collect()
}
