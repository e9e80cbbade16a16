// SPDX-License-Identifier: MIT OR Apache-2.0
//! `LayerRef`: a layer with its weights, shared by every place that calls it.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use firesteel_core::names::snake_case;
use firesteel_core::{Error, Result, Shape, err};
use firesteel_tensor::{Device, Tensor};
use ndarray::ArrayD;

use super::Flow;
use crate::layer::{BuildCx, CallCx, Start, Weights};
use crate::{Layer, Model, Tail, Variable};

/// A layer with its weights, shared by every place that calls it and every model that holds it.
///
/// Layers become one on their own: `Dense::new(4)` can stand wherever a `LayerRef` is wanted. Hold one to
/// call a layer twice.
#[derive(Clone)]
pub struct LayerRef(Arc<Shared>);

struct Shared {
    id: u64,
    kind: Kind,
    name: OnceLock<String>,
    trainable: AtomicBool,
    built: RwLock<Option<Built>>,
}

/// What a place in the graph computes: a layer of its own, or a whole model.
enum Kind {
    Layer(Box<dyn Layer>),
    Model(Box<Model>),
}

#[derive(Clone)]
struct Built {
    weights: Weights,
    inputs: Vec<Shape>,
}

/// Numbers layers in the order of their creation, so that names count as the user wrote them.
fn next_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl LayerRef {
    /// A shared layer.
    pub fn new(layer: impl Layer + 'static) -> Self {
        Self::boxed(Box::new(layer))
    }

    pub(crate) fn boxed(layer: Box<dyn Layer>) -> Self {
        let base = layer.as_ref().as_ref().clone();
        Self::with(Kind::Layer(layer), base.name, base.trainable)
    }

    pub(crate) fn model(model: Model) -> Self {
        let name = model.given_name().map(str::to_owned);
        Self::with(Kind::Model(Box::new(model)), name, true)
    }

    fn with(kind: Kind, name: Option<String>, trainable: bool) -> Self {
        let cell = OnceLock::new();
        if let Some(name) = name {
            let _ = cell.set(name);
        }
        Self(Arc::new(Shared {
            id: next_id(),
            kind,
            name: cell,
            trainable: AtomicBool::new(trainable),
            built: RwLock::new(None),
        }))
    }

    /// The name in the model; empty until the layer is part of one.
    pub fn name(&self) -> &str {
        self.0.name.get().map_or("", String::as_str)
    }

    /// The class, as Keras spells it.
    pub fn class_name(&self) -> &str {
        match &self.0.kind {
            Kind::Layer(layer) => layer.type_name(),
            Kind::Model(model) => model.class_name(),
        }
    }

    /// Whether training changes the weights.
    pub fn is_trainable(&self) -> bool {
        self.0.trainable.load(Ordering::Relaxed)
    }

    /// Freezes or unfreezes the layer; a model passes it on to all its layers.
    pub fn set_trainable(&self, trainable: bool) {
        self.0.trainable.store(trainable, Ordering::Relaxed);
        if let Kind::Model(model) = &self.0.kind {
            model.layers().iter().for_each(|layer| layer.set_trainable(trainable));
        }
    }

    /// Freezes or unfreezes the layer alone, as a file says it of each layer.
    pub(crate) fn set_own_trainable(&self, trainable: bool) {
        self.0.trainable.store(trainable, Ordering::Relaxed);
    }

    /// The weights: those that training changes first; empty before the model is built.
    pub fn weights(&self) -> Vec<Arc<Variable>> {
        match &self.0.kind {
            Kind::Model(model) => model.weights(),
            Kind::Layer(_) => {
                let (trained, kept): (Vec<_>, Vec<_>) =
                    self.own_variables().into_iter().partition(|weight| weight.is_trainable());
                trained.into_iter().chain(kept).collect()
            }
        }
    }

    /// The weights that training changes as things stand.
    pub fn trainable_weights(&self) -> Vec<Arc<Variable>> {
        match &self.0.kind {
            _ if !self.is_trainable() => Vec::new(),
            Kind::Model(model) => model.trainable_weights(),
            Kind::Layer(_) => {
                let mut weights = self.own_variables();
                weights.retain(|weight| weight.is_trainable());
                weights
            }
        }
    }

    pub(crate) fn id(&self) -> u64 {
        self.0.id
    }

    /// The layer's options, when it is not a whole model.
    pub(crate) fn as_layer(&self) -> Option<&dyn Layer> {
        match &self.0.kind {
            Kind::Layer(layer) => Some(layer.as_ref()),
            Kind::Model(_) => None,
        }
    }

    pub(crate) fn as_model(&self) -> Option<&Model> {
        match &self.0.kind {
            Kind::Layer(_) => None,
            Kind::Model(model) => Some(model),
        }
    }

    /// The name that Keras would make of the class: `dense`, `conv2d`.
    pub(crate) fn default_name(&self) -> String {
        match self.class_name() {
            "InputLayer" => "input_layer".to_owned(),
            class_name => snake_case(class_name),
        }
    }

    pub(crate) fn has_name(&self) -> bool {
        self.0.name.get().is_some()
    }

    pub(crate) fn give_name(&self, name: String) {
        let _ = self.0.name.set(name);
    }

    /// The shapes for which the layer was built.
    pub(crate) fn built_for(&self) -> Option<Vec<Shape>> {
        self.read().map(|built| built.inputs)
    }

    pub(crate) fn output_shapes(&self, inputs: &[Shape]) -> Result<Vec<Shape>> {
        match &self.0.kind {
            Kind::Layer(layer) => {
                layer.validate()?;
                layer.output_shapes(inputs).map_err(|error| error.at(self.place()))
            }
            Kind::Model(model) => model.output_shapes_for(inputs),
        }
    }

    /// Creates the weights, once.
    pub(crate) fn build(&self, inputs: &[Shape], start: &Start, device: &Device) -> Result<()> {
        if self.read().is_some() {
            return Ok(());
        }
        let weights = match &self.0.kind {
            Kind::Model(model) => {
                model.build_weights(&start.child(self.name()), device)?;
                Weights::default()
            }
            Kind::Layer(layer) => {
                let mut cx = BuildCx::starting(start.child(self.name()), device.clone());
                layer.build_many(inputs, &mut cx).map_err(|error| error.at(self.place()))?;
                Weights::new(cx.into_variables())
            }
        };
        let mut built = self.0.built.write().unwrap_or_else(PoisonError::into_inner);
        built.get_or_insert(Built { weights, inputs: inputs.to_vec() });
        Ok(())
    }

    /// Computes the outputs of inputs whose masks are in the context, and their masks.
    pub(crate) fn forward(&self, inputs: &[Tensor], cx: &CallCx) -> Result<Vec<Flow>> {
        match &self.0.kind {
            Kind::Model(model) => model.forward(inputs, &cx.for_layer(self.name())),
            Kind::Layer(layer) => {
                let weights = self.layer_weights();
                let cx = cx.for_layer(self.name());
                let cx = if self.is_trainable() { cx } else { cx.with_frozen_state() };
                let at = |error: Error| error.at(format!("layer `{}`", self.name()));
                let values = layer.forward_many(&weights, inputs, &cx).map_err(at)?;
                let masks = layer.compute_masks(inputs, cx.masks()).map_err(at)?;
                let masks = masks.into_iter().chain(std::iter::repeat(None));
                let pairs = values.into_iter().zip(masks);
                Ok(pairs.map(|(value, mask)| Flow { value, mask }).collect())
            }
        }
    }

    /// Computes the only output of a layer and what is within its reach.
    pub(crate) fn forward_with_tail(&self, inputs: &[Tensor], tail: &Tail) -> Result<Tensor> {
        let output = self.own()?.forward_with_tail(&self.layer_weights(), inputs, tail);
        output.map_err(|error| error.at(self.place()))
    }

    /// The factors and offsets of a layer that is [`Step::Affine`](crate::Step).
    pub(crate) fn affine(&self) -> Result<Tensor> {
        let affine = self.own()?.affine(&self.layer_weights());
        affine.map_err(|error| error.at(self.place()))
    }

    fn own(&self) -> Result<&dyn Layer> {
        self.as_layer().ok_or_else(|| err::internal("a whole model is part of a chain"))
    }

    /// The weights as the layer computes with them; none before it is built.
    fn layer_weights(&self) -> Weights {
        self.read().map(|built| built.weights).unwrap_or_default()
    }

    /// Sets what the layer carries from one batch to the next back to zero; a model passes it on to all its layers.
    ///
    /// # Errors
    /// Whatever the device reports.
    pub fn reset_state(&self) -> Result<()> {
        if let Kind::Model(model) = &self.0.kind {
            return model.layers().iter().try_for_each(Self::reset_state);
        }
        let zero = |variable: &Arc<Variable>| variable.assign(&ArrayD::zeros(variable.shape()));
        self.all_variables().iter().filter(|variable| variable.is_carried()).try_for_each(zero)
    }

    /// Moves the weights, and what the layer carries from one batch to the next, to another device.
    pub(crate) fn to_device(&self, device: &Device) {
        match &self.0.kind {
            Kind::Model(model) => model.layers().iter().for_each(|layer| layer.to_device(device)),
            Kind::Layer(_) => {
                self.all_variables().iter().for_each(|variable| variable.to_device(device));
            }
        }
    }

    /// The weights of the layer itself.
    fn own_variables(&self) -> Vec<Arc<Variable>> {
        let mut variables = self.all_variables();
        variables.retain(|variable| !variable.is_carried());
        variables
    }

    /// The weights and what the layer carries from one batch to the next.
    pub(crate) fn all_variables(&self) -> Vec<Arc<Variable>> {
        self.layer_weights().variables().to_vec()
    }

    fn read(&self) -> Option<Built> {
        self.0.built.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn place(&self) -> String {
        match self.name() {
            "" => self.class_name().to_owned(),
            name => format!("layer `{name}`"),
        }
    }
}

impl<L: Layer + 'static> From<L> for LayerRef {
    fn from(layer: L) -> Self {
        Self::new(layer)
    }
}

impl From<&LayerRef> for LayerRef {
    fn from(layer: &LayerRef) -> Self {
        layer.clone()
    }
}

impl PartialEq for LayerRef {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for LayerRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.kind {
            Kind::Layer(layer) => write!(f, "{layer:?}"),
            Kind::Model(model) => write!(f, "{model:?}"),
        }
    }
}
