// SPDX-License-Identifier: MIT OR Apache-2.0
//! Speed of the kernels beside the naive loops.
//!
//! The unit of throughput is a floating-point operation for products and convolutions, and a byte
//! read or written for what is bound by memory. Every benchmark checks its answer first.
//!
//! ```text
//! cargo bench -p firesteel-kernels --bench kernels -- conv
//! ```

use std::hint::black_box;
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{
    BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main,
};
use firesteel_kernels::conv::{self, Axis, Conv};
use firesteel_kernels::elementwise::{self, Dropout, Function};
use firesteel_kernels::norm::{self, BatchNorm, Statistics};
use firesteel_kernels::optimizer::{Adam, AdamState};
use firesteel_kernels::pool::{self, Pool};
use firesteel_kernels::recurrent::{
    Gradients, Gru, Input, Lstm, Output, OutputGradient, Sequence, SimpleRnn, Weights,
};
use firesteel_kernels::softmax::{self, Weighting};
use firesteel_kernels::{Activation, Dense, MatMul, dense, naive, reduce};

/// Numbers between -1 and 1.
fn numbers(len: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..len).map(|_| next()).collect()
}

fn check(got: &[f32], want: &[f64]) {
    let close =
        |(&got, &want): (&f32, &f64)| (f64::from(got) - want).abs() <= 1e-3 + 1e-4 * want.abs();
    assert!(got.len() == want.len() && got.iter().zip(want).all(close), "wrong answer");
}

fn group<'a>(criterion: &'a mut Criterion, name: &str) -> BenchmarkGroup<'a, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    group.sample_size(10);
    group
}

fn products(criterion: &mut Criterion) {
    let mut group = group(criterion, "matmul");
    for [rows, inner, columns] in
        [[32, 128, 10], [128, 784, 512], [1024, 1024, 1024], [25_088, 64, 256]]
    {
        let shape = MatMul::new(rows, inner, columns);
        let (left, right) = (numbers(rows * inner, 1), numbers(inner * columns, 2));
        let mut out = vec![0.0; rows * columns];
        let name = format!("{rows}x{inner}x{columns}");
        group.throughput(Throughput::Elements(2 * (rows * inner * columns) as u64));
        if rows * inner * columns < 1 << 26 {
            shape.run(&left, &right, &mut out);
            check(&out, &naive::matmul(shape, &left, &right));
            group.bench_function(BenchmarkId::new("naive", &name), |bench| {
                bench.iter(|| black_box(naive::matmul(shape, &left, &right)));
            });
        }
        group.bench_function(BenchmarkId::new("gemm", &name), |bench| {
            bench.iter(|| gemm(shape, black_box(&left), &right, &mut out));
        });
        group.bench_function(BenchmarkId::new("ours", &name), |bench| {
            bench.iter(|| shape.run(black_box(&left), &right, &mut out));
        });
    }
    group.finish();
}

/// The `gemm` crate as it comes, on all threads.
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

fn fully_connected(criterion: &mut Criterion) {
    let mut group = group(criterion, "dense");
    for [rows, inputs, units] in [[32, 128, 10], [128, 784, 512]] {
        let layer = Dense { rows, inputs, units };
        let (x, w, b) = (numbers(rows * inputs, 1), numbers(inputs * units, 2), numbers(units, 3));
        let mut y = vec![0.0; rows * units];
        dense::forward(layer, &x, &w, Some(&b), Activation::Relu, &mut y);
        check(&y, &naive::dense(layer, &x, &w, Some(&b), Activation::Relu));
        group.throughput(Throughput::Elements(2 * (rows * inputs * units) as u64));
        group.bench_function(
            BenchmarkId::new("ours", format!("{rows}x{inputs}x{units}")),
            |bench| {
                bench.iter(|| {
                    dense::forward(layer, black_box(&x), &w, Some(&b), Activation::Relu, &mut y);
                });
            },
        );
    }
    group.finish();
}

