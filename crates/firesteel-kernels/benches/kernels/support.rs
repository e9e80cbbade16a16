// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the families share: numbers, groups, and the comparison with the naive loops.

use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion};

/// Multiplications up to which the naive loops are run too.
pub(crate) const NAIVE_UP_TO: usize = 1 << 24;

/// Numbers between -1 and 1.
pub(crate) fn numbers(len: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..len).map(|_| next()).collect()
}

/// Stops where a kernel's answer is not that of the naive loops.
pub(crate) fn check(got: &[f32], want: &[f64]) {
    let close =
        |(&got, &want): (&f32, &f64)| (f64::from(got) - want).abs() <= 1e-3 + 1e-4 * want.abs();
    assert!(got.len() == want.len() && got.iter().zip(want).all(close), "wrong answer");
}

/// A family's group, with a time that lets all of them be run.
pub(crate) fn group<'a>(criterion: &'a mut Criterion, name: &str) -> BenchmarkGroup<'a, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    group.sample_size(10);
    group
}
