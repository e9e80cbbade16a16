// SPDX-License-Identifier: MIT OR Apache-2.0
//! One step: forward, loss, and in training backward and update.

use std::sync::Arc;

use firesteel_core::{Result, Shape, err};
use firesteel_tensor::{Tensor, gradients, ops};
use ndarray::{ArrayD, IxDyn};

use super::batch::Batch;
use super::compiled::OutputPlan;
use crate::layer::CallCx;
use crate::losses::reduce;
use crate::variable::total_penalty;
use crate::{Model, Variable};

/// What a step computed.
pub(crate) struct StepResult {
    pub(crate) outputs: Vec<Tensor>,
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
        let outputs = self.run_batch(batch, cx)?;
        if batch.y.len() != plans.len() {
            return Err(err::shape("Model", "the number of targets does not fit")
                .expected(format!("{}, one for each output", plans.len()))
                .got(batch.y.len()));
        }
        let mut total: Option<Tensor> = None;
        let mut losses = Vec::with_capacity(plans.len());
        for ((plan, y_true), y_pred) in plans.iter().zip(&batch.y).zip(&outputs) {
            let loss = output_loss(plan, y_true, y_pred, batch.sample_weight.as_deref())?;
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
        let total = total.ok_or_else(|| {
            err::not_built("no output has a loss").fix("give `compile` a loss")
        })?;
        Ok(StepResult { outputs, total, losses })
    }

    /// Takes one training step on a batch.
    pub(crate) fn train_step(&mut self, batch: &Batch, plans: &[OutputPlan]) -> Result<StepResult> {
        let step = self.compiled()?.optimizer.iterations;
        let cx = CallCx::training(self.seed().child("step").step(step));
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
    pub(crate) fn run_batch(&self, batch: &Batch, cx: &CallCx) -> Result<Vec<Tensor>> {
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
    sample_weight: Option<&[f32]>,
) -> Result<Option<Tensor>> {
    let Some(loss) = &plan.loss else { return Ok(None) };
    let at = |error: firesteel_core::Error| error.at(format!("output `{}`", plan.name));
    let classes = y_pred.shape().last().copied().unwrap_or(1);
    loss.check_targets(&y_true.view(), classes).map_err(at)?;
    let target = fitted_target(y_true, y_pred.shape(), loss.is_sparse());
    let target = Tensor::from_array(&target, &firesteel_tensor::Device::cpu())?.like(y_pred);
    let values = loss.values(&target, y_pred).map_err(at)?;
    let mask = loss.mask(&y_true.view())?;
    let weights = value_weights(values.shape(), sample_weight, mask).map_err(at)?;
    let weights = match weights {
        Some(weights) => Some(
            Tensor::from_vec(weights, values.shape(), &firesteel_tensor::Device::cpu())?
                .like(y_pred),
        ),
        None => None,
    };
    reduce(&values, weights.as_ref(), loss.reduction()).map(Some)
}

/// The weight of each value of a loss; a mask is scaled so that the mean is over what counts.
fn value_weights(
    shape: &[usize],
    sample_weight: Option<&[f32]>,
    mask: Option<Vec<f32>>,
) -> Result<Option<Vec<f32>>> {
    let n: usize = shape.iter().product();
    let mut weights = mask.map(|mask| {
        let counted: f32 = mask.iter().sum();
        let scale = if counted > 0.0 { mask.len() as f32 / counted } else { 0.0 };
        mask.into_iter().map(|x| x * scale).collect::<Vec<f32>>()
    });
    if let Some(given) = sample_weight {
        if given.is_empty() || n % given.len() != 0 {
            return Err(err::shape("sample_weight", "one weight for each sample is needed")
                .expected(n)
                .got(given.len()));
        }
        let per_weight = n / given.len();
        let spread = given.iter().flat_map(|w| std::iter::repeat_n(*w, per_weight));
        weights = Some(match weights {
            Some(mask) => mask.iter().zip(spread).map(|(a, b)| a * b).collect(),
            None => spread.collect(),
        });
    }
    Ok(weights)
}

/// A flat list of targets stands for one output a sample.
fn fitted_target(y_true: &ArrayD<f32>, y_pred: &[usize], sparse: bool) -> ArrayD<f32> {
    let fits = !sparse
        && y_true.ndim() + 1 == y_pred.len()
        && y_pred.last() == Some(&1)
        && y_true.shape() == &y_pred[..y_true.ndim()];
    if !fits {
        return y_true.clone();
    }
    let reshaped = y_true.clone().into_shape_with_order(IxDyn(y_pred));
    reshaped.unwrap_or_else(|_| y_true.clone())
}

fn weighted(loss: &Tensor, weight: f64) -> Result<Tensor> {
    if weight == 1.0 { Ok(loss.clone()) } else { ops::multiply_scalar(loss, weight as f32) }
}

fn added(total: Option<Tensor>, part: &Tensor) -> Result<Tensor> {
    match total {
        Some(total) => ops::add(&total, part),
        None => Ok(part.clone()),
    }
}