/// Batch, size of the image, input and output channels.
const CONVOLUTIONS: [[usize; 4]; 7] = [
    [8, 128, 3, 64],
    [4, 128, 64, 64],
    [4, 64, 64, 128],
    [8, 56, 64, 64],
    [8, 28, 128, 128],
    [8, 7, 512, 512],
    [1, 7, 512, 512],
];

/// A convolution small enough for the naive loops, to check the answer and to compare with.
fn small_convolution(criterion: &mut Criterion) {
    let mut group = group(criterion, "conv");
    let side = Axis::new(14, 3).padding(1, 1);
    let axes = [Axis::new(1, 1), side, side];
    let shape = Conv { batch: 1, axes, in_channels: 32, out_channels: 32, groups: 1 };
    let (x, kernel) = (numbers(shape.input_len(), 1), numbers(shape.kernel_len(), 2));
    let mut y = vec![0.0; shape.output_len()];
    conv::forward(&shape, &x, &kernel, None, Activation::Linear, &mut y);
    check(&y, &naive::conv(&shape, &x, &kernel, None, Activation::Linear));
    group.throughput(Throughput::Elements(2 * (y.len() * 9 * 32) as u64));
    group.bench_function("forward/naive/1x14x14x32-32", |bench| {
        bench.iter(|| naive::conv(&shape, black_box(&x), &kernel, None, Activation::Linear));
    });
    group.bench_function("forward/ours/1x14x14x32-32", |bench| {
        bench.iter(|| {
            conv::forward(&shape, black_box(&x), &kernel, None, Activation::Linear, &mut y);
        });
    });
    group.finish();
}

fn convolutions(criterion: &mut Criterion) {
    let mut group = group(criterion, "conv");
    for [batch, size, inputs, outputs] in CONVOLUTIONS {
        let side = Axis::new(size, 3).padding(1, 1);
        let shape =
            Conv { batch, axes: [side; 2], in_channels: inputs, out_channels: outputs, groups: 1 };
        let (x, kernel) = (numbers(shape.input_len(), 1), numbers(shape.kernel_len(), 2));
        let (bias, dz) = (numbers(outputs, 3), numbers(shape.output_len(), 4));
        let mut y = vec![0.0; shape.output_len()];
        let (mut dx, mut dw) = (vec![0.0; x.len()], vec![0.0; kernel.len()]);
        let name = format!("{batch}x{size}x{size}x{inputs}-{outputs}");
        group.throughput(Throughput::Elements(2 * (shape.output_len() * 9 * inputs) as u64));
        group.bench_function(BenchmarkId::new("forward/ours", &name), |bench| {
            bench.iter(|| {
                conv::forward(&shape, black_box(&x), &kernel, Some(&bias), Activation::Relu, &mut y)
            });
        });
        group.bench_function(BenchmarkId::new("input_gradient/ours", &name), |bench| {
            bench.iter(|| conv::input_gradient(&shape, black_box(&dz), &kernel, &mut dx));
        });
        group.bench_function(BenchmarkId::new("weight_gradient/ours", &name), |bench| {
            bench.iter(|| conv::weight_gradient(&shape, black_box(&x), &dz, &mut dw));
        });
    }
    group.finish();
}

fn optimizers(criterion: &mut Criterion) {
    let mut group = group(criterion, "adam");
    let rule =
        Adam { learning_rate: 1e-3, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7, weight_decay: 0.0 };
    for len in [1_290, 407_050, 8_000_000] {
        let (mut w, g) = (numbers(len, 1), numbers(len, 2));
        let (mut momentum, mut velocity) = (vec![0.0; len], vec![0.0; len]);
        group.throughput(Throughput::Bytes(7 * 4 * len as u64));
        group.bench_function(BenchmarkId::new("ours", len), |bench| {
            bench.iter(|| {
                let state = AdamState {
                    momentum: &mut momentum,
                    velocity: &mut velocity,
                    largest_velocity: None,
                };
                rule.update(10, &mut w, black_box(&g), state);
            });
        });
    }
    group.finish();
}

/// An activation map of the size that a small network has: batch, side, channels.
const MAP: [usize; 3] = [8, 64, 64];

