// SPDX-License-Identifier: MIT OR Apache-2.0
//! The fully connected layer: `y = act(x * w + b)` and its gradients.
//!
//! Backward, in this order:
//!
//! 1. [`epilogue::backward`](crate::epilogue::backward): `dz = dy * act'(y)` and `db`;
//! 2. [`weight_gradient`]: `dw = x^T * dz`;
//! 3. [`input_gradient`]: `dx = dz * w^T`.

use crate::{Activation, MatMul, Scaled};

/// Sizes of a fully connected layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dense {
    /// Rows of `x` and `y`: the batch.
    pub rows: usize,
    /// Columns of `x`, rows of `w`.
    pub inputs: usize,
    /// Columns of `w` and `y`.
    pub units: usize,
}

/// `y = act(x * w + b)`: `x (rows, inputs)`, `w (inputs, units)`, `b (units)`, `y (rows, units)`.
///
/// # Panics
/// Where a slice does not have its length.
pub fn forward(
    layer: Dense,
    x: &[f32],
    w: &[f32],
    b: Option<&[f32]>,
    activation: Activation,
    y: &mut [f32],
) {
    let product = MatMul::new(layer.rows, layer.inputs, layer.units);
    product.fused(x, Scaled::plain(w), b, activation, y);
}

/// `dx = dz * w^T`.
///
/// # Panics
/// Where a slice does not have its length.
pub fn input_gradient(layer: Dense, dz: &[f32], w: &[f32], dx: &mut [f32]) {
    MatMul::new(layer.rows, layer.units, layer.inputs).right_transposed().run(dz, w, dx);
}

/// `dw = x^T * dz`.
///
/// # Panics
/// Where a slice does not have its length.
pub fn weight_gradient(layer: Dense, x: &[f32], dz: &[f32], dw: &mut [f32]) {
    MatMul::new(layer.inputs, layer.rows, layer.units).left_transposed().run(x, dz, dw);
}

#[cfg(test)]
mod tests;
