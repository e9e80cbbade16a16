// SPDX-License-Identifier: MIT OR Apache-2.0
//! One step: forward, loss, and in training backward and update.

use std::sync::Arc;

use firesteel_core::{Result, Shape, err};
use firesteel_tensor::{Device, Tensor, gradients, ops};
use ndarray::ArrayD;

use super::batch::Batch;
use super::compiled::OutputPlan;
use crate::graph::Flow;
use crate::layer::{CallCx, Mask};
use crate::variable::total_penalty;
use crate::{Model, Variable};

/// What a step computed.
pub(crate) struct StepResult {
    pub(crate) outputs: Vec<Tensor>,
    /// Which steps of each output count.
    pub(crate) masks: Vec<Mask>,
    /// What is made small: weighted losses and penalties.
    pub(crate) total: Tensor,
    /// The unweighted loss of each output.
    pub(crate) losses: Vec<Option<Tensor>>,
}

impl StepResult {
    /// The losses as numbers: the total, and those of the outputs.
    pub(crate) fn numbers(&self) -> Result<(f64, Vec<f64>)> {
        let total = f64::from(self.total.to_scalar()?);
        // one output without penalties: the total is its loss
        let number = |loss: &Option<Tensor>| match loss {
            Some(loss) if self.losses.len() > 1 => Ok(f64::from(loss.to_scalar()?)),
            _ => Ok(total),
        };
        Ok((total, self.losses.iter().map(number).collect::<Result<_>>()?))
    }
}

impl Model {
    /// Computes outputs and losses of a batch.
    pub(crate) fn test_step(
        &self,
        batch: &Batch,
        plans: &[OutputPlan],
        cx: &CallCx,
    ) -> Result<StepResult> {
        let flows = self.run_batch(batch, cx)?;
        let (outputs, masks): (Vec<Tensor>, Vec<Mask>) =
            flows.into_iter().map(|flow| (flow.value, flow.mask)).unzip();
        if batch.y.len() != plans.len() {
            return Err(err::shape("Model", "the number of targets does not fit")
                .expected(format!("{}, one for each output", plans.len()))
                .got(batch.y.len()));
        }
        let mut total: Option<Tensor> = None;
        let mut losses = Vec::with_capacity(plans.len());
        let predictions = outputs.iter().zip(&masks);
        for ((plan, y_true), (y_pred, mask)) in plans.iter().zip(&batch.y).zip(predictions) {
            let weights = batch.sample_weight.as_deref();
            let loss = output_loss(plan, y_true, y_pred, (weights, mask.as_ref()))?;
            if let Some(loss) = &loss {
                total = Some(added(total, &weighted(loss, plan.loss_weight)?)?);
            }
            losses.push(loss);
        }
        for extra in cx.take_losses() {
            total = Some(added(total, &extra)?);
        }
        let weights = self.trainable_weights();
        if let Some(penalty) = total_penalty(weights.iter().map(Arc::as_ref))? {
            total = Some(added(total, &penalty)?);
        }
        let total = total
            .ok_or_else(|| err::not_built("no output has a loss").fix("give `compile` a loss"))?;
        Ok(StepResult { outputs, masks, total, losses })
    }

    /// Takes one training step on a batch.
    pub(crate) fn train_step(&mut self, batch: &Batch, plans: &[OutputPlan]) -> Result<StepResult> {
        let step = self.compiled()?.optimizer.iterations;
        let cx = CallCx::training(self.seed().child("step").step(step)).at_step(step);
        let weights = self.trainable_weights();
        let steps = {
            let tracked = Tracked::start(&weights);
            let result = self.test_step(batch, plans, &cx)?;
            let steps = tracked.gradients(&result.total)?;
            (steps, result.detached())
        };
        let (steps, result) = steps;
        self.compiled_mut()?.optimizer.apply(steps)?;
        cx.apply_states()?;
        Ok(result)
    }

    /// Computes the outputs of a batch.
    pub(crate) fn run_batch(&self, batch: &Batch, cx: &CallCx) -> Result<Vec<Flow>> {
        let shapes: Vec<Shape> =
            self.graph()?.inputs.iter().map(|input| input.shape().clone()).collect();
        let tensor = |(i, x): (usize, &ArrayD<f32>)| {
            let fitted = shapes.get(i).and_then(|shape| with_feature_axis(x, shape));
            Tensor::from_array(fitted.as_ref().unwrap_or(x), self.device())
        };
        let inputs = batch.x.iter().enumerate().map(tensor).collect::<Result<Vec<_>>>()?;
        self.forward(&inputs, cx)
    }
}

