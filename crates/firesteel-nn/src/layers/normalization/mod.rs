// SPDX-License-Identifier: MIT OR Apache-2.0
//! Layers that bring their inputs to mean zero and deviation one.

mod batch_normalization;
mod layer_normalization;

pub use batch_normalization::BatchNormalization;
pub use layer_normalization::LayerNormalization;

crate::layers::family! {
    // registry: sorted
    BatchNormalization,
    LayerNormalization,
    // registry: end
}

/// The axes of a tensor with the length one everywhere but at the given ones, so that weights over these
/// broadcast.
fn broadcast_axes(lengths: &[usize], kept: &[usize]) -> Vec<usize> {
    let length = |(axis, &length): (usize, &usize)| if kept.contains(&axis) { length } else { 1 };
    lengths.iter().enumerate().map(length).collect()
}
