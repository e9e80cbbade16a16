// SPDX-License-Identifier: MIT OR Apache-2.0
//! The one place that crosses between our tensors and Burn's.
//!
//! Burn's `Tensor<D>` carries its rank in the type, its `Dispatch` backend does not. Operations call
//! `Dispatch` directly; what only the typed tensor offers goes through [`ranked`], where the rank in the
//! type is of no account.

use burn::backend::DispatchTensor;
use burn::tensor::Tensor as Ranked;

/// The typed view of a float tensor, for operations that do not look at the rank.
pub(crate) fn ranked(tensor: DispatchTensor) -> Ranked<1> {
    Ranked::from_dispatch(tensor)
}

/// The shape as Burn writes it.
pub(crate) fn burn_shape(axes: &[usize]) -> burn::tensor::Shape {
    burn::tensor::Shape::from(axes.to_vec())
}
