// SPDX-License-Identifier: MIT OR Apache-2.0
//! `ConvLSTM2D`: long short-term memory whose products are convolutions.

use firesteel_core::{Options, Result, Shape, err};
use firesteel_tensor::{Tensor, ops};

use super::base::{carried_states, fixed_batch, masks_of_gates};
use super::conv_walk::{ConvWalk, Start};
use crate::layer::{BuildCx, CallCx, LayerBase, Mask, Weights};
use crate::layers::activity::penalized;
use crate::layers::options::{DATA_FORMATS, PADDINGS, Window, require_channels_last};
use crate::layers::{Padding, Size};
use crate::{Activation, Initializer, Layer, Regularizer};

/// Long short-term memory over images, with the states `h` and `c`, where `*` is a convolution:
///
/// ```text
/// i, f, o = gate(x * k + h * r + b)      g = act(x * k + h * r + b)      each with its part of k, r, b
/// c' = f c + i g                         h' = o act(c')
/// ```
///
/// The convolution of the input has the strides, padding and dilation of the layer, that of the state keeps its size.
///
/// # Shapes
/// input `(batch, steps, height, width, channels)` and, where they are given, the initial states `(batch, new height,
/// new width, filters)` twice; output `(batch, new height, new width, filters)`, with `return_sequences` with the
/// steps behind the batch, with `return_state` followed by both states; `kernel` `(kernel height, kernel width,
/// channels, 4 * filters)`, `recurrent_kernel` `(kernel height, kernel width, filters, 4 * filters)`, `bias`
/// `(4 * filters,)`, the gates in the order i, f, g, o.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{ConvLSTM2D, Input};
/// use firesteel_nn::{Sequential, layers};
///
/// let frames = Input::new([10, 32, 32, 1]);
/// let model = Sequential::from(layers![frames, ConvLSTM2D::new(8, 3).padding("same")]);
/// assert_eq!(model.output_shapes()?[0].to_string(), "(None, 32, 32, 8)");
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Differences from Keras
/// The channels must come last, and there are no constraints. `unroll` changes nothing. A rate of 1 drops everything;
/// in Keras it drops nothing.
///
/// # Source
/// Keras 3.15.1, `keras/src/layers/rnn/conv_lstm2d.py`, class `ConvLSTM2D`; Shi et al. 2015.
#[derive(Clone, Debug, Options)]
pub struct ConvLSTM2D {
    /// Number of output channels.
    #[option(required, min = 1)]
    filters: usize,
    /// Lengths of the window.
    #[option(required, min = 1)]
    kernel_size: Size<2>,
    /// Steps of the window over the input.
    #[option(default = 1, min = 1)]
    strides: Size<2>,
    /// What happens at the border of the input: `"valid"` or `"same"`.
    #[option(default = "valid", one_of = PADDINGS)]
    padding: Padding,
    /// Where the channels are; only `"channels_last"` is supported.
    #[option(default = "channels_last", one_of = DATA_FORMATS)]
    data_format: String,
    /// Distance between the taps of the window over the input.
    #[option(default = 1, min = 1)]
    dilation_rate: Size<2>,
    /// Applied to the new state and to the output.
    #[option(default = "tanh")]
    activation: Activation,
    /// Applied to the gates.
    #[option(default = "sigmoid")]
    recurrent_activation: Activation,
    /// Whether a bias is added.
    #[option(default = true)]
    use_bias: bool,
    /// Start values of `kernel`.
    #[option(default = "glorot_uniform")]
    kernel_initializer: Initializer,
    /// Start values of `recurrent_kernel`.
    #[option(default = "orthogonal")]
    recurrent_initializer: Initializer,
    /// Start values of `bias`.
    #[option(default = "zeros")]
    bias_initializer: Initializer,
    /// Whether the bias of the forget gate starts as one.
    #[option(default = true)]
    unit_forget_bias: bool,
    /// Penalty on `kernel`.
    #[option(default = None)]
    kernel_regularizer: Option<Regularizer>,
    /// Penalty on `recurrent_kernel`.
    #[option(default = None)]
    recurrent_regularizer: Option<Regularizer>,
    /// Penalty on `bias`.
    #[option(default = None)]
    bias_regularizer: Option<Regularizer>,
    /// Penalty on the output.
    #[option(default = None)]
    activity_regularizer: Option<Regularizer>,
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
    /// Whether a batch starts with the states at which the one before ended, sample by sample; the input then needs a
    /// fixed batch, and `reset_states` of the model starts over.
    #[option(default = false)]
    stateful: bool,
    /// How Keras writes its graph; it changes no number.
    #[option(default = false)]
    unroll: bool,
    /// Whether the output at a masked step is zero, not the one before.
    #[option(default = false)]
    zero_output_for_mask: bool,
    #[option(base)]
    base: LayerBase,
}