fn memory_bound(criterion: &mut Criterion) {
    let mut group = group(criterion, "map");
    let [batch, side, channels] = MAP;
    let x = numbers(batch * side * side * channels, 1);
    let dz = numbers(x.len(), 2);
    let mut out = vec![0.0; x.len()];
    let bytes = 4 * x.len() as u64;

    let pool = Pool { batch, axes: [Axis::new(side, 2).stride(2); 2], channels };
    let (mut y, mut argmax) = (vec![0.0; pool.output_len()], vec![0; pool.output_len()]);
    group.throughput(Throughput::Bytes(bytes + bytes / 2));
    group.bench_function("max_pool/ours", |bench| {
        bench.iter(|| pool::max(&pool, black_box(&x), &mut y, &mut argmax));
    });
    group.bench_function("max_pool_backward/ours", |bench| {
        bench.iter(|| pool::max_backward(&pool, black_box(&y), &argmax, &mut out));
    });

    let (mut mean, mut variance) = (vec![0.0; channels], vec![0.0; channels]);
    norm::statistics(&x, &mut mean, &mut variance);
    let (want, _) = naive::moments(&x, channels);
    check(&mean, &want);
    group.throughput(Throughput::Bytes(bytes));
    group.bench_function("statistics/naive", |bench| {
        bench.iter(|| naive::moments(black_box(&x), channels));
    });
    group.bench_function("statistics/ours", |bench| {
        bench.iter(|| norm::statistics(black_box(&x), &mut mean, &mut variance));
    });
    let norm =
        BatchNorm { mean: &mean, variance: &variance, gamma: None, beta: None, epsilon: 1e-3 };
    group.throughput(Throughput::Bytes(2 * bytes));
    group.bench_function("batch_norm/ours", |bench| {
        bench.iter(|| norm.forward(black_box(&x), Activation::Relu, &mut out));
    });
    let (mut dgamma, mut dbeta) = (vec![0.0; channels], vec![0.0; channels]);
    group.throughput(Throughput::Bytes(5 * bytes));
    group.bench_function("batch_norm_backward/ours", |bench| {
        bench.iter(|| {
            let given = Statistics::OfBatch;
            let (gamma, beta) = (&mut dgamma[..], &mut dbeta[..]);
            let out = norm::Gradients { x: &mut out, gamma, beta };
            norm.backward(given, black_box(&x), &dz, out);
        });
    });

    group.throughput(Throughput::Bytes(2 * bytes));
    for function in [Function::Relu, Function::Tanh, Function::Gelu] {
        group.bench_function(format!("{function:?}/ours"), |bench| {
            bench.iter(|| elementwise::forward(function, black_box(&x), &mut out));
        });
    }
    group.bench_function("dropout/ours", |bench| {
        bench.iter(|| Dropout { rate: 0.5, seed: 1 }.apply(black_box(&x), &mut out));
    });
    group.throughput(Throughput::Bytes(bytes));
    group.bench_function("sum/ours", |bench| bench.iter(|| reduce::sum(black_box(&x))));

    let labels = vec![3; x.len() / 64];
    let mut losses = vec![0.0; labels.len()];
    let weighting = Weighting { factor: 1.0, rows: None };
    group.throughput(Throughput::Bytes(2 * bytes));
    group.bench_function("cross_entropy/ours", |bench| {
        bench.iter(|| {
            softmax::cross_entropy_of_labels(
                black_box(&x),
                &labels,
                weighting,
                &mut losses,
                &mut out,
            );
        });
    });
    group.finish();
}

