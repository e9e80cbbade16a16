// SPDX-License-Identifier: MIT OR Apache-2.0
//! `dropout`: zeroes a random part of the elements.

use firesteel_core::{Result, Seed};
use firesteel_kernels::elementwise::Dropout;

use super::binary::multiply;
use crate::{Device, Tensor, fused};

/// Keeps each element with probability `1 - rate` and scales it by `1 / (1 - rate)`; drops the others.
///
/// Which ones are dropped depends on the seed and the place alone. `noise_shape` says which axes share a decision:
/// those of length one in it.
///
/// # Errors
/// `Shape` when `noise_shape` does not broadcast to `x`, `DType` when `x` holds no floats.
pub fn dropout(x: &Tensor, rate: f64, noise_shape: &[usize], seed: Seed) -> Result<Tensor> {
    x.require_float("dropout")?;
    let kernel = Dropout { rate, seed: seed.number() };
    if noise_shape == x.shape() && x.is_on_cpu() && !x.is_empty() {
        return fused::apply(fused::Dropout(kernel), &[x]);
    }
    composed(x, kernel, noise_shape)
}

/// The same with a mask of its own, for devices without our kernels and decisions that are shared.
fn composed(x: &Tensor, kernel: Dropout, noise_shape: &[usize]) -> Result<Tensor> {
    let ones = vec![1.0; noise_shape.iter().product()];
    let mut mask = vec![0.0; ones.len()];
    kernel.apply(&ones, &mut mask);
    multiply(x, &Tensor::from_vec(mask, noise_shape, &Device::cpu())?.like(x))
}

#[cfg(test)]
mod tests;
