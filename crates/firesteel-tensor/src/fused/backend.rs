// SPDX-License-Identifier: MIT OR Apache-2.0
//! `FusedBackend`: the backend extension that carries fused operations.

use std::sync::Arc;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::TensorData;
use firesteel_core::{Result, err};

use super::op::{Buffer, FusedOp, Gradient, Input};
use crate::Tensor;

/// A backend that runs fused operations; the tape wants the number of inputs in the signature.
#[backend_extension(Autodiff, Flex)]
pub(crate) trait FusedBackend: Backend {
    fn unary(op: Arc<dyn FusedOp>, a: FloatTensor<Self>) -> FloatTensor<Self>;

    fn binary(
        op: Arc<dyn FusedOp>,
        a: FloatTensor<Self>,
        b: FloatTensor<Self>,
    ) -> FloatTensor<Self>;

    fn ternary(
        op: Arc<dyn FusedOp>,
        a: FloatTensor<Self>,
        b: FloatTensor<Self>,
        c: FloatTensor<Self>,
    ) -> FloatTensor<Self>;
}

/// Runs a fused operation on one to three CPU tensors.
///
/// # Errors
/// `DType` when an input holds no floats, `Internal` when one is not on the CPU.
pub(crate) fn apply(op: impl FusedOp, inputs: &[&Tensor]) -> Result<Tensor> {
    for input in inputs {
        input.require_float("fused operation")?;
        if !input.is_on_cpu() {
            return Err(err::internal("a fused operation got a tensor that is not on the CPU"));
        }
    }
    let op: Arc<dyn FusedOp> = Arc::new(op);
    let output = match inputs {
        [a] => Dispatch::unary(op, a.dispatch()),
        [a, b] => Dispatch::binary(op, a.dispatch(), b.dispatch()),
        [a, b, c] => Dispatch::ternary(op, a.dispatch(), b.dispatch(), c.dispatch()),
        _ => return Err(err::internal("a fused operation has one to three inputs")),
    };
    Ok(Tensor::wrap(output))
}

impl FusedBackend for Flex {
    fn unary(op: Arc<dyn FusedOp>, a: FlexTensor) -> FlexTensor {
        run(op.as_ref(), &dense(vec![a])).0
    }

    fn binary(op: Arc<dyn FusedOp>, a: FlexTensor, b: FlexTensor) -> FlexTensor {
        run(op.as_ref(), &dense(vec![a, b])).0
    }

    fn ternary(op: Arc<dyn FusedOp>, a: FlexTensor, b: FlexTensor, c: FlexTensor) -> FlexTensor {
        run(op.as_ref(), &dense(vec![a, b, c])).0
    }
}

impl<C: CheckpointStrategy> FusedBackend for Autodiff<Flex, C> {
    fn unary(op: Arc<dyn FusedOp>, a: FloatTensor<Self>) -> FloatTensor<Self> {
        recorded::<C, 1>(op, [a])
    }

    fn binary(
        op: Arc<dyn FusedOp>,
        a: FloatTensor<Self>,
        b: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        recorded::<C, 2>(op, [a, b])
    }

    fn ternary(
        op: Arc<dyn FusedOp>,
        a: FloatTensor<Self>,
        b: FloatTensor<Self>,
        c: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        recorded::<C, 3>(op, [a, b, c])
    }
}

/// What the backward pass of one call keeps.
#[derive(Clone, Debug)]
struct Record {
    op: Arc<dyn FusedOp>,
    inputs: Vec<FlexTensor>,
    output: FlexTensor,
    kept: Arc<Vec<Buffer>>,
}

#[derive(Debug)]
struct FusedBackward;

impl<const N: usize> Backward<Flex, N> for FusedBackward {
    type State = Record;

    fn backward(
        self,
        ops: Ops<Self::State, N>,
        grads: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let by_output = grads.consume::<Flex>(&ops.node).to_contiguous();
        let record = ops.state;
        let wanted: Vec<bool> = ops.parents.iter().map(Option::is_some).collect();
        let axes: Vec<Vec<usize>> = record.inputs.iter().map(|t| t.shape().to_vec()).collect();
        let inputs = views(&record.inputs, &axes);
        let derivatives = record.op.backward(&Gradient {
            inputs: &inputs,
            output: record.output.storage::<f32>(),
            kept: &record.kept,
            by_output: by_output.storage::<f32>(),
            wanted: &wanted,
        });
        for ((parent, derivative), axes) in ops.parents.into_iter().zip(derivatives).zip(axes) {
            if let (Some(parent), Some(values)) = (parent, derivative) {
                let derivative = FlexTensor::from_data(TensorData::new(values, axes));
                grads.register::<Flex>(parent.id, derivative);
            }
        }
    }
}

fn recorded<C: CheckpointStrategy, const N: usize>(
    op: Arc<dyn FusedOp>,
    inputs: [FloatTensor<Autodiff<Flex, C>>; N],
) -> FloatTensor<Autodiff<Flex, C>> {
    let parts = inputs.map(|input| input.into_parts());
    let primitives = dense(parts.iter().map(|(primitive, _)| primitive.clone()).collect());
    let guards = parts.map(|(_, guard)| guard);
    let (output, kept) = run(op.as_ref(), &primitives);
    match FusedBackward.prepare::<C>(guards).compute_bound().stateful() {
        OpsKind::UnTracked(prep) => prep.finish(output),
        OpsKind::Tracked(prep) => {
            let record =
                Record { op, inputs: primitives, output: output.clone(), kept: Arc::new(kept) };
            prep.finish(record, output)
        }
    }
}

/// Row-major storage that starts at the first element.
fn dense(inputs: Vec<FlexTensor>) -> Vec<FlexTensor> {
    let dense = |input: FlexTensor| {
        let whole = input.layout().start_offset() == 0
            && input.storage::<f32>().len() == input.layout().num_elements();
        if input.is_contiguous() && whole { input } else { input.to_contiguous() }
    };
    inputs.into_iter().map(dense).collect()
}

fn views<'a>(tensors: &'a [FlexTensor], axes: &'a [Vec<usize>]) -> Vec<Input<'a>> {
    let view = |(tensor, axes): (&'a FlexTensor, &'a Vec<usize>)| Input {
        values: tensor.storage::<f32>(),
        axes,
    };
    tensors.iter().zip(axes).map(view).collect()
}

fn run(op: &dyn FusedOp, inputs: &[FlexTensor]) -> (FlexTensor, Vec<Buffer>) {
    let axes: Vec<Vec<usize>> = inputs.iter().map(|input| input.shape().to_vec()).collect();
    let inputs = views(inputs, &axes);
    let output_axes = op.output_axes(&inputs);
    let mut output = vec![0.0; output_axes.iter().product()];
    let kept = op.forward(&inputs, &mut output);
    (FlexTensor::from_data(TensorData::new(output, output_axes)), kept)
}
