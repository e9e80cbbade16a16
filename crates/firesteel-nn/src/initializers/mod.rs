// SPDX-License-Identifier: MIT OR Apache-2.0
//! Start values of weights, under Keras' names.

mod distribution;
mod identity;
mod orthogonal;
mod scaling;

use firesteel_core::options::mismatch;
use firesteel_core::{Json, JsonMap, OptionValue, Options, Result, Seed, err, json};

pub use distribution::{Constant, Ones, RandomNormal, RandomUniform, TruncatedNormal, Zeros};
pub use identity::Identity;
pub use orthogonal::Orthogonal;
pub use scaling::{
    GlorotNormal, GlorotUniform, HeNormal, HeUniform, LecunNormal, LecunUniform, VarianceScaling,
};

/// How the start values of a weight are made.
pub trait Initialize: Options + std::fmt::Debug + Send + Sync {
    /// Refuses shapes for which there are no such values.
    ///
    /// # Errors
    /// `Shape` when the weight has too few or too many axes.
    fn check(&self, shape: &[usize]) -> Result<()> {
        let _ = shape;
        Ok(())
    }

    /// The values of a weight of the given shape, row by row.
    fn fill(&self, shape: &[usize], seed: Seed) -> Vec<f32>;

    /// The seed that the user gave.
    fn given_seed(&self) -> Option<u64> {
        None
    }

    /// A copy behind the trait.
    fn boxed(&self) -> Box<dyn Initialize>;
}

/// The option that names or holds an initializer.
///
/// # Examples
/// ```
/// use firesteel_nn::Initializer;
/// use firesteel_nn::initializers::Constant;
///
/// let by_name = Initializer::from("glorot_uniform");
/// let by_value = Initializer::from(Constant::new().value(0.5));
/// assert!(Initializer::from("glorot").resolve().is_err());
/// # let _ = (by_name, by_value);
/// ```
#[derive(Debug)]
pub struct Initializer(Form);

#[derive(Debug)]
enum Form {
    Named(String),
    Given(Box<dyn Initialize>),
}

type Decoder = fn(&JsonMap<String, Json>) -> Result<Box<dyn Initialize>>;

macro_rules! family {
    ($(($name:literal, $class:ident)),+ $(,)?) => {
        const BY_CLASS: &[(&str, Decoder)] =
            &[$((stringify!($class), |config| Ok(Box::new($class::from_config(config)?)))),+];
        const BY_NAME: &[(&str, fn() -> Box<dyn Initialize>)] =
            &[$(($name, || Box::new($class::new()))),+];
    };
}

family![
    // registry: sorted
    ("constant", Constant),
    ("glorot_normal", GlorotNormal),
    ("glorot_uniform", GlorotUniform),
    ("he_normal", HeNormal),
    ("he_uniform", HeUniform),
    ("identity", Identity),
    ("lecun_normal", LecunNormal),
    ("lecun_uniform", LecunUniform),
    ("normal", RandomNormal),
    ("one", Ones),
    ("ones", Ones),
    ("orthogonal", Orthogonal),
    ("random_normal", RandomNormal),
    ("random_uniform", RandomUniform),
    ("truncated_normal", TruncatedNormal),
    ("uniform", RandomUniform),
    ("variance_scaling", VarianceScaling),
    ("zero", Zeros),
    ("zeros", Zeros),
    // registry: end
];

impl Initializer {
    /// The initializer behind a name, or the one that was given.
    ///
    /// # Errors
    /// `UnknownName` for a name that does not exist, `InvalidArgument` for a bad option.
    pub fn resolve(&self) -> Result<Box<dyn Initialize>> {
        let found = match &self.0 {
            Form::Given(given) => given.boxed(),
            Form::Named(name) => match BY_CLASS.iter().find(|(class, _)| class == name) {
                Some((_, decode)) => decode(&JsonMap::new())?,
                None => firesteel_core::names::find("initializer", name, BY_NAME)?(),
            },
        };
        found.validate()?;
        Ok(found)
    }

    /// The values of a weight of the given shape; a seed of the initializer's own wins over `seed`.
    ///
    /// # Errors
    /// As [`resolve`](Initializer::resolve); `Shape` when there are no such values for the shape.
    pub fn values(&self, shape: &[usize], seed: Seed) -> Result<Vec<f32>> {
        let initializer = self.resolve()?;
        initializer.check(shape)?;
        let seed = initializer.given_seed().map_or(seed, Seed::new);
        Ok(initializer.fill(shape, seed))
    }
}

impl Clone for Initializer {
    fn clone(&self) -> Self {
        Self(match &self.0 {
            Form::Named(name) => Form::Named(name.clone()),
            Form::Given(given) => Form::Given(given.boxed()),
        })
    }
}

impl From<&str> for Initializer {
    fn from(name: &str) -> Self {
        Self(Form::Named(name.to_owned()))
    }
}

impl From<String> for Initializer {
    fn from(name: String) -> Self {
        Self(Form::Named(name))
    }
}

impl<I: Initialize + 'static> From<I> for Initializer {
    fn from(initializer: I) -> Self {
        Self(Form::Given(Box::new(initializer)))
    }
}

impl OptionValue for Initializer {
    const EXPECTS: &'static str = "the name of an initializer, or its object";

    fn encode(&self) -> Json {
        match self.resolve() {
            Err(_) => match &self.0 {
                Form::Named(name) => Json::from(name.as_str()),
                Form::Given(given) => Json::from(given.type_name()),
            },
            Ok(found) => json!({
                "module": "keras.initializers",
                "class_name": found.type_name(),
                "config": found.config(),
                "registered_name": null,
            }),
        }
    }

    fn decode(json: &Json) -> Result<Self> {
        match json {
            Json::String(name) => Ok(Self::from(name.as_str())),
            Json::Object(object) => {
                let class = object.get("class_name").and_then(Json::as_str);
                let class = class.ok_or_else(|| mismatch::<Self>(json))?;
                let empty = JsonMap::new();
                let config = object.get("config").and_then(Json::as_object).unwrap_or(&empty);
                let decode = firesteel_core::names::find("initializer", class, BY_CLASS)?;
                Ok(Self(Form::Given(decode(config)?)))
            }
            Json::Null => Err(err::invalid_argument("initializer", "value").expected("given")),
            _ => Err(mismatch::<Self>(json)),
        }
    }
}

#[cfg(test)]
mod tests;
