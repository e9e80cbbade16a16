// SPDX-License-Identifier: MIT OR Apache-2.0
//! Batch normalisation: statistics, forward and backward.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use firesteel_kernels::norm::{self, BatchNorm, Statistics};
use firesteel_kernels::{Activation, naive};

use crate::support::{check, group, numbers};

pub(crate) fn normalization(criterion: &mut Criterion) {
    let mut group = group(criterion, "norm");
    for (rows, channels) in [(900, 48), (8 * 64 * 64, 64), (8 * 7 * 7, 2048)] {
        let (x, dz) = (numbers(rows * channels, 1), numbers(rows * channels, 2));
        let (gamma, beta) = (numbers(channels, 3), numbers(channels, 4));
        let (mut mean, mut variance) = (vec![0.0; channels], vec![0.0; channels]);
        let mut out = vec![0.0; x.len()];
        let name = format!("{rows}x{channels}");
        let bytes = 4 * x.len() as u64;

        norm::statistics(&x, &mut mean, &mut variance);
        check(&mean, &naive::moments(&x, channels).0);
        check(&variance, &naive::moments(&x, channels).1);
        group.throughput(Throughput::Bytes(bytes));
        group.bench_function(BenchmarkId::new("statistics/naive", &name), |bench| {
            bench.iter(|| naive::moments(black_box(&x), channels));
        });
        group.bench_function(BenchmarkId::new("statistics/ours", &name), |bench| {
            bench.iter(|| norm::statistics(black_box(&x), &mut mean, &mut variance));
        });

        let norm = BatchNorm {
            mean: &mean,
            variance: &variance,
            gamma: Some(&gamma),
            beta: Some(&beta),
            epsilon: 1e-3,
        };
        norm.forward(&x, Activation::Relu, &mut out);
        check(&out, &naive::batch_norm(&norm, &x, Activation::Relu));
        group.throughput(Throughput::Bytes(2 * bytes));
        group.bench_function(BenchmarkId::new("forward/naive", &name), |bench| {
            bench.iter(|| naive::batch_norm(&norm, black_box(&x), Activation::Relu));
        });
        group.bench_function(BenchmarkId::new("forward/ours", &name), |bench| {
            bench.iter(|| norm.forward(black_box(&x), Activation::Relu, &mut out));
        });

        // the sums read both slices, the gradient reads them again and is written
        group.throughput(Throughput::Bytes(5 * bytes));
        group.bench_function(BenchmarkId::new("backward/naive", &name), |bench| {
            let given = Statistics::OfBatch;
            bench.iter(|| naive::batch_norm_backward(&norm, given, black_box(&x), &dz));
        });
        let (mut dgamma, mut dbeta) = (vec![0.0; channels], vec![0.0; channels]);
        let mut backward = || {
            let (gamma, beta) = (&mut dgamma[..], &mut dbeta[..]);
            let gradients = norm::Gradients { x: &mut out, gamma, beta };
            norm.backward(Statistics::OfBatch, black_box(&x), &dz, gradients);
        };
        group.bench_function(BenchmarkId::new("backward/ours", &name), |bench| {
            bench.iter(&mut backward);
        });
        backward();
        let [want, ..] = naive::batch_norm_backward(&norm, Statistics::OfBatch, &x, &dz);
        check(&out, &want);
    }
    group.finish();
}
