// SPDX-License-Identifier: MIT OR Apache-2.0
//! Recurrent layers over whole sequences: a step of training, and inference.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use firesteel_kernels::naive;
use firesteel_kernels::recurrent::{
    Gradients, Gru, Input, Lstm, Output, OutputGradient, Sequence, SimpleRnn, Weights,
};

use crate::support::{NAIVE_UP_TO, check, group, numbers};

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
        if work < 2 * NAIVE_UP_TO {
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

pub(crate) fn training(criterion: &mut Criterion) {
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
pub(crate) fn inference(criterion: &mut Criterion) {
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
