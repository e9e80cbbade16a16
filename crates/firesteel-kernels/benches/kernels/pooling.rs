// SPDX-License-Identifier: MIT OR Apache-2.0
//! Pooling: the largest, the mean, and both over the whole image, forward and backward.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use firesteel_kernels::conv::Axis;
use firesteel_kernels::naive;
use firesteel_kernels::pool::{self, Pool};

use crate::support::{check, group, numbers};

pub(crate) fn pooling(criterion: &mut Criterion) {
    let mut group = group(criterion, "pool");
    for (name, batch, axis, channels) in [
        ("2x2/1x30x30x32", 1, Axis::new(30, 2).stride(2), 32),
        ("2x2/8x64x64x64", 8, Axis::new(64, 2).stride(2), 64),
        ("3x3_stride_2/8x113x113x64", 8, Axis::new(113, 3).stride(2), 64),
    ] {
        let shape = Pool { batch, axes: [Axis::new(1, 1), axis, axis], channels };
        let (x, dy) = (numbers(shape.input_len(), 1), numbers(shape.output_len(), 2));
        let (mut y, mut argmax) = (vec![0.0; dy.len()], vec![0; dy.len()]);
        let mut dx = vec![0.0; x.len()];
        group.throughput(Throughput::Bytes(4 * (x.len() + y.len()) as u64));
        if batch == 1 {
            pool::average(&shape, &x, &mut y);
            check(&y, &naive::average_pool(&shape, &x));
            pool::max(&shape, &x, &mut y);
            check(&y, &naive::max_pool(&shape, &x).0);
            pool::max_with_positions(&shape, &x, &mut y, &mut argmax);
            check(&y, &naive::max_pool(&shape, &x).0);
            pool::max_backward(&shape, &dy, &argmax, &mut dx);
            check(&dx, &naive::max_pool_backward(&shape, &x, &dy));
            pool::average_backward(&shape, &dy, &mut dx);
            check(&dx, &naive::average_pool_backward(&shape, &dy));
            group.bench_function(BenchmarkId::new("max/naive", name), |bench| {
                bench.iter(|| naive::max_pool(&shape, black_box(&x)));
            });
            group.bench_function(BenchmarkId::new("average/naive", name), |bench| {
                bench.iter(|| naive::average_pool(&shape, black_box(&x)));
            });
        }
        group.bench_function(BenchmarkId::new("average/ours", name), |bench| {
            bench.iter(|| pool::average(&shape, black_box(&x), &mut y));
        });
        group.bench_function(BenchmarkId::new("average_backward/ours", name), |bench| {
            bench.iter(|| pool::average_backward(&shape, black_box(&dy), &mut dx));
        });
        group.bench_function(BenchmarkId::new("max/ours", name), |bench| {
            bench.iter(|| pool::max(&shape, black_box(&x), &mut y));
        });
        // the positions of the largest are what the way back needs
        group.bench_function(BenchmarkId::new("max_with_positions/ours", name), |bench| {
            bench.iter(|| pool::max_with_positions(&shape, black_box(&x), &mut y, &mut argmax));
        });
        pool::max_with_positions(&shape, &x, &mut y, &mut argmax);
        group.bench_function(BenchmarkId::new("max_backward/ours", name), |bench| {
            bench.iter(|| pool::max_backward(&shape, black_box(&dy), &argmax, &mut dx));
        });
    }

    let (batch, positions, channels) = (8, 49, 2048);
    let (x, dy) = (numbers(batch * positions * channels, 1), numbers(batch * channels, 2));
    let (mut y, mut dx) = (vec![0.0; dy.len()], vec![0.0; x.len()]);
    group.throughput(Throughput::Bytes(4 * x.len() as u64));
    group.bench_function("global_average/ours/8x7x7x2048", |bench| {
        bench.iter(|| pool::global_average(channels, black_box(&x), &mut y));
    });
    group.bench_function("global_average_backward/ours/8x7x7x2048", |bench| {
        bench.iter(|| pool::global_average_backward(channels, black_box(&dy), &mut dx));
    });
    let mut ties = vec![0.0; y.len()];
    pool::global_max(channels, &x, &mut y, &mut ties);
    check(&y, &naive::global_max(channels, positions, &x).0);
    group.bench_function("global_max/ours/8x7x7x2048", |bench| {
        bench.iter(|| pool::global_max(channels, black_box(&x), &mut y, &mut ties));
    });
    group.throughput(Throughput::Bytes(2 * 4 * x.len() as u64));
    group.bench_function("global_max_backward/ours/8x7x7x2048", |bench| {
        bench.iter(|| {
            pool::global_max_backward(channels, black_box(&x), &y, &ties, &dy, &mut dx);
        });
    });
    group.finish();
}
