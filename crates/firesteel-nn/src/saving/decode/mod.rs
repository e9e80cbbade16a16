// SPDX-License-Identifier: MIT OR Apache-2.0
//! From the JSON that files hold to a model: Keras 3 in all its versions, and Keras 2.

mod call;
mod compile;
mod functional;
mod keras2;
mod masks;
mod neutral;
mod object;
mod sanity;
mod sequential;

use firesteel_core::{Json, JsonMap, Result, err};

pub(super) use compile::shortest;
pub(super) use neutral::is_neutral;

use super::options::LoadModel;
use crate::Model;

/// Rebuilds models, with the classes that the caller registered.
#[derive(Debug)]
pub(super) struct Decoder<'a> {
    options: &'a LoadModel,
}

impl<'a> Decoder<'a> {
    pub(super) fn new(options: &'a LoadModel) -> Self {
        Self { options }
    }

    /// The model that an object describes, without weights.
    ///
    /// # Errors
    /// `Format` when it is no model, `UnknownName` or `Unsupported` for a class that is not known, by name.
    pub(super) fn model(&self, object: &Json) -> Result<Model> {
        sanity::check(object)?;
        let class = object["class_name"].as_str().ok_or_else(|| no_model(object))?;
        let Some(mut model) = self.inner_model(object)? else {
            return Err(err::unsupported(format!("a model of class `{class}`"))
                .expected("`Functional` or `Sequential`")
                .fix("a class of its own runs Python code, which a file never brings along"));
        };
        if object["config"]["trainable"] == Json::Bool(false) {
            model.layers().iter().for_each(|layer| layer.set_trainable(false));
        }
        let shape = object["build_config"].get("input_shape");
        sequential::build(&mut model, shape)?;
        Ok(model)
    }

    /// The model that an object describes, if it is one at all.
    fn inner_model(&self, object: &Json) -> Result<Option<Model>> {
        let module = object["module"].as_str().unwrap_or("keras");
        let class = object["class_name"].as_str().unwrap_or_default();
        let config = &object["config"];
        match class {
            _ if object::is_custom(object) || !module.starts_with("keras") => Ok(None),
            "Functional" | "Model" => Ok(Some(self.functional(object::map(config, class)?)?)),
            "Sequential" => Ok(Some(self.sequential(config)?)),
            _ => Ok(None),
        }
    }

    /// Restores the compile settings, where there are any.
    ///
    /// # Errors
    /// `UnknownName` or `Unsupported` for an optimizer, loss or metric that is not known, by name.
    pub(super) fn compile(&self, model: &mut Model, object: &Json) -> Result<()> {
        match object.get("compile_config").and_then(Json::as_object) {
            Some(config) if config.values().any(|value| !value.is_null()) => {
                compile::restore(model, config)?;
                let weights = model.trainable_weights();
                model.compiled_mut()?.optimizer.build(&weights)
            }
            _ => Ok(()),
        }
    }

    /// [`compile`](Decoder::compile) from the settings of an old `.h5`.
    ///
    /// # Errors
    /// As [`compile`](Decoder::compile).
    pub(super) fn compile_from_training_config(
        &self,
        model: &mut Model,
        mut config: JsonMap<String, Json>,
    ) -> Result<()> {
        let optimizer = config.remove("optimizer_config").unwrap_or_default();
        config.insert("optimizer".to_owned(), keras2::optimizer(optimizer));
        compile::restore(model, &config)
    }
}

fn no_model(object: &Json) -> firesteel_core::Error {
    let keys: Vec<&String> =
        object.as_object().map(|object| object.keys().take(8).collect()).unwrap_or_default();
    err::format("config", "the JSON describes no model")
        .expected("an object with `class_name` and `config`")
        .got(format!("the keys {keys:?}"))
}
