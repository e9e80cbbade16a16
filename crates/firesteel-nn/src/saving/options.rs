// SPDX-License-Identifier: MIT OR Apache-2.0
//! How to load a model, how to load weights.

use std::fmt;
use std::sync::Arc;

use firesteel_core::{IndexMap, Json, JsonMap, Result};

use crate::Layer;

/// Rebuilds a layer of the caller's from the options that a file holds.
pub(super) type CustomLayer =
    Arc<dyn Fn(&JsonMap<String, Json>) -> Result<Box<dyn Layer>> + Send + Sync>;

/// How to load a model.
///
/// # Examples
/// ```
/// use firesteel_nn::LoadModel;
///
/// let inference_only = LoadModel::new().compile(false);
/// # let _ = inference_only;
/// ```
#[derive(Clone)]
pub struct LoadModel {
    pub(super) compile: bool,
    pub(super) custom: IndexMap<String, CustomLayer>,
}

impl LoadModel {
    /// Everything that the file holds, and no classes but Keras' own.
    pub fn new() -> Self {
        Self { compile: true, custom: IndexMap::new() }
    }

    /// Whether the optimizer with its state, the loss and the metrics are restored.
    ///
    /// Default: `true`.
    #[must_use]
    pub fn compile(mut self, compile: bool) -> Self {
        self.compile = compile;
        self
    }

    /// How to rebuild layers of a class of the caller's, by the name under which Keras registered it.
    ///
    /// The options that all layers share (`name`, `trainable`, `dtype`) are read by firesteel and not passed on.
    #[must_use]
    pub fn custom_layer(
        mut self,
        registered_name: impl Into<String>,
        decoder: impl Fn(&JsonMap<String, Json>) -> Result<Box<dyn Layer>> + Send + Sync + 'static,
    ) -> Self {
        self.custom.insert(registered_name.into(), Arc::new(decoder));
        self
    }
}

impl Default for LoadModel {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for LoadModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let custom: Vec<&String> = self.custom.keys().collect();
        f.debug_struct("LoadModel")
            .field("compile", &self.compile)
            .field("custom", &custom)
            .finish()
    }
}

/// How to load weights.
#[derive(Clone, Debug, Default)]
pub struct LoadWeights {
    pub(super) by_name: bool,
    pub(super) skip_mismatch: bool,
}

impl LoadWeights {
    /// Layer by layer in order; everything must fit.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether layers are found by their names instead of their order; layers that only one side has are left.
    ///
    /// Default: `false`.
    #[must_use]
    pub fn by_name(mut self, by_name: bool) -> Self {
        self.by_name = by_name;
        self
    }

    /// Whether layers whose weights do not fit are left as they are.
    ///
    /// Default: `false`.
    #[must_use]
    pub fn skip_mismatch(mut self, skip_mismatch: bool) -> Self {
        self.skip_mismatch = skip_mismatch;
        self
    }
}
