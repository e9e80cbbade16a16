// SPDX-License-Identifier: MIT OR Apache-2.0
//! A model's architecture as JSON, without weights.

use firesteel_core::{Json, JsonMap, Result};

use super::decode::Decoder;
use super::options::LoadModel;
use super::{encode, load};
use crate::{LayerRef, Model};

impl Model {
    /// The architecture as Keras' `get_config` gives it.
    ///
    /// # Errors
    /// `Unsupported` for a model that a file cannot hold.
    pub fn get_config(&self) -> Result<JsonMap<String, Json>> {
        encode::prepare(self)?;
        encode::config(self, &self.display_name(), true)
    }

    /// The architecture and the compile settings as text, without weights.
    ///
    /// # Errors
    /// As [`get_config`](Model::get_config).
    ///
    /// # Examples
    /// ```
    /// use firesteel_nn::layers::{Dense, Input};
    /// use firesteel_nn::{Sequential, layers, model_from_json};
    ///
    /// let model = Sequential::from(layers![Input::new([4]), Dense::new(3)]);
    /// let same = model_from_json(&model.to_json()?)?;
    /// assert_eq!(same.count_params()?, 15);
    /// # Ok::<(), firesteel_core::Error>(())
    /// ```
    pub fn to_json(&self) -> Result<String> {
        encode::prepare(self)?;
        Ok(encode::model(self)?.to_string())
    }
}

impl LayerRef {
    /// The options of the layer as Keras' `get_config` gives them.
    ///
    /// # Errors
    /// `Unsupported` for a model that a file cannot hold.
    pub fn get_config(&self) -> Result<JsonMap<String, Json>> {
        match self.as_model() {
            Some(model) => encode::config(model, self.name(), self.is_trainable()),
            None => Ok(encode::layer_config(self)),
        }
    }
}

/// The model that [`Model::to_json`] or Keras' `to_json` described, with fresh weights.
///
/// # Errors
/// `Format` when it is no JSON or no model, `UnknownName` or `Unsupported` for a class that is not known, by name.
pub fn model_from_json(text: &str) -> Result<Model> {
    let object = load::parse(text, "model_from_json")?;
    let options = LoadModel::new();
    let decoder = Decoder::new(&options);
    let mut model = decoder.model(&object)?;
    decoder.compile(&mut model, &object)?;
    Ok(model)
}
