// SPDX-License-Identifier: MIT OR Apache-2.0
//! Losses, one file each, under Keras' names; as plain functions of arrays, such as [`mse`], too.

mod base;
mod binary_crossentropy;
mod categorical_crossentropy;
mod functions;
mod mean_absolute_error;
mod mean_squared_error;
mod reduction;
mod sparse_categorical_crossentropy;

use firesteel_core::names::find;
use firesteel_core::{Json, JsonMap, Options, Result, err};
use firesteel_tensor::{Device, Tensor};
use ndarray::{ArrayD, ArrayViewD};

pub(crate) use base::same_rank;
pub use binary_crossentropy::BinaryCrossentropy;
pub use categorical_crossentropy::CategoricalCrossentropy;
pub use functions::{
    binary_crossentropy, categorical_crossentropy, mae, mse, sparse_categorical_crossentropy,
};
pub use mean_absolute_error::MeanAbsoluteError;
pub use mean_squared_error::MeanSquaredError;
pub use reduction::reduce;
pub use sparse_categorical_crossentropy::SparseCategoricalCrossentropy;

/// A loss: one value a sample from target and prediction, then a reduction to one number.
pub trait Loss: Options + std::fmt::Debug + Send + Sync {
    /// One value for each position but the last axis, which the loss consumes.
    ///
    /// # Errors
    /// `Shape` when target and prediction do not fit.
    fn values(&self, y_true: &Tensor, y_pred: &Tensor) -> Result<Tensor>;

    /// The mean over all values, where the loss knows a shorter way to it than [`values`](Loss::values).
    ///
    /// # Errors
    /// As [`values`](Loss::values).
    fn mean(&self, y_true: &Tensor, y_pred: &Tensor) -> Result<Option<Tensor>> {
        let _ = (y_true, y_pred);
        Ok(None)
    }

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

    /// How the values of the samples become one number.
    fn reduction(&self) -> &str;

    /// The loss of a batch: the values of its samples, weighted and reduced.
    ///
    /// # Errors
    /// `Shape` when target, prediction and weights do not fit, `InvalidArgument` for a target without sense.
    ///
    /// # Examples
    /// ```
    /// use firesteel_nn::losses::{Loss, MeanSquaredError};
    /// use firesteel_tensor::{Device, Tensor};
    /// use ndarray::arr2;
    ///
    /// let y_true = arr2(&[[1.0], [3.0]]).into_dyn();
    /// let y_pred = Tensor::from_vec(vec![2.0, 3.0], &[2, 1], &Device::cpu())?;
    /// assert_eq!(MeanSquaredError::new().compute(&y_true, &y_pred, None)?.to_scalar()?, 0.5);
    /// # Ok::<(), firesteel_core::Error>(())
    /// ```
    fn compute(
        &self,
        y_true: &ArrayD<f32>,
        y_pred: &Tensor,
        sample_weight: Option<&Tensor>,
    ) -> Result<Tensor> {
        self.compute_masked(y_true, y_pred, sample_weight, None)
    }

    /// [`compute`](Loss::compute) for a prediction of which only what the mask marks with one counts; a mean is over
    /// these values alone.
    ///
    /// # Errors
    /// As [`compute`](Loss::compute), and `Shape` when there is not one mark for each value.
    fn compute_masked(
        &self,
        y_true: &ArrayD<f32>,
        y_pred: &Tensor,
        sample_weight: Option<&Tensor>,
        mask: Option<&Tensor>,
    ) -> Result<Tensor> {
        let classes = y_pred.shape().last().copied().unwrap_or(1);
        self.check_targets(&y_true.view(), classes)?;
        let target = Tensor::from_array(y_true, &Device::cpu())?.like(y_pred);
        if sample_weight.is_none()
            && mask.is_none()
            && matches!(
                self.reduction(),
                "sum_over_batch_size" | "mean" | "mean_with_sample_weight"
            )
            && let Some(mean) = self.mean(&target, y_pred)?
        {
            return Ok(mean);
        }
        let values = self.values(&target, y_pred)?;
        let of_prediction = mask.map(|mask| reduction::marks(mask, &values)).transpose()?;
        let mask = reduction::both(of_prediction, self.mask(&y_true.view())?);
        let masked = mask
            .map(|mask| reduction::masked(mask, &values, sample_weight, self.reduction()))
            .transpose()?;
        reduce(&values, masked.as_ref().or(sample_weight), self.reduction())
    }

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
    ("BCE", BinaryCrossentropy),
    ("MAE", MeanAbsoluteError),
    ("MSE", MeanSquaredError),
    ("bce", BinaryCrossentropy),
    ("binary_crossentropy", BinaryCrossentropy),
    ("categorical_crossentropy", CategoricalCrossentropy),
    ("mae", MeanAbsoluteError),
    ("mean_absolute_error", MeanAbsoluteError),
    ("mean_squared_error", MeanSquaredError),
    ("mse", MeanSquaredError),
    ("sparse_categorical_crossentropy", SparseCategoricalCrossentropy),
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
                config.insert(
                    "name".to_owned(),
                    Json::from(firesteel_core::names::snake_case(given.type_name())),
                );
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
        let misfit = || {
            err::invalid_argument("compile_config", "loss")
                .expected("a name or an object")
                .got(json)
        };
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

#[cfg(test)]
mod tests;
