// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Variable`: one weight of a layer.

use std::sync::{PoisonError, RwLock};

use firesteel_core::{Result, Shape, err};
use firesteel_tensor::{Tensor, ops};
use ndarray::ArrayD;

use crate::Regularizer;

/// One weight of a layer: a name, a value of fixed shape, and whether training may change it.
///
/// Layers that are shared between models share their variables.
#[derive(Debug)]
pub struct Variable {
    name: String,
    trainable: bool,
    /// Whether it is no weight, but what a layer carries from one batch to the next.
    carried: bool,
    regularizer: Option<Regularizer>,
    value: RwLock<Value>,
}

/// The value, and during a training step the variable of which the gradient is taken.
#[derive(Debug)]
struct Value {
    stored: Tensor,
    tracked: Option<Tensor>,
}

impl Variable {
    pub(crate) fn new(
        name: &str,
        stored: Tensor,
        trainable: bool,
        regularizer: Option<Regularizer>,
    ) -> Self {
        let value = RwLock::new(Value { stored, tracked: None });
        Self { name: name.to_owned(), trainable, carried: false, regularizer, value }
    }

    /// What a layer carries from one batch to the next.
    pub(crate) fn carried(name: &str, stored: Tensor) -> Self {
        Self { carried: true, ..Self::new(name, stored, false, None) }
    }

    pub(crate) fn is_carried(&self) -> bool {
        self.carried
    }

    /// The name within its layer, such as `kernel`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether training may change it, as long as its layer is trainable.
    pub fn is_trainable(&self) -> bool {
        self.trainable
    }

    /// The axis lengths.
    pub fn shape(&self) -> Vec<usize> {
        self.read(|value| value.stored.shape().to_vec())
    }

    /// The number of elements.
    pub fn size(&self) -> usize {
        self.read(|value| value.stored.len())
    }

    /// The value, copied to the host.
    ///
    /// # Errors
    /// `Engine` when the device fails.
    pub fn to_array(&self) -> Result<ArrayD<f32>> {
        self.read(|value| value.stored.clone()).to_array()
    }

    /// Replaces the value.
    ///
    /// # Errors
    /// `Shape` when the new value has another shape.
    pub fn assign(&self, array: &ArrayD<f32>) -> Result<()> {
        let shape = self.shape();
        if array.shape() != shape {
            return Err(err::shape(format!("weight `{}`", self.name), "the shape does not fit")
                .expected(Shape::from(shape))
                .got(Shape::from(array.shape())));
        }
        let fresh = Tensor::from_array(array, &firesteel_tensor::Device::cpu())?;
        self.write(|value| value.stored = fresh.like(&value.stored));
        Ok(())
    }

    /// The tensor that a layer computes with: during a training step the tracked one.
    pub(crate) fn tensor(&self) -> Tensor {
        self.read(|value| value.tracked.as_ref().unwrap_or(&value.stored).clone())
    }

    /// Starts a training step: from now on gradients reach this variable.
    pub(crate) fn track(&self) -> Tensor {
        self.write(|value| {
            let tracked = value.stored.tracked();
            value.tracked = Some(tracked.clone());
            tracked
        })
    }

    /// Ends a training step.
    pub(crate) fn untrack(&self) {
        self.write(|value| value.tracked = None);
    }

    /// Replaces the value by a function of it, which is given the only handle on it, so that it can work
    /// in place. The function must check everything before it starts: a failure loses the value.
    pub(crate) fn update(&self, change: impl FnOnce(Tensor) -> Result<Tensor>) -> Result<()> {
        let mut value = self.value.write().unwrap_or_else(PoisonError::into_inner);
        let placeholder = Tensor::from_vec(Vec::new(), &[0], &firesteel_tensor::Device::cpu())?;
        value.stored = change(std::mem::replace(&mut value.stored, placeholder))?;
        Ok(())
    }

    /// What the regularizer adds to the loss.
    pub(crate) fn penalty(&self) -> Result<Option<Tensor>> {
        self.regularizer.as_ref().map(|regularizer| regularizer.penalty(&self.tensor())).transpose()
    }

    /// Moves the value to another device.
    pub(crate) fn to_device(&self, device: &firesteel_tensor::Device) {
        self.write(|value| value.stored = value.stored.to_device(device));
    }

    fn read<T>(&self, look: impl FnOnce(&Value) -> T) -> T {
        look(&self.value.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<T>(&self, change: impl FnOnce(&mut Value) -> T) -> T {
        change(&mut self.value.write().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The sum of all penalties, if there is any.
pub(crate) fn total_penalty<'a>(
    variables: impl IntoIterator<Item = &'a Variable>,
) -> Result<Option<Tensor>> {
    let mut total: Option<Tensor> = None;
    for variable in variables {
        if let Some(penalty) = variable.penalty()? {
            total = Some(match total {
                Some(sum) => ops::add(&sum, &penalty)?,
                None => penalty,
            });
        }
    }
    Ok(total)
}
