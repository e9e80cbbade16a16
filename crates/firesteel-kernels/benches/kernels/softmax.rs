// SPDX-License-Identifier: MIT OR Apache-2.0
//! Softmax of rows, its logarithm, and cross-entropy with and without its gradient.

use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput};
use firesteel_kernels::naive;
use firesteel_kernels::softmax;

use crate::support::{check, group, numbers};

pub(crate) fn softmax(criterion: &mut Criterion) {
    let mut group = group(criterion, "softmax");
    for (rows, classes) in [(128, 10), (256, 1000), (8192, 128)] {
        let (x, dy) = (numbers(rows * classes, 1), numbers(rows * classes, 2));
        let (mut y, mut dx) = (vec![0.0; x.len()], vec![0.0; x.len()]);
        let mut losses = vec![0.0; rows];
        let labels: Vec<u32> = (0..rows).map(|row| (row % classes) as u32).collect();
        let one_hot: Vec<f32> = (0..x.len())
            .map(|place| f32::from(u8::from(place % classes == place / classes % classes)))
            .collect();
        let name = format!("{rows}x{classes}");

        softmax::forward(classes, &x, &mut y);
        check(&y, &naive::softmax(classes, &x));
        softmax::backward(classes, &y, &dy, &mut dx);
        check(&dx, &naive::softmax_backward(classes, &y, &dy));
        softmax::cross_entropy_of_labels(&x, &labels, 1.0, &mut losses, Some(&mut dx));
        check(&losses, &naive::cross_entropy(classes, &x, &one_hot));

        group.throughput(Throughput::Bytes(2 * 4 * x.len() as u64));
        group.bench_function(BenchmarkId::new("forward/naive", &name), |bench| {
            bench.iter(|| naive::softmax(classes, black_box(&x)));
        });
        group.bench_function(BenchmarkId::new("forward/ours", &name), |bench| {
            bench.iter(|| softmax::forward(classes, black_box(&x), &mut dx));
        });
        group.bench_function(BenchmarkId::new("backward/ours", &name), |bench| {
            bench.iter(|| softmax::backward(classes, black_box(&y), &dy, &mut dx));
        });
        group.bench_function(BenchmarkId::new("cross_entropy/naive", &name), |bench| {
            bench.iter(|| naive::cross_entropy(classes, black_box(&x), &one_hot));
        });
        group.bench_function(BenchmarkId::new("cross_entropy/ours", &name), |bench| {
            bench.iter(|| {
                let x = black_box(&x);
                softmax::cross_entropy(x, &one_hot, 1.0, &mut losses, Some(&mut dx));
            });
        });
        group.bench_function(BenchmarkId::new("cross_entropy_of_labels/ours", &name), |bench| {
            bench.iter(|| {
                let x = black_box(&x);
                softmax::cross_entropy_of_labels(x, &labels, 1.0, &mut losses, Some(&mut dx));
            });
        });
        group.throughput(Throughput::Bytes(4 * x.len() as u64));
        group.bench_function(BenchmarkId::new("losses_of_labels/ours", &name), |bench| {
            bench.iter(|| {
                let x = black_box(&x);
                softmax::cross_entropy_of_labels(x, &labels, 1.0, &mut losses, None);
            });
        });
    }
    logarithm(&mut group);
    group.finish();
}

fn logarithm(group: &mut BenchmarkGroup<'_, WallTime>) {
    for (rows, classes) in [(256, 1000), (8192, 128)] {
        let (x, dy) = (numbers(rows * classes, 1), numbers(rows * classes, 2));
        let (mut y, mut dx) = (vec![0.0; x.len()], vec![0.0; x.len()]);
        let name = format!("{rows}x{classes}");
        softmax::log_forward(classes, &x, &mut y);
        check(&y, &naive::log_softmax(classes, &x));
        softmax::log_backward(classes, &y, &dy, &mut dx);
        check(&dx, &naive::log_softmax_backward(classes, &y, &dy));
        group.throughput(Throughput::Bytes(2 * 4 * x.len() as u64));
        group.bench_function(BenchmarkId::new("log_forward/naive", &name), |bench| {
            bench.iter(|| naive::log_softmax(classes, black_box(&x)));
        });
        group.bench_function(BenchmarkId::new("log_forward/ours", &name), |bench| {
            bench.iter(|| softmax::log_forward(classes, black_box(&x), &mut dx));
        });
        group.bench_function(BenchmarkId::new("log_backward/ours", &name), |bench| {
            bench.iter(|| softmax::log_backward(classes, black_box(&y), &dy, &mut dx));
        });
    }
}
