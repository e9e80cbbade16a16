// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Flow`: what flows between layers once there are numbers.

use firesteel_tensor::Tensor;

use crate::layer::Mask;

/// A value on its way through the graph, and which of its steps count.
#[derive(Clone, Debug)]
pub(crate) struct Flow {
    pub(crate) value: Tensor,
    pub(crate) mask: Mask,
}