impl ConvLSTM2D {
    /// The convolution of the input.
    fn geometry(&self) -> Result<ops::ConvGeometry<2>> {
        let (strides, dilation) = (self.strides.axes(), self.dilation_rate.axes());
        if strides != [1, 1] && dilation != [1, 1] {
            return Err(err::invalid_argument("ConvLSTM2D", "dilation_rate")
                .expected("1 when `strides` is more than 1")
                .got(format!("{dilation:?}")));
        }
        Ok(ops::ConvGeometry { strides, dilation, padding: self.padding.resolve()?, groups: 1 })
    }

    /// The shape of one image of the sequence, with the batch.
    fn image(input: &Shape) -> Result<Shape> {
        let [batch, _, image @ ..] = input.axes() else {
            return Err(not_images(input));
        };
        let axes: Vec<Option<usize>> =
            std::iter::once(*batch).chain(image.iter().copied()).collect();
        if axes.len() != 4 {
            return Err(not_images(input));
        }
        Ok(Shape::new(axes))
    }

    /// The shape of a state, where the other inputs are states.
    fn state(&self, inputs: &[Shape]) -> Result<Shape> {
        require_channels_last("ConvLSTM2D", &self.data_format)?;
        self.activation.resolve()?;
        self.recurrent_activation.resolve()?;
        let Some((input, states)) = inputs.split_first() else {
            return Err(err::shape("ConvLSTM2D", "a sequence is needed").got("no input"));
        };
        let ops::ConvGeometry { strides, dilation, padding, .. } = self.geometry()?;
        let window = Window { size: self.kernel_size.axes(), strides, dilation, padding };
        let image = Self::image(input)?;
        image.last()?;
        let state = window.slide("ConvLSTM2D", &image, Some(self.filters))?;
        let fits = |given: &Shape| given.axes().get(1..) == state.axes().get(1..);
        if !(states.is_empty() || states.len() == 2 && states.iter().all(fits)) {
            return Err(err::shape("ConvLSTM2D", "the initial states do not fit")
                .expected(format!("two of the shape {state}"))
                .got(states.iter().map(Shape::to_string).collect::<Vec<_>>().join(", ")));
        }
        Ok(state)
    }

    /// What input and state are multiplied with for each of the four gates, where parts of them are dropped.
    fn dropped(&self, x: &Tensor, state: &[usize], cx: &CallCx) -> Result<[Vec<Tensor>; 2]> {
        if !cx.is_training() {
            return Ok([Vec::new(), Vec::new()]);
        }
        let seed = cx.seed_or(self.seed);
        let mut input = x.shape().to_vec();
        input[1] = 1;
        let masks = |rate: f64, axes: &[usize], part: &str| {
            masks_of_gates(4, rate, x, axes, seed.child(part))
        };
        let of_state = masks(self.recurrent_dropout, state, "state")?;
        Ok([masks(self.dropout, &input, "input")?, of_state])
    }
}

fn not_images(input: &Shape) -> firesteel_core::Error {
    err::shape("ConvLSTM2D", "the input is no sequence of images")
        .expected("(batch, steps, height, width, channels)")
        .got(input)
}

