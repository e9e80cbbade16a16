// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Model`: layers between inputs and outputs, and what can be done with them.

use std::fmt;
use std::sync::{Arc, OnceLock};

use firesteel_core::{OptionValue as _, Result, Seed, Shape, err};
use firesteel_tensor::{Device, Tensor};

use crate::graph::{Flow, Graph, LayerRef, Node, SymbolicInputs, SymbolicTensor};
use crate::layer::{CallCx, Start};
use crate::training::Compiled;
use crate::{Variable, layers};

/// A graph of layers, or a plain stack of them whose input shape may still be open.
pub(crate) enum Body {
    Functional(Graph),
    /// Layers one after the other; the graph follows when the shape of the input is known.
    Sequential {
        layers: Vec<LayerRef>,
        graph: OnceLock<Graph>,
    },
}

/// The names of several inputs or outputs, where the user gave a mapping.
pub(crate) type Keys = Option<Vec<String>>;

/// A network: layers between inputs and outputs.
///
/// [`Model::new`] builds one from symbolic tensors, [`Sequential`](crate::Sequential) from a list of layers,
/// [`load_model`](crate::load_model) from a file. All of them are trained, evaluated, saved and called alike.
///
/// # Examples
/// A model with two inputs:
/// ```
/// use firesteel_nn::layers::{Concatenate, Dense, Input};
/// use firesteel_nn::{Callable, Model};
///
/// let (a, b) = (Input::new([3]).tensor(), Input::new([2]).tensor());
/// let joined = Concatenate::new().call([&a, &b])?;
/// let output = Dense::new(1).call(&joined)?;
/// let model = Model::new([&a, &b], &output)?;
/// assert_eq!(model.count_params()?, 6);
/// # Ok::<(), firesteel_core::Error>(())
/// ```
pub struct Model {
    name: Option<String>,
    pub(crate) body: Body,
    pub(crate) input_keys: Keys,
    pub(crate) output_keys: Keys,
    seed: Seed,
    device: Device,
    pub(crate) compiled: Option<Compiled>,
}

impl Model {
    /// The model that computes `outputs` from `inputs`.
    ///
    /// Inputs and outputs that are given with names, as `[("left", &left), ("right", &right)]`, are ordered by name, as
    /// Keras orders a mapping; outputs then report their losses under these names.
    ///
    /// # Errors
    /// `InvalidArgument` when an output depends on an input that is not listed, or two layers have one name.
    pub fn new(
        inputs: impl Into<SymbolicInputs>,
        outputs: impl Into<SymbolicInputs>,
    ) -> Result<Self> {
        let (inputs, outputs): (SymbolicInputs, SymbolicInputs) = (inputs.into(), outputs.into());
        let mut model = Self::with_body(Body::Functional(Graph::new(inputs.0, outputs.0)?));
        (model.input_keys, model.output_keys) = (inputs.1, outputs.1);
        Ok(model)
    }

    pub(crate) fn with_body(body: Body) -> Self {
        Self {
            name: None,
            body,
            input_keys: None,
            output_keys: None,
            seed: Seed::from_clock(),
            device: Device::cpu(),
            compiled: None,
        }
    }

    /// The same model under another name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// A second handle on the same layers and weights, not compiled.
    #[must_use]
    pub fn share(&self) -> Self {
        let body = match &self.body {
            Body::Functional(graph) => Body::Functional(graph.clone()),
            Body::Sequential { layers, graph } => {
                Body::Sequential { layers: layers.clone(), graph: graph.clone() }
            }
        };
        Self {
            name: self.name.clone(),
            body,
            input_keys: self.input_keys.clone(),
            output_keys: self.output_keys.clone(),
            seed: self.seed,
            device: self.device.clone(),
            compiled: None,
        }
    }

    /// Sets the seed from which initial weights, shuffling and dropout derive; by default the clock's.
    ///
    /// Give it before the weights are created, that is before the model is compiled, saved or called.
    pub fn set_seed(&mut self, seed: u64) {
        self.seed = Seed::new(seed);
    }

    /// Moves the model to another device.
    ///
    /// # Errors
    /// Whatever creating the weights reports.
    pub fn set_device(&mut self, device: Device) -> Result<()> {
        self.device = device;
        if self.is_built() {
            self.layers().iter().for_each(|layer| layer.to_device(&self.device));
        }
        Ok(())
    }

    /// The device on which the model computes.
    pub fn device(&self) -> &Device {
        &self.device
    }

    pub(crate) fn seed(&self) -> Seed {
        self.seed
    }

    pub(crate) fn given_name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    pub(crate) fn display_name(&self) -> String {
        let default = if self.is_sequential() { "sequential" } else { "functional" };
        self.name.clone().unwrap_or_else(|| default.to_owned())
    }

