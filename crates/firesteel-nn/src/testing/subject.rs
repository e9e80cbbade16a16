// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Subject`: a layer under test, built, with inputs to call it on.

use std::sync::Arc;

use firesteel_core::{Result, Seed, Shape, err};
use firesteel_tensor::{Device, Tensor, gradients, ops};
use ndarray::ArrayD;

use super::failed;
use crate::graph::Flow;
use crate::layer::{CallCx, Start};
use crate::variable::total_penalty;
use crate::{Layer, LayerRef, Variable};

/// The shapes of the inputs of a layer under test, with the batch: one as an array, several as an array of
/// arrays.
#[derive(Clone, Debug)]
pub struct InputShapes {
    pub(super) shapes: Vec<Vec<usize>>,
    /// Below which the inputs are whole numbers, where they are no others.
    pub(super) below: Option<usize>,
}

impl<const N: usize> From<[usize; N]> for InputShapes {
    fn from(shape: [usize; N]) -> Self {
        Self::from(vec![shape.to_vec()])
    }
}

impl<const N: usize, const M: usize> From<[[usize; N]; M]> for InputShapes {
    fn from(shapes: [[usize; N]; M]) -> Self {
        Self::from(shapes.iter().map(|shape| shape.to_vec()).collect::<Vec<_>>())
    }
}

impl From<Vec<Vec<usize>>> for InputShapes {
    fn from(shapes: Vec<Vec<usize>>) -> Self {
        Self { shapes, below: None }
    }
}

impl InputShapes {
    /// The same shapes for inputs that are whole numbers from zero to below the given one.
    #[must_use]
    pub fn whole_below(self, below: usize) -> Self {
        Self { below: Some(below), ..self }
    }

    /// The shapes, with the batch as it is.
    pub(super) fn closed(&self) -> Vec<Shape> {
        self.shapes.iter().map(|shape| Shape::from(shape.as_slice())).collect()
    }

    /// The shapes with an open batch.
    pub(super) fn open(&self) -> Vec<Shape> {
        self.closed().iter().map(|shape| shape.unbatched().batched()).collect()
    }

    /// The same with another length of the batch.
    pub(super) fn with_batch(&self, batch: usize) -> Self {
        let rebatched = |shape: &Vec<usize>| {
            std::iter::once(batch).chain(shape.iter().skip(1).copied()).collect()
        };
        Self { shapes: self.shapes.iter().map(rebatched).collect(), below: self.below }
    }

    /// Normally distributed inputs of these shapes, or whole numbers.
    pub(super) fn random(&self, seed: Seed) -> Result<Vec<ArrayD<f32>>> {
        let array = |(index, shape): (usize, &Vec<usize>)| {
            let seed = seed.child("input").step(index as u64);
            match self.below {
                Some(below) => whole(shape, below, seed),
                None => normal(shape, seed),
            }
        };
        self.shapes.iter().enumerate().map(array).collect()
    }
}

/// Whole numbers below the given one.
fn whole(shape: &[usize], below: usize, seed: Seed) -> Result<ArrayD<f32>> {
    let mut rng = seed.rng();
    let number = |_| (rng.uniform() * below as f64).floor() as f32;
    let values = (0..shape.iter().product()).map(number).collect();
    ArrayD::from_shape_vec(shape, values).map_err(|error| err::internal(error.to_string()))
}

/// Normally distributed numbers.
pub(super) fn normal(shape: &[usize], seed: Seed) -> Result<ArrayD<f32>> {
    let mut rng = seed.rng();
    let values = (0..shape.iter().product()).map(|_| rng.normal() as f32).collect();
    ArrayD::from_shape_vec(shape, values).map_err(|error| err::internal(error.to_string()))
}

/// A layer that is built.
pub(super) struct Subject {
    pub(super) layer: LayerRef,
}

/// What a call brought about.
pub(super) struct Called {
    pub(super) outputs: Vec<ArrayD<f32>>,
    /// What the layer adds to the loss: penalties on its output and on its weights.
    pub(super) loss: f64,
}

/// The derivatives of `sum(outputs * cotangents)` and of what the layer adds to the loss.
pub(super) struct Derivatives {
    pub(super) inputs: Vec<ArrayD<f32>>,
    pub(super) weights: Vec<(String, ArrayD<f32>)>,
}

impl Subject {
    /// Builds a layer for inputs of the given shapes.
    pub(super) fn new(layer: LayerRef, shapes: &[Shape], seed: Seed) -> Result<Self> {
        layer.output_shapes(shapes)?;
        layer.build(shapes, &Start::Seed(seed), &Device::cpu())?;
        Ok(Self { layer })
    }