/// The lengths of a shape without open axes.
fn lengths(shape: &Shape) -> Vec<usize> {
    shape.axes().iter().copied().flatten().collect()
}

impl Layer for ConvLSTM2D {
    fn output_shapes(&self, inputs: &[Shape]) -> Result<Vec<Shape>> {
        let state = self.state(inputs)?;
        let mut axes = state.axes().to_vec();
        if self.return_sequences {
            axes.insert(1, inputs[0].axes()[1]);
        }
        let states = if self.return_state { 2 } else { 0 };
        Ok(std::iter::once(Shape::new(axes)).chain(std::iter::repeat_n(state, states)).collect())
    }

    fn build_many(&self, inputs: &[Shape], cx: &mut BuildCx) -> Result<()> {
        let state = self.state(inputs)?;
        let (columns, window) = (4 * self.filters, self.kernel_size.axes());
        let kernel = |channels: usize| [window[0], window[1], channels, columns];
        let channels = inputs[0].last()?;
        let regularizer = self.kernel_regularizer.as_ref();
        cx.weight("cell/kernel", kernel(channels), &self.kernel_initializer, regularizer)?;
        let (initializer, regularizer) =
            (&self.recurrent_initializer, self.recurrent_regularizer.as_ref());
        cx.weight("cell/recurrent_kernel", kernel(self.filters), initializer, regularizer)?;
        if self.use_bias {
            let ones = if self.unit_forget_bias { self.filters..2 * self.filters } else { 0..0 };
            let regularizer = self.bias_regularizer.as_ref();
            let initializer = &self.bias_initializer;
            cx.weight_with_ones("cell/bias", &[columns], initializer, ones, regularizer)?;
        }
        if self.stateful {
            fixed_batch("ConvLSTM2D", &inputs[0])?;
            let shape = state.known().ok_or_else(|| not_images(&inputs[0]))?;
            carried_states(2).iter().try_for_each(|name| cx.carried(name, &shape))?;
        }
        Ok(())
    }

    fn forward_many(
        &self,
        weights: &Weights,
        inputs: &[Tensor],
        cx: &CallCx,
    ) -> Result<Vec<Tensor>> {
        let Some((x, given)) = inputs.split_first() else {
            return Err(err::internal("ConvLSTM2D got no input"));
        };
        let state = lengths(&self.state(&[Shape::from(x.shape())])?);
        let [input_dropout, state_dropout] = self.dropped(x, &state, cx)?;
        let carried = carried_states(if self.stateful { 2 } else { 0 });
        let states = match given {
            [] => carried.iter().map(|name| weights.get(name)).collect::<Result<Vec<_>>>()?,
            given => given.to_vec(),
        };
        let walk = ConvWalk {
            geometry: self.geometry()?,
            activation: self.activation.resolve()?,
            recurrent_activation: self.recurrent_activation.resolve()?,
            kernel: weights.get("cell/kernel")?,
            recurrent_kernel: weights.get("cell/recurrent_kernel")?,
            bias: weights.try_get("cell/bias"),
            go_backwards: self.go_backwards,
            zero_output_for_mask: self.zero_output_for_mask,
            return_sequences: self.return_sequences,
        };
        let start = Start { states, input_dropout, state_dropout, mask: cx.mask().cloned() };
        let (output, states) = walk.run(x, start, &state)?;
        for (name, state) in carried.iter().zip(&states) {
            cx.update_state(weights, name, state);
        }
        let states = states.into_iter().filter(|_| self.return_state);
        let outputs = std::iter::once(output).chain(states);
        outputs.map(|y| penalized(y, self.activity_regularizer.as_ref(), cx)).collect()
    }

    fn keyword(&self) -> Option<&'static str> {
        Some("initial_state")
    }

    fn supports_masking(&self) -> bool {
        true
    }

    fn compute_masks(&self, _inputs: &[Tensor], masks: &[Mask]) -> Result<Vec<Mask>> {
        Ok(masks.iter().take(1).filter(|_| self.return_sequences).cloned().collect())
    }
}