    pub(crate) fn is_sequential(&self) -> bool {
        matches!(self.body, Body::Sequential { .. })
    }

    /// The class, as Keras spells it.
    pub fn class_name(&self) -> &'static str {
        if self.is_sequential() { "Sequential" } else { "Functional" }
    }

    /// The layers in Keras' order; a sequential model does not list its input.
    pub fn layers(&self) -> Vec<LayerRef> {
        match &self.body {
            Body::Functional(graph) => graph.layers.clone(),
            Body::Sequential { layers, .. } => {
                layers.iter().filter(|layer| layer.class_name() != "InputLayer").cloned().collect()
            }
        }
    }

    /// The layer with the given index, to freeze or to read.
    ///
    /// # Errors
    /// `InvalidArgument` when there are not that many.
    pub fn layer_mut(&mut self, index: usize) -> Result<LayerRef> {
        let layers = self.layers();
        layers.get(index).cloned().ok_or_else(|| {
            err::invalid_argument("Model", "index")
                .expected(format!("below {}", layers.len()))
                .got(index)
        })
    }

    /// The layer with the given name.
    ///
    /// # Errors
    /// `UnknownName` when there is none.
    pub fn get_layer(&self, name: &str) -> Result<LayerRef> {
        let layers = self.layers();
        let found = layers.iter().find(|layer| layer.name() == name).cloned();
        found.ok_or_else(|| err::unknown_name("layer", name, layers.iter().map(LayerRef::name)))
    }

    /// All weights, layer by layer.
    pub fn weights(&self) -> Vec<Arc<Variable>> {
        self.layers().iter().flat_map(LayerRef::weights).collect()
    }

    /// The weights that training changes as things stand.
    pub fn trainable_weights(&self) -> Vec<Arc<Variable>> {
        self.layers().iter().flat_map(LayerRef::trainable_weights).collect()
    }

    /// Sets what layers carry from one batch to the next back to zero: the states of `stateful` ones.
    ///
    /// # Errors
    /// Whatever the device reports.
    pub fn reset_states(&self) -> Result<()> {
        self.layers().iter().try_for_each(LayerRef::reset_state)
    }

    /// The number of weights' elements.
    ///
    /// # Errors
    /// `NotBuilt` when the shape of the input is not known yet.
    pub fn count_params(&self) -> Result<usize> {
        self.ensure_weights()?;
        Ok(self.weights().iter().map(|weight| weight.size()).sum())
    }

    /// The shapes of the inputs.
    ///
    /// # Errors
    /// `NotBuilt` when they are not known yet.
    pub fn input_shapes(&self) -> Result<Vec<Shape>> {
        Ok(self.graph()?.inputs.iter().map(|input| input.shape().clone()).collect())
    }

    /// The shapes of the outputs.
    ///
    /// # Errors
    /// `NotBuilt` when the shape of the input is not known yet.
    pub fn output_shapes(&self) -> Result<Vec<Shape>> {
        Ok(self.graph()?.outputs.iter().map(|output| output.shape().clone()).collect())
    }

    /// The names of the inputs: those of a mapping, or of their layers.
    ///
    /// # Errors
    /// `NotBuilt` when the shape of the input is not known yet.
    pub fn input_names(&self) -> Result<Vec<String>> {
        if let Some(keys) = &self.input_keys {
            return Ok(keys.clone());
        }
        let inputs = &self.graph()?.inputs;
        Ok(inputs.iter().map(|input| input.node().layer.name().to_owned()).collect())
    }

    /// The names of the outputs, under which several report their losses: those of a mapping, or of their layers.
    ///
    /// # Errors
    /// `NotBuilt` when the shape of the input is not known yet.
    pub fn output_names(&self) -> Result<Vec<String>> {
        if let Some(keys) = &self.output_keys {
            return Ok(keys.clone());
        }
        let outputs = &self.graph()?.outputs;
        Ok(outputs.iter().map(|output| output.node().layer.name().to_owned()).collect())
    }

    /// The graph, which a sequential model builds when its input shape is known.
    pub(crate) fn graph(&self) -> Result<&Graph> {
        match &self.body {
            Body::Functional(graph) => Ok(graph),
            Body::Sequential { layers, graph } => {
                if let Some(graph) = graph.get() {
                    return Ok(graph);
                }
                if layers.is_empty() {
                    return Err(err::not_built("the model has no layers").fix("add some"));
                }
                let Some(shape) = first_shape(layers) else {
                    return Err(err::not_built("the shape of the input is not known yet")
                        .fix("start the model with `Input::new([..])`, or fit it"));
                };
                let built = chain(layers, shape)?;
                Ok(graph.get_or_init(|| built))
            }
        }
    }

    /// Fixes the input shape of a model that has none, from the first data it sees.
    pub(crate) fn build_for(&self, shape: &Shape) -> Result<()> {
        if let Body::Sequential { layers, graph } = &self.body {
            let known = graph.get().is_some() || first_shape(layers).is_some();
            if !known && !layers.is_empty() {
                let built = chain(layers, shape.clone())?;
                graph.get_or_init(|| built);
            }
        }
        self.ensure_weights()
    }

    /// Builds the model for inputs of the given shape, without the batch axis.
    ///
    /// # Errors
    /// `Shape` when a layer cannot take such an input.
    pub fn build(&mut self, input_shape: impl Into<Shape>) -> Result<()> {
        let shape: Shape = input_shape.into();
        self.build_for(&shape.batched())
    }

    fn is_built(&self) -> bool {
        self.graph().is_ok_and(|graph| graph.layers.iter().any(|layer| layer.built_for().is_some()))
    }

    /// Creates the weights if they are not there yet.
    pub(crate) fn ensure_weights(&self) -> Result<()> {
        self.build_weights(&Start::Seed(self.seed), &self.device)
    }

    /// Creates the weights that are not there yet.
    ///
    /// # Errors
    /// What the layers meet; what `FIRESTEEL_KERNELS` asks for and the machine does not have.
    pub(crate) fn build_weights(&self, start: &Start, device: &Device) -> Result<()> {
        firesteel_tensor::check_environment()?;
        self.graph()?.build(start, device)
    }

    pub(crate) fn forward(&self, inputs: &[Tensor], cx: &CallCx) -> Result<Vec<Flow>> {
        self.graph()?.run(inputs, cx)
    }

    /// The output shapes when the whole model is called as a layer.
    pub(crate) fn output_shapes_for(&self, inputs: &[Shape]) -> Result<Vec<Shape>> {
        if let ([shape], Body::Sequential { layers, graph }) = (inputs, &self.body)
            && graph.get().is_none()
            && first_shape(layers).is_none()
        {
            let built = chain(layers, shape.clone())?;
            graph.get_or_init(|| built);
        }
        let graph = self.graph()?;
        let compatible = inputs.len() == graph.inputs.len()
            && inputs.iter().zip(&graph.inputs).all(|(got, place)| may_fit(got, place.shape()));
        if !compatible {
            let list = |shapes: Vec<String>| shapes.join(", ");
            return Err(err::shape(
                format!("model `{}`", self.display_name()),
                "the inputs do not fit",
            )
            .expected(list(graph.inputs.iter().map(|x| x.shape().to_string()).collect()))
            .got(list(inputs.iter().map(Shape::to_string).collect())));
        }
        Ok(graph.outputs.iter().map(|output| output.shape().clone()).collect())
    }
}

