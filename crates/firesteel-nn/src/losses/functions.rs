// SPDX-License-Identifier: MIT OR Apache-2.0
//! The losses as plain functions of arrays: one number for all samples.

use firesteel_core::Result;
use firesteel_tensor::{Device, Tensor};
use ndarray::{ArrayBase, ArrayViewD, Data, Dimension};

use super::{
    BinaryCrossentropy, CategoricalCrossentropy, Loss, MeanAbsoluteError, MeanSquaredError,
    SparseCategoricalCrossentropy,
};

macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident: $class:ident),+ $(,)?) => {
        $(
            $(#[$doc])*
            ///
            /// # Errors
            /// None: it is NaN for arrays that do not fit each other, and for targets that the loss refuses;
            /// [`Loss::compute`] of the class says why.
            ///
            /// # Differences from Keras
            /// It is the mean over all samples, where the function of Keras gives a value for each.
            ///
            /// # Source
            /// Keras 3.15.1, `keras/src/losses/losses.py`, the function of this name.
            pub fn $name<S, T, D, E>(y_true: &ArrayBase<S, D>, y_pred: &ArrayBase<T, E>) -> f64
            where
                S: Data<Elem = f32>,
                T: Data<Elem = f32>,
                D: Dimension,
                E: Dimension,
            {
                let (y_true, y_pred) = (y_true.view().into_dyn(), y_pred.view().into_dyn());
                mean(&$class::new(), &y_true, &y_pred).unwrap_or(f64::NAN)
            }
        )+
    };
}

functions! {
    /// The mean of squared differences, as [`MeanSquaredError`] has it.
    ///
    /// # Examples
    /// ```
    /// use firesteel_nn::losses::mse;
    /// use ndarray::arr2;
    ///
    /// assert_eq!(mse(&arr2(&[[1.0], [3.0]]), &arr2(&[[2.0], [3.0]])), 0.5);
    /// ```
    mse: MeanSquaredError,
    /// The mean of absolute differences, as [`MeanAbsoluteError`] has it.
    mae: MeanAbsoluteError,
    /// The surprise of yes-or-no predictions, as [`BinaryCrossentropy`] of probabilities has it.
    binary_crossentropy: BinaryCrossentropy,
    /// The surprise of classes given one-hot, as [`CategoricalCrossentropy`] of probabilities has it.
    categorical_crossentropy: CategoricalCrossentropy,
    /// The surprise of classes given by their numbers, as [`SparseCategoricalCrossentropy`] of probabilities has it.
    sparse_categorical_crossentropy: SparseCategoricalCrossentropy,
}

/// The mean of the values of all samples, added up in double precision.
fn mean(
    loss: &dyn Loss,
    y_true: &ArrayViewD<'_, f32>,
    y_pred: &ArrayViewD<'_, f32>,
) -> Result<f64> {
    let classes = y_pred.shape().last().copied().unwrap_or(1);
    loss.check_targets(y_true, classes)?;
    let values = loss.values(&tensor(y_true)?, &tensor(y_pred)?)?.to_vec()?;
    let sum: f64 = values.iter().map(|&value| f64::from(value)).sum();
    Ok(sum / values.len() as f64)
}

fn tensor(array: &ArrayViewD<'_, f32>) -> Result<Tensor> {
    Tensor::from_vec(array.iter().copied().collect(), array.shape(), &Device::cpu())
}
