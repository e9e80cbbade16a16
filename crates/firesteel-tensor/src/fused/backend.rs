// SPDX-License-Identifier: MIT OR Apache-2.0
//! `FusedBackend`: the backend extension that carries fused operations.

use std::array;
use std::sync::Arc;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{
    Autodiff, Backend, Dispatch, DispatchTensor, Flex, TensorMetadata, backend_extension,
};
use firesteel_core::{Result, err};

use super::op::{FusedOp, Gradient, Input, Operand};
use crate::Tensor;
use crate::memory::Block;

/// The tape wants the number of inputs in the signature: one method for each number.
macro_rules! by_number_of_inputs {
    ($($name:ident [$count:literal] ($($input:ident),+);)+) => {
        /// A backend that runs fused operations.
        #[expect(clippy::too_many_arguments, reason = "one for each input")]
        #[backend_extension(Autodiff, Flex)]
        pub(crate) trait FusedBackend: Backend {
            $(fn $name(op: Arc<dyn FusedOp>, $($input: FloatTensor<Self>),+) -> FloatTensor<Self>;)+
        }

        impl FusedBackend for Flex {
            $(fn $name(op: Arc<dyn FusedOp>, $($input: FlexTensor),+) -> FlexTensor {
                run(op.as_ref(), &dense([$($input),+]), false).0
            })+
        }

        impl<C: CheckpointStrategy> FusedBackend for Autodiff<Flex, C> {
            $(fn $name(
                op: Arc<dyn FusedOp>,
                $($input: FloatTensor<Self>),+
            ) -> FloatTensor<Self> {
                recorded::<C, $count>(op, [$($input),+])
            })+
        }

        fn dispatch(op: Arc<dyn FusedOp>, inputs: &[&Tensor]) -> Result<DispatchTensor> {
            match inputs {
                $([$($input),+] => Ok(Dispatch::$name(op, $($input.dispatch()),+)),)+
                _ => Err(err::internal("a fused operation has too many inputs, or none")),
            }
        }
    };
}

by_number_of_inputs! {
    unary [1] (a);
    binary [2] (a, b);
    ternary [3] (a, b, c);
    quaternary [4] (a, b, c, d);
    quinary [5] (a, b, c, d, e);
    senary [6] (a, b, c, d, e, f);
}

/// Runs a fused operation on CPU tensors.
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
    Ok(Tensor::wrap(dispatch(Arc::new(op), inputs)?))
}

/// What the backward pass of one call keeps.
#[derive(Clone, Debug)]
struct Record {
    op: Arc<dyn FusedOp>,
    axes: Vec<Vec<usize>>,
    /// Those that the backward pass reads.
    inputs: Vec<Option<FlexTensor>>,
    output: Option<FlexTensor>,
    kept: Vec<Block>,
}

impl Record {
    fn new(
        op: Arc<dyn FusedOp>,
        inputs: &[FlexTensor],
        output: &FlexTensor,
        kept: Vec<Block>,
    ) -> Self {
        let read = |(place, input): (usize, &FlexTensor)| {
            op.reads(Operand::Input(place)).then(|| input.clone())
        };
        Self {
            axes: axes(inputs),
            inputs: inputs.iter().enumerate().map(read).collect(),
            output: op.reads(Operand::Output).then(|| output.clone()),
            kept,
            op,
        }
    }
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
        let handed_on: [bool; N] = array::from_fn(|input| record.op.hands_on(input));
        let wanted: [bool; N] =
            array::from_fn(|input| ops.parents[input].is_some() && !handed_on[input]);
        let inputs = record.inputs.iter().zip(&record.axes);
        let inputs: Vec<Input<'_>> =
            inputs.map(|(input, axes)| Input { values: values(input.as_ref()), axes }).collect();
        let derivatives = record.op.backward(Gradient {
            inputs: &inputs,
            output: values(record.output.as_ref()),
            kept: record.kept,
            by_output: by_output.storage::<f32>(),
            wanted: &wanted,
        });
        let parents = ops.parents.into_iter().zip(handed_on);
        for ((parent, handed_on), (derivative, axes)) in
            parents.zip(derivatives.into_iter().zip(record.axes))
        {
            let Some(parent) = parent else { continue };
            if handed_on {
                grads.register::<Flex>(parent.id, by_output.clone());
            } else if let Some(values) = derivative {
                grads.register::<Flex>(parent.id, values.into_tensor(axes));
            }
        }
    }
}

fn recorded<C: CheckpointStrategy, const N: usize>(
    op: Arc<dyn FusedOp>,
    inputs: [FloatTensor<Autodiff<Flex, C>>; N],
) -> FloatTensor<Autodiff<Flex, C>> {
    let parts = inputs.map(|input| input.into_parts());
    let primitives = dense(parts.each_ref().map(|(primitive, _)| primitive.clone()));
    let guards = parts.map(|(_, guard)| guard);
    match FusedBackward.prepare::<C>(guards).compute_bound().stateful() {
        OpsKind::UnTracked(prep) => prep.finish(run(op.as_ref(), &primitives, false).0),
        OpsKind::Tracked(prep) => {
            let (output, kept) = run(op.as_ref(), &primitives, true);
            let record = Record::new(op, &primitives, &output, kept);
            prep.finish(record, output)
        }
    }
}

/// Row-major storage that starts at the first element.
fn dense<const N: usize>(inputs: [FlexTensor; N]) -> [FlexTensor; N] {
    let dense = |input: FlexTensor| {
        let whole = input.layout().start_offset() == 0
            && input.storage::<f32>().len() == input.layout().num_elements();
        if input.is_contiguous() && whole { input } else { input.to_contiguous() }
    };
    inputs.map(dense)
}

fn views<'a>(tensors: &'a [FlexTensor], axes: &'a [Vec<usize>]) -> Vec<Input<'a>> {
    let view = |(tensor, axes): (&'a FlexTensor, &'a Vec<usize>)| Input {
        values: tensor.storage::<f32>(),
        axes,
    };
    tensors.iter().zip(axes).map(view).collect()
}

/// Nothing for a tensor that was not kept.
fn values(tensor: Option<&FlexTensor>) -> &[f32] {
    tensor.map_or(&[], |tensor| tensor.storage::<f32>())
}

fn axes(tensors: &[FlexTensor]) -> Vec<Vec<usize>> {
    tensors.iter().map(|tensor| tensor.shape().to_vec()).collect()
}

fn run(op: &dyn FusedOp, inputs: &[FlexTensor], keep: bool) -> (FlexTensor, Vec<Block>) {
    let axes = axes(inputs);
    let inputs = views(inputs, &axes);
    let output_axes = op.output_axes(&inputs);
    let mut output = Block::new(output_axes.iter().product());
    let kept = op.forward(&inputs, &mut output, keep);
    (output.into_tensor(output_axes), kept)
}
