// SPDX-License-Identifier: MIT OR Apache-2.0
//! Batch normalisation: statistics, forward and backward; layer normalisation both ways.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use firesteel_kernels::layer_norm::LayerNorm;
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

pub(crate) fn of_rows(criterion: &mut Criterion) {
    let mut group = group(criterion, "layer_norm");
    for (rows, width) in [(128, 64), (4096, 512)] {
        let (x, dy) = (numbers(rows * width, 1), numbers(rows * width, 2));
        let (gamma, beta) = (numbers(width, 3), numbers(width, 4));
        let (gamma, beta) = (Some(&gamma[..]), Some(&beta[..]));
        let norm = LayerNorm { width, gamma, beta, epsilon: 1e-3 };
        let mut out = vec![0.0; x.len()];
        let name = format!("{rows}x{width}");
        norm.forward(&x, &mut out);
        check(&out, &naive::layer_norm(&norm, &x));
        group.throughput(Throughput::Bytes(2 * 4 * x.len() as u64));
        group.bench_function(BenchmarkId::new("forward/naive", &name), |bench| {
            bench.iter(|| naive::layer_norm(&norm, black_box(&x)));
        });
        group.bench_function(BenchmarkId::new("forward/ours", &name), |bench| {
            bench.iter(|| norm.forward(black_box(&x), &mut out));
        });
        let (mut dgamma, mut dbeta) = (vec![0.0; width], vec![0.0; width]);
        let mut backward = || {
            let (gamma, beta) = (&mut dgamma[..], &mut dbeta[..]);
            norm.backward(black_box(&x), &dy, norm::Gradients { x: &mut out, gamma, beta });
        };
        group.throughput(Throughput::Bytes(3 * 4 * x.len() as u64));
        group.bench_function(BenchmarkId::new("backward/ours", &name), |bench| {
            bench.iter(&mut backward);
        });
        backward();
        check(&out, &naive::layer_norm_backward(&norm, &x, &dy)[0]);
    }
    group.finish();
}
