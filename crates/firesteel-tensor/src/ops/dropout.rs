// SPDX-License-Identifier: MIT OR Apache-2.0
//! `dropout`: zeroes a random part of the elements.

use firesteel_core::{Result, Seed};

use super::binary::multiply;
use crate::{Device, Tensor};

/// Keeps each element with probability `1 - rate` and scales it by `1 / (1 - rate)`; drops the others.
///
/// The mask depends on the seed and the shape alone. `noise_shape` says which axes share a mask: those of
/// length one in it.
///
/// # Errors
/// `Shape` when `noise_shape` does not broadcast to `x`.
pub fn dropout(x: &Tensor, rate: f64, noise_shape: &[usize], seed: Seed) -> Result<Tensor> {
    let scale = (1.0 / (1.0 - rate)) as f32;
    let mut rng = seed.rng();
    let n = noise_shape.iter().product();
    let mask = (0..n).map(|_| if rng.uniform() < rate { 0.0 } else { scale }).collect();
    let mask = Tensor::from_vec(mask, noise_shape, &Device::cpu())?;
    multiply(x, &mask.like(x))
}
