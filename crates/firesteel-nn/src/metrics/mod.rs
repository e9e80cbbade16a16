// SPDX-License-Identifier: MIT OR Apache-2.0
//! Metrics, one file each, under Keras' names; they look at arrays on the host.

mod accuracy;
mod base;
mod binary_accuracy;
mod categorical_accuracy;
mod mean;
mod mean_absolute_error;
mod mean_squared_error;
mod sparse_categorical_accuracy;

use firesteel_core::names::{find, snake_case};
use firesteel_core::{Json, JsonMap, Options, Result, err, json};
use ndarray::ArrayViewD;

pub use binary_accuracy::BinaryAccuracy;
pub use categorical_accuracy::CategoricalAccuracy;
pub use mean::Mean;
pub use mean_absolute_error::MeanAbsoluteError;
pub use mean_squared_error::MeanSquaredError;
pub use sparse_categorical_accuracy::SparseCategoricalAccuracy;

/// A metric: one value for each sample, of which the running mean is reported.
pub trait Metric: Options + std::fmt::Debug + Send + Sync {
    /// One value for each sample, each position but the last axis, or each element.
    ///
    /// # Errors
    /// `Shape` when target and prediction do not fit.
    fn values(
        &self,
        y_true: &ArrayViewD<'_, f32>,
        y_pred: &ArrayViewD<'_, f32>,
    ) -> Result<Vec<f64>>;

    /// The name that the user gave.
    fn given_name(&self) -> Option<&str> {
        None
    }

    /// The name under which the metric is reported.
    fn report_name(&self) -> String {
        self.given_name().map_or_else(|| snake_case(self.type_name()), str::to_owned)
    }

    /// Whether a larger value is a better one, which callbacks want to know.
    fn larger_is_better(&self) -> bool {
        false
    }

    /// A copy behind the trait.
    fn boxed(&self) -> Box<dyn Metric>;
}

/// The option that names or holds a metric.
#[derive(Debug)]
pub struct AnyMetric(Form);

#[derive(Debug)]
enum Form {
    Named(String),
    Given(Box<dyn Metric>),
}

type Decoder = fn(&JsonMap<String, Json>) -> Result<Box<dyn Metric>>;

macro_rules! family {
    ($(($name:literal, $class:ident)),+ $(,)?) => {
        const BY_CLASS: &[(&str, Decoder)] =
            &[$((stringify!($class), |config| Ok(Box::new($class::from_config(config)?)))),+];
        const BY_NAME: &[(&str, fn() -> Box<dyn Metric>)] =
            &[$(($name, || Box::new($class::new()))),+];
    };
}

family![
    ("MAE", MeanAbsoluteError),
    ("MSE", MeanSquaredError),
    ("binary_accuracy", BinaryAccuracy),
    ("categorical_accuracy", CategoricalAccuracy),
    ("mae", MeanAbsoluteError),
    ("mean_absolute_error", MeanAbsoluteError),
    ("mean_squared_error", MeanSquaredError),
    ("mse", MeanSquaredError),
    ("sparse_categorical_accuracy", SparseCategoricalAccuracy),
];

impl AnyMetric {
    /// The metric for targets and predictions of the given shapes: `accuracy` is decided by them.
    ///
    /// # Errors
    /// `UnknownName` for a name that does not exist, `InvalidArgument` for a bad option.
    pub fn resolve(&self, y_true: &[usize], y_pred: &[usize]) -> Result<Box<dyn Metric>> {
        let found = match &self.0 {
            Form::Given(given) => given.boxed(),
            Form::Named(name) if accuracy::is_accuracy(name) => accuracy::by_shape(y_true, y_pred),
            Form::Named(name) => match BY_CLASS.iter().find(|(class, _)| class == name) {
                Some((_, decode)) => decode(&JsonMap::new())?,
                None => {
                    let mut known = BY_NAME.to_vec();
                    known.push(("accuracy", || Box::new(BinaryAccuracy::new())));
                    find("metric", name, &known)?()
                }
            },
        };
        found.validate()?;
        Ok(found)
    }

    /// The name under which the metric is reported, as the user gave it.
    pub fn report_name(&self) -> String {
        match &self.0 {
            Form::Named(name) => name.clone(),
            Form::Given(given) => given.report_name(),
        }
    }

    /// Whether a larger value is a better one; `None` for a metric that does not exist.
    pub(crate) fn larger_is_better(&self) -> Option<bool> {
        // which accuracy it is does not matter here
        self.resolve(&[1, 1], &[1, 1]).ok().map(|metric| metric.larger_is_better())
    }

    /// As a file keeps it.
    pub(crate) fn encode(&self) -> Json {
        match &self.0 {
            Form::Named(name) => Json::from(name.as_str()),
            Form::Given(given) => {
                let mut config = given.config();
                config.entry("name").or_insert_with(|| Json::from(given.report_name()));
                config.insert("dtype".to_owned(), Json::from("float32"));
                json!({
                    "module": "keras.metrics",
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
        let misfit = || {
            err::invalid_argument("compile_config", "metrics")
                .expected("a name or an object")
                .got(json)
        };
        let class = json["class_name"].as_str().ok_or_else(misfit)?;
        if class == "function" {
            let name = json["config"].as_str().ok_or_else(misfit)?;
            return Ok(Self(Form::Named(name.to_owned())));
        }
        let mut config = json["config"].as_object().ok_or_else(misfit)?.clone();
        config.remove("dtype");
        Ok(Self(Form::Given(find("metric", class, BY_CLASS)?(&config)?)))
    }
}

impl Clone for AnyMetric {
    fn clone(&self) -> Self {
        Self(match &self.0 {
            Form::Named(name) => Form::Named(name.clone()),
            Form::Given(given) => Form::Given(given.boxed()),
        })
    }
}

impl From<&str> for AnyMetric {
    fn from(name: &str) -> Self {
        Self(Form::Named(name.to_owned()))
    }
}

impl From<String> for AnyMetric {
    fn from(name: String) -> Self {
        Self(Form::Named(name))
    }
}

impl<M: Metric + 'static> From<M> for AnyMetric {
    fn from(metric: M) -> Self {
        Self(Form::Given(Box::new(metric)))
    }
}

#[cfg(test)]
mod tests;
