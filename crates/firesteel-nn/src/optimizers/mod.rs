// SPDX-License-Identifier: MIT OR Apache-2.0
//! Optimizers, one file each, under Keras' names.

mod adam;
mod adam_w;
mod base;
mod rms_prop;
mod sgd;
mod state;

use firesteel_core::names::find;
use firesteel_core::{Json, JsonMap, Options, Result, err, json};
use firesteel_tensor::update::Rule;

pub use adam::Adam;
pub use adam_w::AdamW;
pub use base::OptimizerBase;
pub use rms_prop::RMSprop;
pub use sgd::SGD;
pub(crate) use state::OptimizerState;

/// An optimizer: its options, and the rule by which one step changes a weight.
pub trait Optimizer:
    Options + AsRef<OptimizerBase> + AsMut<OptimizerBase> + std::fmt::Debug + Send + Sync
{
    /// The step size.
    fn learning_rate(&self) -> f64;

    /// Changes the step size, as callbacks do.
    fn set_learning_rate(&mut self, learning_rate: f64);

    /// The rule of the given step, counted from 1.
    fn rule(&self, step: u64) -> Box<dyn Rule>;

    /// How slots follow each other in a file.
    fn slot_order(&self) -> SlotOrder {
        SlotOrder::BySlot
    }

    /// A copy behind the trait.
    fn boxed(&self) -> Box<dyn Optimizer>;
}

/// How the slots of several weights follow each other in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotOrder {
    /// The first slot of all weights, then the second of all.
    BySlot,
    /// The first two slots weight by weight, then the third of all.
    PairsByWeight,
}

/// The option that names or holds an optimizer.
#[derive(Debug)]
pub struct AnyOptimizer(Form);

#[derive(Debug)]
enum Form {
    Named(String),
    Given(Box<dyn Optimizer>),
}

type Decoder = fn(&JsonMap<String, Json>) -> Result<Box<dyn Optimizer>>;

macro_rules! family {
    ($(($name:literal, $class:ident)),+ $(,)?) => {
        const BY_CLASS: &[(&str, Decoder)] =
            &[$((stringify!($class), |config| Ok(Box::new($class::from_config(config)?)))),+];
        const BY_NAME: &[(&str, fn() -> Box<dyn Optimizer>)] =
            &[$(($name, || Box::new($class::new()))),+];
    };
}

family![
    // registry: sorted
    ("adam", Adam),
    ("adamw", AdamW),
    ("rmsprop", RMSprop),
    ("sgd", SGD),
    // registry: end
];

impl AnyOptimizer {
    /// The optimizer behind a name in any case, or the one that was given, with valid options.
    ///
    /// # Errors
    /// `UnknownName` for a name that does not exist, `InvalidArgument` for a bad option.
    pub fn resolve(&self) -> Result<Box<dyn Optimizer>> {
        let found = match &self.0 {
            Form::Given(given) => given.boxed(),
            Form::Named(name) => find("optimizer", &name.to_lowercase(), BY_NAME)?(),
        };
        found.validate()?;
        found.as_ref().as_ref().validate(found.type_name())?;
        Ok(found)
    }
}

impl Default for AnyOptimizer {
    fn default() -> Self {
        Self::from("rmsprop")
    }
}

impl Clone for AnyOptimizer {
    fn clone(&self) -> Self {
        Self(match &self.0 {
            Form::Named(name) => Form::Named(name.clone()),
            Form::Given(given) => Form::Given(given.boxed()),
        })
    }
}

impl From<&str> for AnyOptimizer {
    fn from(name: &str) -> Self {
        Self(Form::Named(name.to_owned()))
    }
}

impl From<String> for AnyOptimizer {
    fn from(name: String) -> Self {
        Self(Form::Named(name))
    }
}

impl<O: Optimizer + 'static> From<O> for AnyOptimizer {
    fn from(optimizer: O) -> Self {
        Self(Form::Given(Box::new(optimizer)))
    }
}

impl From<Box<dyn Optimizer>> for AnyOptimizer {
    fn from(optimizer: Box<dyn Optimizer>) -> Self {
        Self(Form::Given(optimizer))
    }
}

/// The optimizer as a file keeps it.
pub(crate) fn encode(optimizer: &dyn Optimizer) -> Json {
    let mut config = JsonMap::new();
    config.insert(
        "name".to_owned(),
        Json::from(firesteel_core::names::snake_case(optimizer.type_name())),
    );
    // single precision is what Keras keeps
    config.insert(
        "learning_rate".to_owned(),
        Json::from(f64::from(optimizer.learning_rate() as f32)),
    );
    config.extend(optimizer.as_ref().config());
    for (name, value) in optimizer.config() {
        config.entry(name).or_insert(value);
    }
    json!({
        "module": "keras.optimizers",
        "class_name": optimizer.type_name(),
        "config": config,
        "registered_name": null,
    })
}

/// The optimizer that a file keeps.
pub(crate) fn decode(json: &Json) -> Result<Box<dyn Optimizer>> {
    let misfit =
        || err::invalid_argument("compile_config", "optimizer").expected("an object").got(json);
    let class = json["class_name"].as_str().ok_or_else(misfit)?;
    let config = json["config"].as_object().ok_or_else(misfit)?;
    if let Some(schedule) = config.get("learning_rate").filter(|rate| rate.is_object()) {
        let class = schedule["class_name"].as_str().unwrap_or("unknown");
        return Err(err::unsupported(format!("learning rate schedule `{class}`"))
            .at(format!("optimizer {class}"))
            .fix("load the model without its compile settings"));
    }
    let (base, mut own) = OptimizerBase::split(config)?;
    own.remove("name");
    let rebuild = find("optimizer", class, BY_CLASS)?;
    refuse_unknown(&*rebuild(&JsonMap::new())?, &own)?;
    let mut optimizer = rebuild(&own)?;
    *optimizer.as_mut().as_mut() = base;
    Ok(optimizer)
}

/// Refuses options that an optimizer neither has of its own nor shares, and lists both kinds.
fn refuse_unknown(optimizer: &dyn Optimizer, config: &JsonMap<String, Json>) -> Result<()> {
    let shared = optimizer.as_ref().table();
    let known = || optimizer.table().iter().chain(shared).map(|row| row.name);
    let unknown =
        config.iter().find(|(name, value)| !value.is_null() && known().all(|known| known != *name));
    match unknown {
        Some((name, _)) => {
            Err(err::unknown_name("option", name, known()).at(optimizer.type_name()))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