/// A flat list of samples, for a model whose samples have one feature.
fn with_feature_axis(x: &ArrayD<f32>, shape: &Shape) -> Option<ArrayD<f32>> {
    let flat = x.ndim() == 1 && shape.rank() == 2 && shape.axis(-1) == Some(1);
    flat.then(|| x.clone().insert_axis(ndarray::Axis(1)))
}

impl StepResult {
    /// The same numbers without the tape that computed them.
    fn detached(self) -> Self {
        Self {
            outputs: self.outputs.iter().map(Tensor::detached).collect(),
            masks: self.masks,
            total: self.total.detached(),
            losses: self.losses.iter().map(|l| l.as_ref().map(Tensor::detached)).collect(),
        }
    }
}

/// Variables whose gradients are being recorded, until this is dropped.
struct Tracked<'a> {
    weights: &'a [Arc<Variable>],
    tensors: Vec<Tensor>,
}

impl<'a> Tracked<'a> {
    fn start(weights: &'a [Arc<Variable>]) -> Self {
        Self { weights, tensors: weights.iter().map(|weight| weight.track()).collect() }
    }

    /// The gradient of each weight on which the loss depends.
    fn gradients(&self, loss: &Tensor) -> Result<Vec<(Arc<Variable>, Tensor)>> {
        if self.tensors.is_empty() {
            return Ok(Vec::new());
        }
        let mut found = gradients(loss)?;
        let pairs = self.weights.iter().zip(&self.tensors);
        Ok(pairs
            .filter_map(|(weight, tensor)| Some((Arc::clone(weight), found.take(tensor)?)))
            .collect())
    }
}

impl Drop for Tracked<'_> {
    fn drop(&mut self) {
        self.weights.iter().for_each(|weight| weight.untrack());
    }
}

fn output_loss(
    plan: &OutputPlan,
    y_true: &ArrayD<f32>,
    y_pred: &Tensor,
    (sample_weight, mask): (Option<&[f32]>, Option<&Tensor>),
) -> Result<Option<Tensor>> {
    let Some(loss) = &plan.loss else { return Ok(None) };
    let at = |error: firesteel_core::Error| error.at(format!("output `{}`", plan.name));
    let weights = sample_weight.map(|weights| weight_tensor(weights, y_pred));
    let weights = weights.transpose().map_err(at)?;
    let value = loss.compute_masked(y_true, y_pred, weights.as_ref(), mask).map_err(at)?;
    if value.len() != 1 {
        return Err(at(err::invalid_argument(loss.type_name(), "reduction")
            .expected("one that leaves a single number to train on")
            .got(loss.reduction())));
    }
    Ok(Some(value))
}

/// Weights shaped like the first axes of a prediction, so that each is for all values that share these axes.
fn weight_tensor(weights: &[f32], y_pred: &Tensor) -> Result<Tensor> {
    let axes = y_pred.shape();
    let values = &axes[..axes.len().saturating_sub(1).max(1)];
    let mut count = 1;
    let fits = |axis: &usize| {
        count *= axis;
        count == weights.len()
    };
    let Some(last) = values.iter().position(fits) else {
        return Err(err::shape("sample_weight", "one weight for each sample is needed")
            .expected(axes.first().copied().unwrap_or(0))
            .got(weights.len()));
    };
    let shape: Vec<usize> =
        values.iter().enumerate().map(|(i, n)| if i <= last { *n } else { 1 }).collect();
    Ok(Tensor::from_vec(weights.to_vec(), &shape, &Device::cpu())?.like(y_pred))
}

fn weighted(loss: &Tensor, weight: f64) -> Result<Tensor> {
    let counts_once = (weight - 1.0).abs() < f64::EPSILON;
    if counts_once { Ok(loss.clone()) } else { ops::multiply_scalar(loss, weight as f32) }
}

fn added(total: Option<Tensor>, part: &Tensor) -> Result<Tensor> {
    match total {
        Some(total) => ops::add(&total, part),
        None => Ok(part.clone()),
    }
}
