// SPDX-License-Identifier: MIT OR Apache-2.0
//! Products of many small matrices at once, and our product beside that of the `gemm` crate.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use firesteel_kernels::MatMul;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::pair::{agree, pair};
use crate::support::{group, numbers};

pub(crate) fn batched(criterion: &mut Criterion) {
    for (name, [count, rows, inner, columns]) in
        [("512x32x16x32", [512, 32, 16, 32]), ("96x128x64x128", [96, 128, 64, 128])]
    {
        let one = MatMul::new(rows, inner, columns);
        let (left, right) = (numbers(count * rows * inner, 1), numbers(count * inner * columns, 2));
        let [mut out, mut expected] = [0; 2].map(|_| vec![0.0; count * rows * columns]);
        pair(
            criterion,
            ["batched_product", name],
            || one.run_batch(black_box(&left), &right, &mut out),
            || {
                let left = black_box(&left).chunks_exact(rows * inner);
                let matrices = left.zip(right.chunks_exact(inner * columns));
                let outs = expected.chunks_exact_mut(rows * columns);
                matrices.zip(outs).for_each(|((left, right), out)| one.run(left, right, out));
            },
        );
        agree(&out, &expected);
    }
}

/// A square, the first layer of `mlp784`, all steps of `lstm`, the first layer of `mlp128`.
const PRODUCTS: [[usize; 3]; 4] =
    [[512, 512, 512], [128, 784, 512], [3200, 64, 512], [32, 128, 10]];

/// On one thread, and on all.
pub(crate) fn beside_gemm(criterion: &mut Criterion) {
    let mut group = group(criterion, "own_product");
    for [rows, inner, columns] in PRODUCTS {
        let shape = MatMul::new(rows, inner, columns);
        let (left, right) = (numbers(rows * inner, 1), numbers(inner * columns, 2));
        let [mut out, mut expected] = [0; 2].map(|_| vec![0.0; rows * columns]);
        shape.run(&left, &right, &mut out);
        gemm(shape, &left, &right, &mut expected);
        agree(&out, &expected);
        group.throughput(Throughput::Elements(2 * (rows * inner * columns) as u64));
        for threads in pools() {
            let name =
                format!("{rows}x{inner}x{columns}, threads {}", threads.current_num_threads());
            group.bench_function(BenchmarkId::new("ours", &name), |bench| {
                threads.install(|| {
                    bench.iter(|| shape.run(black_box(&left), &right, &mut out));
                });
            });
            group.bench_function(BenchmarkId::new("without", &name), |bench| {
                threads.install(|| {
                    bench.iter(|| gemm(shape, black_box(&left), &right, &mut expected));
                });
            });
        }
    }
    group.finish();
}

fn pools() -> Vec<ThreadPool> {
    let mut counts = vec![1, rayon::current_num_threads()];
    counts.dedup();
    let pool = |count| ThreadPoolBuilder::new().num_threads(count).build().unwrap();
    counts.into_iter().map(pool).collect()
}

/// The `gemm` crate as it comes, on the threads of the pool that calls it.
#[expect(unsafe_code, reason = "the crate's own interface")]
fn gemm(shape: MatMul, left: &[f32], right: &[f32], out: &mut [f32]) {
    let MatMul { rows, inner, columns, .. } = shape;
    let (wide, deep) = (columns as isize, inner as isize);
    let threads = gemm::Parallelism::Rayon(0);
    assert!(left.len() == rows * inner && right.len() == inner * columns);
    assert_eq!(out.len(), rows * columns);
    let (left, right, out) = (left.as_ptr(), right.as_ptr(), out.as_mut_ptr());
    // SAFETY: the slices hold their matrices, as asserted.
    unsafe {
        gemm::gemm(
            rows, columns, inner, out, 1, wide, false, left, 1, deep, right, 1, wide, 0.0, 1.0,
            false, false, false, threads,
        );
    }
}
