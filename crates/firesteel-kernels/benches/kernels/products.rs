// SPDX-License-Identifier: MIT OR Apache-2.0
//! Matrix products, stored in all ways and in batches, and the fully connected layer.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use firesteel_kernels::{Activation, Dense, MatMul, dense, naive};

use crate::support::{NAIVE_UP_TO, check, group, numbers};

/// Rows, inner length, columns.
const PRODUCTS: [[usize; 3]; 5] =
    [[32, 128, 10], [65, 300, 33], [128, 784, 512], [1024, 1024, 1024], [25_088, 64, 256]];

pub(crate) fn products(criterion: &mut Criterion) {
    let mut group = group(criterion, "matmul");
    for [rows, inner, columns] in PRODUCTS {
        let plain = MatMul::new(rows, inner, columns);
        let (left, right) = (numbers(rows * inner, 1), numbers(inner * columns, 2));
        let mut out = vec![0.0; rows * columns];
        let name = format!("{rows}x{inner}x{columns}");
        group.throughput(Throughput::Elements(2 * (rows * inner * columns) as u64));
        for (how, shape) in [
            ("plain", plain),
            ("left_transposed", plain.left_transposed()),
            ("right_transposed", plain.right_transposed()),
        ] {
            if rows * inner * columns < NAIVE_UP_TO {
                shape.run(&left, &right, &mut out);
                check(&out, &naive::matmul(shape, &left, &right));
                group.bench_function(format!("{how}/naive/{name}"), |bench| {
                    bench.iter(|| black_box(naive::matmul(shape, &left, &right)));
                });
            }
            group.bench_function(format!("{how}/ours/{name}"), |bench| {
                bench.iter(|| shape.run(black_box(&left), &right, &mut out));
            });
        }
    }
    group.finish();
}

/// Many small products and a few of the size that attention has.
pub(crate) fn batches(criterion: &mut Criterion) {
    let mut group = group(criterion, "matmul_batch");
    for [count, rows, inner, columns] in [[64, 8, 8, 8], [96, 128, 64, 128]] {
        let shape = MatMul::new(rows, inner, columns).right_transposed();
        let left = numbers(count * rows * inner, 1);
        let right = numbers(count * inner * columns, 2);
        let mut out = vec![0.0; count * rows * columns];
        let name = format!("{count}x{rows}x{inner}x{columns}");
        let work = count * rows * inner * columns;
        group.throughput(Throughput::Elements(2 * work as u64));
        if work < NAIVE_UP_TO {
            let naive = || -> Vec<f64> {
                let pairs = left.chunks(rows * inner).zip(right.chunks(inner * columns));
                pairs.flat_map(|(left, right)| naive::matmul(shape, left, right)).collect()
            };
            shape.run_batch(&left, &right, &mut out);
            check(&out, &naive());
            group.bench_function(BenchmarkId::new("naive", &name), |bench| bench.iter(naive));
        }
        group.bench_function(BenchmarkId::new("ours", &name), |bench| {
            bench.iter(|| shape.run_batch(black_box(&left), &right, &mut out));
        });
    }
    group.finish();
}

pub(crate) fn fully_connected(criterion: &mut Criterion) {
    let mut group = group(criterion, "dense");
    for [rows, inputs, units] in [[32, 128, 10], [128, 784, 512]] {
        let layer = Dense { rows, inputs, units };
        let (x, w, b) = (numbers(rows * inputs, 1), numbers(inputs * units, 2), numbers(units, 3));
        let dz = numbers(rows * units, 4);
        let mut y = vec![0.0; rows * units];
        let (mut dx, mut dw) = (vec![0.0; x.len()], vec![0.0; w.len()]);
        dense::forward(layer, &x, &w, Some(&b), Activation::Relu, &mut y);
        check(&y, &naive::dense(layer, &x, &w, Some(&b), Activation::Relu));
        let name = format!("{rows}x{inputs}x{units}");
        group.throughput(Throughput::Elements(2 * (rows * inputs * units) as u64));
        if rows * inputs * units < NAIVE_UP_TO {
            group.bench_function(BenchmarkId::new("forward/naive", &name), |bench| {
                bench.iter(|| naive::dense(layer, black_box(&x), &w, Some(&b), Activation::Relu));
            });
        }
        group.bench_function(BenchmarkId::new("forward/ours", &name), |bench| {
            bench.iter(|| {
                dense::forward(layer, black_box(&x), &w, Some(&b), Activation::Relu, &mut y);
            });
        });
        group.bench_function(BenchmarkId::new("input_gradient/ours", &name), |bench| {
            bench.iter(|| dense::input_gradient(layer, black_box(&dz), &w, &mut dx));
        });
        group.bench_function(BenchmarkId::new("weight_gradient/ours", &name), |bench| {
            bench.iter(|| dense::weight_gradient(layer, black_box(&x), &dz, &mut dw));
        });
    }
    group.finish();
}
