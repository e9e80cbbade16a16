// SPDX-License-Identifier: MIT OR Apache-2.0
//! Both sides of a trick.

use criterion::{BenchmarkId, Criterion};

use crate::support::{check, group};

/// Runs both sides once, so that their results can be compared, and measures them.
pub(crate) fn pair(
    criterion: &mut Criterion,
    [trick, shape]: [&str; 2],
    mut ours: impl FnMut(),
    mut without: impl FnMut(),
) {
    ours();
    without();
    let mut group = group(criterion, trick);
    group.bench_function(BenchmarkId::new("ours", shape), |bench| bench.iter(&mut ours));
    group.bench_function(BenchmarkId::new("without", shape), |bench| bench.iter(&mut without));
    group.finish();
}

/// Stops where the two sides differ.
pub(crate) fn agree(ours: &[f32], without: &[f32]) {
    let wide: Vec<f64> = without.iter().map(|&value| f64::from(value)).collect();
    check(ours, &wide);
}