fn may_fit(got: &Shape, wanted: &Shape) -> bool {
    let fits = |(a, b): (&Option<usize>, &Option<usize>)| a.is_none() || b.is_none() || a == b;
    got.rank() == wanted.rank() && got.axes().iter().zip(wanted.axes()).all(fits)
}

/// The input shape that the first layer of a stack brings.
fn first_shape(layers: &[LayerRef]) -> Option<Shape> {
    let first = layers.first()?;
    match (first.as_layer(), first.as_model()) {
        (Some(layer), _) if layer.type_name() == "InputLayer" => {
            // one that is refused is refused when the graph is made
            Shape::decode(&layer.get("batch_shape")?).ok()
        }
        (_, Some(model)) => model.input_shapes().ok()?.pop(),
        _ => first.built_for()?.pop(),
    }
}

/// The graph of layers one after the other.
fn chain(layers: &[LayerRef], shape: Shape) -> Result<Graph> {
    let (input, rest) = match layers.split_first() {
        Some((first, rest)) if first.class_name() == "InputLayer" => (first.clone(), rest),
        _ => (LayerRef::new(layers::Input::batched(shape.clone())), layers),
    };
    let input = Node::with_shapes(input, Vec::new(), vec![shape]).outputs().swap_remove(0);
    let mut flow: SymbolicTensor = input.clone();
    for layer in rest {
        let mut outputs = Node::call(layer.clone(), vec![flow])?.outputs();
        if outputs.len() != 1 {
            return Err(err::shape(
                format!("layer `{}`", layer.class_name()),
                "a sequential model takes layers with one output",
            )
            .got(outputs.len())
            .fix("use a functional model"));
        }
        flow = outputs.swap_remove(0);
    }
    Graph::new(vec![input], vec![flow])
}

impl From<Model> for LayerRef {
    fn from(model: Model) -> Self {
        Self::model(model)
    }
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({}, {} layers)", self.class_name(), self.display_name(), self.layers().len())
    }
}
