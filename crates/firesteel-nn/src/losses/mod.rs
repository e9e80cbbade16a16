// SPDX-License-Identifier: MIT OR Apache-2.0
//! Losses, one file each, under Keras' names.

mod base;
mod binary_crossentropy;
mod categorical_crossentropy;
mod mean_absolute_error;
mod mean_squared_error;
mod sparse_categorical_crossentropy;

use firesteel_core::names::find;
use firesteel_core::{Json, JsonMap, Options, Result, err};
use firesteel_tensor::Tensor;
use ndarray::ArrayViewD;

pub use base::reduce;
pub use binary_crossentropy::BinaryCrossentropy;
pub use categorical_crossentropy::CategoricalCrossentropy;
pub use mean_absolute_error::MeanAbsoluteError;
pub use mean_squared_error::MeanSquaredError;
pub use sparse_categorical_crossentropy::SparseCategoricalCrossentropy;

/// A loss: one value a sample from target and prediction, then a reduction to one number.
pub trait Loss: Options + std::fmt::Debug + Send + Sync {
    /// One value for each position but the last axis, which the loss consumes.
    ///
    /// # Errors
    /// `Shape` when target and prediction do not fit.
    fn values(&self, y_true: &Tensor, y_pred: &Tensor) -> Result<Tensor>;

    /// Refuses targets that make no sense, before they reach the device.
    ///
    /// # Errors
    /// `InvalidArgument` with the position of the first bad one.
    fn check_targets(&self, y_true: &ArrayViewD<'_, f32>, classes: usize) -> Result<()> {
        let _ = classes;
        base::refuse_nan(self.type_name(), y_true)
    }

    /// Which positions count, where the loss leaves some out: one where they do, zero where not.
    ///
    /// # Errors
    /// `Shape` when the target does not fit.
    fn mask(&self, y_true: &ArrayViewD<'_, f32>) -> Result<Option<Vec<f32>>> {
        let _ = y_true;
        Ok(None)
    }

    /// Whether the target holds class numbers instead of one value for each output.
    fn is_sparse(&self) -> bool {
        false
    }

    /// How the values of the samples become one number.
    fn reduction(&self) -> &str;

    /// A copy behind the trait.
    fn boxed(&self) -> Box<dyn Loss>;
}

/// The option that names or holds a loss.
#[derive(Debug)]
pub struct AnyLoss(Form);

#[derive(Debug)]
enum Form {
    Named(String),
    Given(Box<dyn Loss>),
}

type Decoder = fn(&JsonMap<String, Json>) -> Result<Box<dyn Loss>>;

macro_rules! family {
    ($(($name:literal, $class:ident)),+ $(,)?) => {
        const BY_CLASS: &[(&str, Decoder)] =
            &[$((stringify!($class), |config| Ok(Box::new($class::from_config(config)?)))),+];
        const BY_NAME: &[(&str, fn() -> Box<dyn Loss>)] = &[$(($name, || Box::new($class::new()))),+];
    };
}

family![
    // registry: sorted
    ("binary_crossentropy", BinaryCrossentropy),
    ("categorical_crossentropy", CategoricalCrossentropy),
    ("mae", MeanAbsoluteError),
    ("mean_absolute_error", MeanAbsoluteError),
    ("mean_squared_error", MeanSquaredError),
    ("mse", MeanSquaredError),
    ("sparse_categorical_crossentropy", SparseCategoricalCrossentropy),
    // registry: end
];

impl AnyLoss {
    /// The loss behind a name, or the one that was given, with valid options.
    ///
    /// # Errors
    /// `UnknownName` for a name that does not exist, `InvalidArgument` for a bad option.
    pub fn resolve(&self) -> Result<Box<dyn Loss>> {
        let found = match &self.0 {
            Form::Given(given) => given.boxed(),
            Form::Named(name) => match BY_CLASS.iter().find(|(class, _)| class == name) {
                Some((_, decode)) => decode(&JsonMap::new())?,
                None => find("loss", name, BY_NAME)?(),
            },
        };
        found.validate()?;
        Ok(found)
    }

    /// As a file keeps it: the name as the user gave it, or an object.
    pub(crate) fn encode(&self) -> Json {
        match &self.0 {
            Form::Named(name) => Json::from(name.as_str()),
            Form::Given(given) => {
                let mut config = given.config();
                config.insert("name".to_owned(), Json::from(firesteel_core::names::snake_case(given.type_name())));
                firesteel_core::json!({
                    "module": "keras.losses",
                    "class_name": given.type_name(),
                    "config": config,
                    "registered_name": null,
                })
            }
        }
    }

    pub(crate) fn decode(json: &Json) -> Result<Self> {
        if let Some(name) = json.as_str() {
            return Ok(Self(Form::Named(name.to_owned())));
        }
        let misfit = || err::invalid_argument("compile_config", "loss").expected("a name or an object").got(json);
        let class = json["class_name"].as_str().ok_or_else(misfit)?;
        if class == "function" {
            let name = json["config"].as_str().ok_or_else(misfit)?;
            return Ok(Self(Form::Named(name.to_owned())));
        }
        let mut config = json["config"].as_object().ok_or_else(misfit)?.clone();
        config.remove("name");
        config.remove("dtype");
        let loss = find("loss", class, BY_CLASS)?(&config)?;
        Ok(Self(Form::Given(loss)))
    }
}

impl Clone for AnyLoss {
    fn clone(&self) -> Self {
        Self(match &self.0 {
            Form::Named(name) => Form::Named(name.clone()),
            Form::Given(given) => Form::Given(given.boxed()),
        })
    }
}

impl From<&str> for AnyLoss {
    fn from(name: &str) -> Self {
        Self(Form::Named(name.to_owned()))
    }
}

impl From<String> for AnyLoss {
    fn from(name: String) -> Self {
        Self(Form::Named(name))
    }
}

impl<L: Loss + 'static> From<L> for AnyLoss {
    fn from(loss: L) -> Self {
        Self(Form::Given(Box::new(loss)))
    }
}
