// SPDX-License-Identifier: MIT OR Apache-2.0
//! Functions, arithmetic and dropout of single numbers, and sums.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use firesteel_kernels::elementwise::{self, Arithmetic, Dropout, Function};
use firesteel_kernels::{naive, reduce};

use crate::support::{check, group, numbers};

/// Numbers that a cache holds, and numbers that it does not.
const LENGTHS: [usize; 2] = [100_003, 8 * 64 * 64 * 64];

pub(crate) fn elementwise(criterion: &mut Criterion) {
    let mut group = group(criterion, "elementwise");
    for len in LENGTHS {
        let (x, other) = (numbers(len, 1), numbers(len, 2));
        let dy = numbers(len, 3);
        let mut y = vec![0.0; len];
        let bytes = 4 * len as u64;
        group.throughput(Throughput::Bytes(2 * bytes));
        for function in [Function::Relu, Function::Sigmoid, Function::Tanh, Function::Gelu] {
            if len == LENGTHS[0] {
                let naive = || -> Vec<f64> {
                    x.iter().map(|&x| naive::function(function, f64::from(x))).collect()
                };
                elementwise::forward(function, &x, &mut y);
                check(&y, &naive());
                let name = format!("{function:?}/naive/{len}");
                group.bench_function(name, |bench| bench.iter(naive));
            }
            group.bench_function(format!("{function:?}/ours/{len}"), |bench| {
                bench.iter(|| elementwise::forward(function, black_box(&x), &mut y));
            });
        }
        group.bench_function(BenchmarkId::new("dropout/ours", len), |bench| {
            bench.iter(|| Dropout { rate: 0.5, seed: 1 }.apply(black_box(&x), &mut y));
        });
        group.bench_function(BenchmarkId::new("multiply_by_number/ours", len), |bench| {
            bench.iter(|| {
                let x = black_box(&x);
                elementwise::arithmetic_with_number(Arithmetic::Multiply, x, 0.7, &mut y);
            });
        });
        group.throughput(Throughput::Bytes(3 * bytes));
        group.bench_function(BenchmarkId::new("add/ours", len), |bench| {
            bench.iter(|| elementwise::arithmetic(Arithmetic::Add, black_box(&x), &other, &mut y));
        });
        elementwise::forward(Function::Gelu, &x, &mut y);
        let mut dx = vec![0.0; len];
        group.throughput(Throughput::Bytes(4 * bytes));
        group.bench_function(BenchmarkId::new("Gelu_backward/ours", len), |bench| {
            bench.iter(|| elementwise::backward(Function::Gelu, black_box(&x), &y, &dy, &mut dx));
        });
    }
    group.finish();
}

pub(crate) fn reductions(criterion: &mut Criterion) {
    let mut group = group(criterion, "reduce");
    for len in LENGTHS {
        let x = numbers(len, 1);
        let naive = || -> f64 { x.iter().map(|&x| f64::from(x)).sum() };
        check(&[reduce::sum(&x) as f32], &[naive()]);
        group.throughput(Throughput::Bytes(4 * len as u64));
        group.bench_function(BenchmarkId::new("sum/naive", len), |bench| bench.iter(naive));
        group.bench_function(BenchmarkId::new("sum/ours", len), |bench| {
            bench.iter(|| reduce::sum(black_box(&x)));
        });
    }
    group.finish();
}
