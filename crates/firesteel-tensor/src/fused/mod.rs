// SPDX-License-Identifier: MIT OR Apache-2.0
//! Fused operations: firesteel's CPU kernels, plugged into Burn's dispatch and its tape.
//!
//! An operation implements [`FusedOp`] on plain slices, forward and backward. [`FusedBackend`](backend) is the
//! backend extension that carries it: on Flex it runs the forward pass, under `Autodiff<Flex>` it also
//! records the backward pass. [`apply`] is the only way in; it is for CPU tensors, on other devices the
//! functions of [`ops`](crate::ops) compose Burn's own operations instead.

mod activated_sum;
mod arithmetic;
mod backend;
mod conv;
mod conv_affine;
mod conv_transpose;
mod cross_entropy;
mod dense;
mod dropout;
mod epilogue;
mod function;
mod global_pool;
mod layer_norm;
mod matmul;
mod norm;
mod op;
mod pool;
mod recurrent;
mod rows;
mod softmax;
mod squares;

pub(crate) use activated_sum::ActivatedSum;
pub(crate) use arithmetic::{Combine, CombineWithNumber, Repeat};
pub(crate) use backend::apply;
pub(crate) use conv::Conv;
pub(crate) use conv_affine::ConvAffine;
pub(crate) use conv_transpose::ConvTranspose;
pub(crate) use cross_entropy::{CrossEntropy, Losses};
pub(crate) use dense::Dense;
pub(crate) use dropout::Dropout;
pub(crate) use epilogue::kernel_activation;
pub(crate) use function::{Elementwise, kernel_function};
pub(crate) use global_pool::{GlobalAverage, GlobalMax};
pub(crate) use layer_norm::LayerNorm;
pub(crate) use matmul::MatMul;
pub(crate) use norm::{BatchNorm, ChannelAffine, ChannelMoments};
pub(crate) use op::{FusedOp, Gradient, Input, Operand};
pub(crate) use pool::{AveragePool2d, MaxPool2d};
pub(crate) use recurrent::{Cell, Recurrent, Wanted};
pub(crate) use rows::TakeRows;
pub(crate) use softmax::{LogSoftmax, Softmax};
pub(crate) use squares::MeanSquaredDifference;
