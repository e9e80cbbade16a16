// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Layer`: what every layer says about itself, and the contexts it is given.

use std::fmt::Debug;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use firesteel_core::{Json, Options, Result, Seed, Shape, err};
use firesteel_tensor::{Device, Tensor};

use crate::{Initializer, Reach, Regularizer, Step, Tail, Variable};

/// Which steps of a tensor count: ones where they do and zeros where not, in the shape of the tensor's first axes,
/// most often `(batch, steps)`; all count without.
pub type Mask = Option<Tensor>;

/// What all layers share: a name, and whether they are trained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerBase {
    /// The name that the user gave.
    pub name: Option<String>,
    /// Whether training changes the weights.
    pub trainable: bool,
}

impl Default for LayerBase {
    fn default() -> Self {
        Self { name: None, trainable: true }
    }
}

/// A layer: its options, its shapes, its weights and what it computes.
///
/// A layer with one input and one output implements [`output_shape`](Layer::output_shape) and
/// [`forward`](Layer::forward); one with several overrides [`output_shapes`](Layer::output_shapes) and
/// [`forward_many`](Layer::forward_many) instead. The layer itself holds options only: weights live in the
/// model and are handed in.
pub trait Layer: Options + AsRef<LayerBase> + AsMut<LayerBase> + Debug + Send + Sync {
    /// The shape of the output for the shape of the input, both with the batch axis.
    ///
    /// # Errors
    /// `Shape` when the layer cannot take such an input.
    fn output_shape(&self, input: &Shape) -> Result<Shape> {
        Ok(input.clone())
    }

    /// Creates the weights for inputs of the given shape.
    ///
    /// # Errors
    /// `Shape` when a length that decides the size of a weight is open.
    fn build(&self, _input: &Shape, _cx: &mut BuildCx) -> Result<()> {
        Ok(())
    }

    /// Computes the output.
    ///
    /// # Errors
    /// `Shape` or `DType` when the input does not fit.
    fn forward(&self, weights: &Weights, x: &Tensor, cx: &CallCx) -> Result<Tensor> {
        let _ = (weights, x, cx);
        Err(err::internal(format!("{} computes nothing", self.type_name())))
    }

    /// [`output_shape`](Layer::output_shape) for any number of inputs and outputs.
    ///
    /// # Errors
    /// `Shape` when the number or the shapes do not fit.
    fn output_shapes(&self, inputs: &[Shape]) -> Result<Vec<Shape>> {
        Ok(vec![self.output_shape(only_input(self.type_name(), inputs)?)?])
    }

    /// [`build`](Layer::build) for any number of inputs.
    ///
    /// # Errors
    /// As [`build`](Layer::build).
    fn build_many(&self, inputs: &[Shape], cx: &mut BuildCx) -> Result<()> {
        self.build(only_input(self.type_name(), inputs)?, cx)
    }

    /// [`forward`](Layer::forward) for any number of inputs and outputs.
    ///
    /// # Errors
    /// As [`forward`](Layer::forward).
    fn forward_many(
        &self,
        weights: &Weights,
        inputs: &[Tensor],
        cx: &CallCx,
    ) -> Result<Vec<Tensor>> {
        Ok(vec![self.forward(weights, only_input(self.type_name(), inputs)?, cx)?])
    }

    /// Whether the mask of the first input is that of the first output; of a layer that says no, masks end there.
    fn supports_masking(&self) -> bool {
        false
    }

    /// The masks of the outputs, in their order; outputs that are not listed have none.
    ///
    /// # Errors
    /// `Shape` when masks do not fit the inputs.
    fn compute_masks(&self, inputs: &[Tensor], masks: &[Mask]) -> Result<Vec<Mask>> {
        let _ = inputs;
        let passed = masks.iter().take(1).filter(|_| self.supports_masking());
        Ok(passed.cloned().collect())
    }

    /// What of the layers behind it the layer can do in the same pass in inference, where nothing is masked and nobody
    /// else wants what is in between; then [`forward_with_tail`](Layer::forward_with_tail) is called instead of
    /// [`forward`](Layer::forward).
    fn reach(&self) -> Reach {
        Reach::Nothing
    }

    /// Computes the output and what is within the [reach](Layer::reach) behind it.
    ///
    /// # Errors
    /// As [`forward`](Layer::forward).
    fn forward_with_tail(
        &self,
        weights: &Weights,
        inputs: &[Tensor],
        tail: &Tail,
    ) -> Result<Tensor> {
        let _ = (weights, inputs, tail);
        Err(err::internal(format!("{} reaches nothing behind it", self.type_name())))
    }

    /// What the layer does to such an input in inference, where the layer before it can do that instead.
    fn as_step(&self, input: &Shape) -> Option<Step> {
        let _ = input;
        None
    }

    /// The row of factors and the row of offsets, `(2, features)`, of a layer that is [`Step::Affine`].
    ///
    /// # Errors
    /// `Internal` when a weight is missing.
    fn affine(&self, weights: &Weights) -> Result<Tensor> {
        let _ = weights;
        Err(err::internal(format!("{} has no factors and offsets", self.type_name())))
    }

