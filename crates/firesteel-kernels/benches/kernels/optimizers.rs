// SPDX-License-Identifier: MIT OR Apache-2.0
//! Weight updates; throughput counts each slice once for reading and once for writing where it is written.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use firesteel_kernels::naive::optimizer as naive;
use firesteel_kernels::optimizer::{Adam, AdamState, RmsProp, RmsPropState, Sgd};

use crate::support::{check, group, numbers};

/// Weights of the smallest network, of a larger one, and of one that no cache holds.
const LENGTHS: [usize; 3] = [1_290, 407_050, 8_000_000];

const SGD: Sgd = Sgd { learning_rate: 1e-2, momentum: 0.9, nesterov: false, keep: 1.0 };
const ADAM: Adam =
    Adam { learning_rate: 1e-3, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7, keep: 1.0 };
const RMSPROP: RmsProp =
    RmsProp { learning_rate: 1e-3, rho: 0.9, momentum: 0.0, epsilon: 1e-7, keep: 1.0 };

pub(crate) fn optimizers(criterion: &mut Criterion) {
    check_adam();
    let mut group = group(criterion, "optimizer");
    for len in LENGTHS {
        let (mut w, g) = (numbers(len, 1), numbers(len, 2));
        let (mut m, mut v) = (vec![0.0; len], vec![0.0; len]);
        let bytes = |slices: u64| Throughput::Bytes(slices * 4 * len as u64);

        group.throughput(bytes(3));
        group.bench_function(BenchmarkId::new("sgd/ours", len), |bench| {
            bench.iter(|| SGD.update(&mut w, black_box(&g)));
        });
        group.throughput(bytes(5));
        group.bench_function(BenchmarkId::new("sgd_momentum/ours", len), |bench| {
            bench.iter(|| SGD.update_with_momentum(&mut w, black_box(&g), &mut m));
        });
        group.bench_function(BenchmarkId::new("rmsprop/ours", len), |bench| {
            bench.iter(|| {
                let state =
                    RmsPropState { velocity: &mut v, average_gradient: None, momentum: None };
                RMSPROP.update(&mut w, black_box(&g), state);
            });
        });
        group.throughput(bytes(7));
        group.bench_function(BenchmarkId::new("adam/ours", len), |bench| {
            bench.iter(|| {
                let state =
                    AdamState { momentum: &mut m, velocity: &mut v, largest_velocity: None };
                ADAM.update(10, &mut w, black_box(&g), state);
            });
        });
        let mut state = [wide(&w), vec![0.0; len], vec![0.0; len], vec![0.0; len]];
        group.bench_function(BenchmarkId::new("adam/naive", len), |bench| {
            bench.iter(|| naive::adam(&ADAM, false, 10, black_box(&g), &mut state));
        });
    }
    group.finish();
}

fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&value| f64::from(value)).collect()
}

/// A step from the start is that of the naive loop.
fn check_adam() {
    let (mut w, g) = (numbers(LENGTHS[0], 1), numbers(LENGTHS[0], 2));
    let len = w.len();
    let mut want = [wide(&w), vec![0.0; len], vec![0.0; len], vec![0.0; len]];
    naive::adam(&ADAM, false, 1, &g, &mut want);
    let (mut m, mut v) = (vec![0.0; len], vec![0.0; len]);
    let state = AdamState { momentum: &mut m, velocity: &mut v, largest_velocity: None };
    ADAM.update(1, &mut w, &g, state);
    check(&w, &want[0]);
}
