// SPDX-License-Identifier: MIT OR Apache-2.0
//! `uniform`: the numbers that networks are fed with.

use ndarray::{ArrayD, IxDyn};

/// Numbers in `[0, 1)` from a linear congruential generator.
pub fn uniform(shape: &[usize], seed: u64) -> ArrayD<f32> {
    let mut state = seed;
    ArrayD::from_shape_simple_fn(IxDyn(shape), || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / 16_777_216.0
    })
}