    /// Whether the inputs are written to a file as one list, as merging layers have them.
    fn takes_list(&self) -> bool {
        false
    }

    /// The arguments of a call as a file lists them: the inputs, and what else the call is given.
    fn arguments(&self, inputs: Vec<Json>) -> Vec<Json> {
        if self.takes_list() { vec![Json::Array(inputs)] } else { inputs }
    }

    /// The name under which a file lists the inputs after the first, where they are an argument of their own.
    fn keyword(&self) -> Option<&'static str> {
        None
    }

    /// Where Keras finds the class, as a file names it.
    fn module(&self) -> &'static str {
        "keras.layers"
    }
}

/// The input of a layer that takes one.
pub(crate) fn only_input<'a, T>(layer: &str, inputs: &'a [T]) -> Result<&'a T> {
    match inputs {
        [input] => Ok(input),
        _ => Err(err::shape(layer, "the number of inputs does not fit")
            .expected("one")
            .got(inputs.len())),
    }
}

/// Where weights get their first values from.
#[derive(Clone, Debug)]
pub(crate) enum Start {
    /// The initializers, with randomness that derives from a seed.
    Seed(Seed),
    /// Zeros, because a file's values follow; at most as many as the file holds, whatever its config asks for.
    Zeros(Arc<AtomicUsize>),
}

impl Start {
    /// Zeros for at most so many elements.
    pub(crate) fn zeros(allowance: usize) -> Self {
        Self::Zeros(Arc::new(AtomicUsize::new(allowance)))
    }

    /// The start of a part, with randomness of its own.
    pub(crate) fn child(&self, name: &str) -> Self {
        match self {
            Self::Seed(seed) => Self::Seed(seed.child(name)),
            Self::Zeros(allowance) => Self::Zeros(Arc::clone(allowance)),
        }
    }

    fn values(&self, name: &str, shape: &[usize], initializer: &Initializer) -> Result<Vec<f32>> {
        match self {
            Self::Seed(seed) => initializer.values(shape, seed.child(name)),
            Self::Zeros(allowance) => {
                initializer.resolve()?;
                let size = shape.iter().try_fold(1_usize, |size, &axis| size.checked_mul(axis));
                let left = allowance.load(Ordering::Relaxed);
                let rest = size.and_then(|size| left.checked_sub(size)).ok_or_else(|| {
                    err::shape(format!("weight `{name}`"), "the file is too small for it")
                        .expected(format!("at most {left} more elements"))
                        .got(Shape::from(shape))
                })?;
                allowance.store(rest, Ordering::Relaxed);
                Ok(vec![0.0; left - rest])
            }
        }
    }
}

/// What a layer gets to create its weights.
#[derive(Debug)]
pub struct BuildCx {
    start: Start,
    device: Device,
    variables: Vec<Arc<Variable>>,
}

impl BuildCx {
    /// A context whose initial values derive from `seed`.
    pub fn new(seed: Seed, device: Device) -> Self {
        Self::starting(Start::Seed(seed), device)
    }

    pub(crate) fn starting(start: Start, device: Device) -> Self {
        Self { start, device, variables: Vec::new() }
    }

    /// Creates a weight that training changes.
    ///
    /// # Errors
    /// `UnknownName` for an unknown initializer.
    pub fn weight(
        &mut self,
        name: &str,
        shape: impl AsRef<[usize]>,
        initializer: &Initializer,
        regularizer: Option<&Regularizer>,
    ) -> Result<()> {
        self.create(name, shape.as_ref(), initializer, true, regularizer)
    }

    /// Creates a weight that training changes, of which some elements start as one whatever the initializer.
    ///
    /// # Errors
    /// As [`weight`](BuildCx::weight).
    pub(crate) fn weight_with_ones(
        &mut self,
        name: &str,
        shape: &[usize],
        initializer: &Initializer,
        ones: Range<usize>,
        regularizer: Option<&Regularizer>,
    ) -> Result<()> {
        let mut values = self.start.values(name, shape, initializer)?;
        values[ones].fill(1.0);
        self.keep(name, shape, values, true, regularizer)
    }

    /// Creates a weight that the layer itself keeps, such as a moving mean.
    ///
    /// # Errors
    /// `UnknownName` for an unknown initializer.
    pub fn state(
        &mut self,
        name: &str,
        shape: impl AsRef<[usize]>,
        initializer: &Initializer,
    ) -> Result<()> {
        self.create(name, shape.as_ref(), initializer, false, None)
    }

    /// Creates zeros that the layer carries from one batch to the next: neither counted nor saved as a weight.
    ///
    /// # Errors
    /// None today; a device that runs out of memory will be one.
    pub(crate) fn carried(&mut self, name: &str, shape: &[usize]) -> Result<()> {
        let tensor = Tensor::full(0.0, shape, &self.device)?;
        self.variables.push(Arc::new(Variable::carried(name, tensor)));
        Ok(())
    }

    fn create(
        &mut self,
        name: &str,
        shape: &[usize],
        initializer: &Initializer,
        trainable: bool,
        regularizer: Option<&Regularizer>,
    ) -> Result<()> {
        let values = self.start.values(name, shape, initializer)?;
        self.keep(name, shape, values, trainable, regularizer)
    }

