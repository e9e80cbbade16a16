// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Sequential`: a model of layers one after the other.

use std::ops::{Deref, DerefMut};
use std::sync::OnceLock;

use crate::graph::LayerRef;
use crate::model::Body;
use crate::{Layer, Model};

/// A model of layers one after the other: a face of [`Model`], with all its methods.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::{Dense, Input};
/// use firesteel_nn::{Sequential, layers};
///
/// let mut model = Sequential::new();
/// model.add(Input::new([128]));
/// model.add(Dense::new(10).activation("tanh"));
/// let same = Sequential::from(layers![Input::new([128]), Dense::new(10).activation("tanh")]);
/// assert_eq!(model.count_params()?, same.count_params()?);
/// # Ok::<(), firesteel_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Sequential(Model);

impl Sequential {
    /// A model without layers.
    pub fn new() -> Self {
        Self::from(Vec::new())
    }

    /// The same model under another name.
    #[must_use]
    pub fn name(self, name: impl Into<String>) -> Self {
        Self(self.0.name(name))
    }

    /// Puts a layer on top.
    ///
    /// A layer that does not fit is reported when the model is first used.
    pub fn add(&mut self, layer: impl Into<LayerRef>) {
        if let Body::Sequential { layers, graph } = &mut self.0.body {
            layers.push(layer.into());
            *graph = OnceLock::new();
        }
        self.0.compiled = None;
    }

    /// Takes the top layer away.
    pub fn pop(&mut self) -> Option<LayerRef> {
        let Body::Sequential { layers, graph } = &mut self.0.body else { return None };
        *graph = OnceLock::new();
        self.0.compiled = None;
        layers.pop()
    }

    /// The model underneath.
    pub fn into_model(self) -> Model {
        self.0
    }
}

impl Default for Sequential {
    fn default() -> Self {
        Self::new()
    }
}

impl From<Vec<LayerRef>> for Sequential {
    fn from(layers: Vec<LayerRef>) -> Self {
        Self(Model::with_body(Body::Sequential { layers, graph: OnceLock::new() }))
    }
}

impl<L: Layer + 'static> FromIterator<L> for Sequential {
    fn from_iter<I: IntoIterator<Item = L>>(layers: I) -> Self {
        Self::from(layers.into_iter().map(LayerRef::new).collect::<Vec<_>>())
    }
}

impl From<Sequential> for Model {
    fn from(model: Sequential) -> Self {
        model.0
    }
}

impl From<Sequential> for LayerRef {
    fn from(model: Sequential) -> Self {
        Self::model(model.0)
    }
}

impl Deref for Sequential {
    type Target = Model;

    fn deref(&self) -> &Model {
        &self.0
    }
}

impl DerefMut for Sequential {
    fn deref_mut(&mut self) -> &mut Model {
        &mut self.0
    }
}

/// A list of layers of any kind, for [`Sequential::from`](crate::Sequential).
#[macro_export]
macro_rules! layers {
    ($($layer:expr),* $(,)?) => {
        vec![$($crate::LayerRef::from($layer)),*]
    };
}