    pub(super) fn boxed(layer: Box<dyn Layer>, shapes: &InputShapes, seed: Seed) -> Result<Self> {
        Self::new(LayerRef::boxed(layer), &shapes.closed(), seed)
    }

    /// The same with random weights, so that no weight is left at a special value such as zero.
    pub(super) fn with_random_weights(self, seed: Seed) -> Result<Self> {
        for (index, weight) in self.layer.weights().iter().enumerate() {
            let mut values = normal(&weight.shape(), seed.child("weight").step(index as u64))?;
            // variances must stay positive
            if weight.name().contains("variance") {
                values.mapv_inplace(|value| 0.5 + value.abs());
            }
            weight.assign(&values)?;
        }
        Ok(self)
    }

    /// Computes the outputs.
    pub(super) fn call(&self, inputs: &[ArrayD<f32>], cx: &CallCx) -> Result<Called> {
        let inputs = tensors(inputs)?;
        let outputs = values(self.layer.forward(&inputs, cx)?);
        let loss = match self.added_loss(cx)? {
            Some(loss) => f64::from(loss.to_scalar()?),
            None => 0.0,
        };
        Ok(Called { outputs: outputs.iter().map(Tensor::to_array).collect::<Result<_>>()?, loss })
    }

    /// The masks of the outputs.
    pub(super) fn masks(
        &self,
        inputs: &[ArrayD<f32>],
        cx: &CallCx,
    ) -> Result<Vec<Option<ArrayD<f32>>>> {
        let flows = self.layer.forward(&tensors(inputs)?, cx)?;
        let mask = |flow: &Flow| flow.mask.as_ref().map(Tensor::to_array).transpose();
        flows.iter().map(mask).collect()
    }

    /// The derivatives by the inputs and by the weights that training changes.
    pub(super) fn derivatives(
        &self,
        inputs: &[ArrayD<f32>],
        cotangents: &[ArrayD<f32>],
        cx: &CallCx,
    ) -> Result<Derivatives> {
        let inputs: Vec<Tensor> = tensors(inputs)?.iter().map(Tensor::tracked).collect();
        let weights = self.layer.trainable_weights();
        let tracked: Vec<Tensor> = weights.iter().map(|weight| weight.track()).collect();
        let total = self.objective(&inputs, &tensors(cotangents)?, cx);
        weights.iter().for_each(|weight| weight.untrack());
        let mut found = gradients(&total?)?;
        let mut take = |tensor: &Tensor| match found.take(tensor) {
            Some(gradient) => gradient.to_array(),
            None => Ok(ArrayD::zeros(tensor.shape())),
        };
        let by_inputs = inputs.iter().map(&mut take).collect::<Result<_>>()?;
        let named = |(weight, tensor): (&Arc<Variable>, &Tensor)| {
            Ok((weight.name().to_owned(), take(tensor)?))
        };
        let by_weights = weights.iter().zip(&tracked).map(named).collect::<Result<_>>()?;
        Ok(Derivatives { inputs: by_inputs, weights: by_weights })
    }

    fn objective(&self, inputs: &[Tensor], cotangents: &[Tensor], cx: &CallCx) -> Result<Tensor> {
        let outputs = values(self.layer.forward(inputs, cx)?);
        let mut total = self.added_loss(cx)?;
        for (output, cotangent) in outputs.iter().zip(cotangents) {
            let part = ops::sum_all(&ops::multiply(output, cotangent)?)?;
            total = Some(match total {
                Some(sum) => ops::add(&sum, &part)?,
                None => part,
            });
        }
        total.ok_or_else(|| failed("the layer has no output"))
    }

    /// What the call and the weights add to the loss.
    fn added_loss(&self, cx: &CallCx) -> Result<Option<Tensor>> {
        let weights = self.layer.trainable_weights();
        let mut total = total_penalty(weights.iter().map(Arc::as_ref))?;
        for loss in cx.take_losses() {
            total = Some(match total {
                Some(sum) => ops::add(&sum, &loss)?,
                None => loss,
            });
        }
        Ok(total)
    }

    /// The values of all weights.
    pub(super) fn values(&self) -> Result<Vec<ArrayD<f32>>> {
        self.layer.weights().iter().map(|weight| weight.to_array()).collect()
    }
}

fn values(flows: Vec<Flow>) -> Vec<Tensor> {
    flows.into_iter().map(|flow| flow.value).collect()
}

fn tensors(arrays: &[ArrayD<f32>]) -> Result<Vec<Tensor>> {
    arrays.iter().map(|array| Tensor::from_array(array, &Device::cpu())).collect()
}