/// A step of training of one recurrent layer, as benchmark `$name`: the loss looks at the last
/// output, and all gradients are wanted.
macro_rules! recurrent_layer {
    ($group:expr, $name:literal, $layer:expr, $naive:path, $gates:literal, $bias_rows:literal) => {{
        let layer = $layer;
        let Sequence { batch, steps, inputs, units, .. } = layer.sequence;
        let columns = $gates * units;
        let x = numbers(batch * steps * inputs, 1);
        let scaled = |len, seed| -> Vec<f32> {
            numbers(len, seed).iter().map(|value| 0.1 * value).collect()
        };
        let (kernel, recurrent_kernel) =
            (scaled(inputs * columns, 2), scaled(units * columns, 3));
        let (bias, dh) = (scaled($bias_rows * columns, 4), numbers(batch * units, 5));
        let input = Input { x: &x, states: None, mask: None };
        let weights =
            Weights { kernel: &kernel, recurrent_kernel: &recurrent_kernel, bias: Some(&bias) };
        let mut given = OutputGradient { sequence: None, states: Default::default() };
        given.states[0] = Some(&*dh);
        let mut h = vec![0.0; batch * units];
        let [mut dx, mut dk, mut dr, mut db] =
            [&x, &kernel, &recurrent_kernel, &bias].map(|like| vec![0.0; like.len()]);
        let mut tape = vec![0.0; layer.tape_len()];
        let mut step = || {
            let mut output = Output { sequence: None, states: Default::default() };
            output.states[0] = Some(&mut *h);
            layer.forward(black_box(input), weights, output, Some(&mut tape));
            let wanted = Gradients {
                x: Some(&mut dx),
                kernel: Some(&mut dk),
                recurrent_kernel: Some(&mut dr),
                bias: Some(&mut db),
                states: Default::default(),
            };
            layer.backward(input, weights, given, &mut tape, wanted);
        };
        let work = 3 * 2 * batch * steps * (inputs + units) * columns;
        $group.throughput(Throughput::Elements(work as u64));
        let size = format!("{batch}x{steps}x{inputs}-{units}");
        $group.bench_function(format!("{}/ours/{size}", $name), |bench| bench.iter(&mut step));
        if work < 1 << 24 {
            let naive = || $naive(&layer, &input, &weights).gradients(&given);
            let want = naive();
            check(&dx, &want.x);
            check(&dk, &want.kernel);
            check(&dr, &want.recurrent_kernel);
            check(&db, &want.bias);
            $group.bench_function(format!("{}/naive/{size}", $name), |bench| bench.iter(naive));
        }
    }};
}

/// Batch, steps, inputs, units: one small enough for the naive walk, one of usual size.
const RECURRENT: [[usize; 4]; 2] = [[4, 10, 16, 32], [32, 100, 64, 128]];

fn recurrent(criterion: &mut Criterion) {
    let mut group = group(criterion, "recurrent");
    for [batch, steps, inputs, units] in RECURRENT {
        let sequence = Sequence::new(batch, steps, inputs, units);
        recurrent_layer!(group, "lstm", Lstm::new(sequence), naive::lstm, 4, 1);
        recurrent_layer!(group, "gru", Gru::new(sequence), naive::gru, 3, 2);
        recurrent_layer!(group, "simple_rnn", SimpleRnn::new(sequence), naive::simple_rnn, 1, 1);
    }
    group.finish();
}

/// The same shape without gradients, with the output at each step.
fn recurrent_inference(criterion: &mut Criterion) {
    let mut group = group(criterion, "recurrent_inference");
    for batch in [1, 32] {
        let layer = Lstm::new(Sequence::new(batch, 100, 64, 128));
        let x = numbers(batch * 100 * 64, 1);
        let (kernel, recurrent_kernel) = (numbers(64 * 512, 2), numbers(128 * 512, 3));
        let weights = Weights { kernel: &kernel, recurrent_kernel: &recurrent_kernel, bias: None };
        let mut sequence = vec![0.0; batch * 100 * 128];
        group.throughput(Throughput::Elements(2 * (batch * 100 * 192 * 512) as u64));
        group.bench_function(BenchmarkId::new("lstm/ours", batch), |bench| {
            bench.iter(|| {
                let input = Input { x: black_box(&x), states: None, mask: None };
                let output = Output { sequence: Some(&mut sequence), states: [None, None] };
                layer.forward(input, weights, output, None);
            });
        });
    }
    group.finish();
}

criterion_group!(
    kernels,
    products,
    fully_connected,
    small_convolution,
    convolutions,
    optimizers,
    memory_bound,
    recurrent,
    recurrent_inference
);
criterion_main!(kernels);