    fn keep(
        &mut self,
        name: &str,
        shape: &[usize],
        values: Vec<f32>,
        trainable: bool,
        regularizer: Option<&Regularizer>,
    ) -> Result<()> {
        let tensor = Tensor::from_vec(values, shape, &self.device)?;
        let variable = Variable::new(name, tensor, trainable, regularizer.cloned());
        self.variables.push(Arc::new(variable));
        Ok(())
    }

    pub(crate) fn into_variables(self) -> Vec<Arc<Variable>> {
        self.variables
    }
}

/// The weights of one layer, as it computes with them.
#[derive(Clone, Debug, Default)]
pub struct Weights(Arc<[Arc<Variable>]>);

impl Weights {
    pub(crate) fn new(variables: Vec<Arc<Variable>>) -> Self {
        Self(variables.into())
    }

    /// The weight of the given name.
    ///
    /// # Errors
    /// `Internal` when the layer has not created it.
    pub fn get(&self, name: &str) -> Result<Tensor> {
        self.try_get(name).ok_or_else(|| err::internal(format!("there is no weight `{name}`")))
    }

    /// The weight of the given name, if the layer has created it.
    pub fn try_get(&self, name: &str) -> Option<Tensor> {
        Some(self.variable(name)?.tensor())
    }

    pub(crate) fn variable(&self, name: &str) -> Option<&Arc<Variable>> {
        self.0.iter().find(|variable| variable.name() == name)
    }

    pub(crate) fn variables(&self) -> &[Arc<Variable>] {
        &self.0
    }
}

/// What a layer gets to compute: whether it trains, and its seed. Everything explicit, nothing global.
#[derive(Clone, Debug)]
pub struct CallCx {
    training: bool,
    trainable: bool,
    seed: Seed,
    step: u64,
    masks: Arc<[Mask]>,
    effects: Arc<Mutex<Effects>>,
}

/// What a training step brings about beside the outputs.
#[derive(Debug, Default)]
struct Effects {
    states: Vec<(Arc<Variable>, Tensor)>,
    losses: Vec<Tensor>,
}

impl CallCx {
    /// A context for inference.
    pub fn inference() -> Self {
        Self { training: false, ..Self::training(Seed::new(0)) }
    }

    /// A context for a training step whose randomness derives from `seed`.
    pub fn training(seed: Seed) -> Self {
        let (masks, effects) = (Arc::default(), Arc::default());
        Self { training: true, trainable: true, seed, step: 0, masks, effects }
    }

    /// Whether this is a training step.
    pub fn is_training(&self) -> bool {
        self.training
    }

    /// Where the layer takes its randomness from; another one every step.
    pub fn seed(&self) -> Seed {
        self.seed
    }

    /// The same for a layer that may have a seed of its own, which then depends on nothing but the step.
    pub fn seed_or(&self, own: Option<u64>) -> Seed {
        own.map_or(self.seed, |own| Seed::new(own).step(self.step))
    }

    /// The same context in another step of the training.
    #[must_use]
    pub fn at_step(self, step: u64) -> Self {
        Self { step, ..self }
    }

    /// The context that a layer of this name sees: with randomness of its own.
    #[must_use]
    pub fn for_layer(&self, name: &str) -> Self {
        Self { seed: self.seed.child(name), ..self.clone() }
    }

    /// The mask of the first input: which of its steps count.
    pub fn mask(&self) -> Option<&Tensor> {
        self.masks.first()?.as_ref()
    }

    /// The masks of the inputs, in their order; inputs that are not listed have none.
    pub fn masks(&self) -> &[Mask] {
        &self.masks
    }

    /// The same context for inputs with these masks.
    #[must_use]
    pub fn with_masks(self, masks: Vec<Mask>) -> Self {
        Self { masks: masks.into(), ..self }
    }

    /// Whether the layer is trainable: a frozen batch normalisation keeps its statistics.
    pub fn is_trainable(&self) -> bool {
        self.trainable
    }

    pub(crate) fn with_frozen_state(self) -> Self {
        Self { trainable: false, ..self }
    }

    /// Records the next value of a state; it is stored when the step succeeds.
    pub fn update_state(&self, weights: &Weights, name: &str, value: &Tensor) {
        if let Some(variable) = weights.variable(name) {
            self.effects().states.push((Arc::clone(variable), value.detached()));
        }
    }

    /// Adds a number to the loss, such as a penalty on activities.
    pub fn add_loss(&self, loss: Tensor) {
        self.effects().losses.push(loss);
    }

    pub(crate) fn take_losses(&self) -> Vec<Tensor> {
        std::mem::take(&mut self.effects().losses)
    }

    /// Stores the recorded states.
    pub(crate) fn apply_states(&self) -> Result<()> {
        let states = std::mem::take(&mut self.effects().states);
        states.into_iter().try_for_each(|(variable, value)| variable.update(|_| Ok(value)))
    }

    fn effects(&self) -> std::sync::MutexGuard<'_, Effects> {
        self.effects.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
