// SPDX-License-Identifier: MIT OR Apache-2.0
//! Operations as layers call them, beside the same made of Burn's own on its CPU backend, Burn Flex.
//!
//! Burn has its own layout, channels first, so that it pays for no change of layout. Both sides compute the same
//! numbers, which is checked before they are measured. A `step` is the operation and the gradient by all of its
//! inputs. Throughput counts floating-point operations of the plain sums, or bytes of the inputs and outputs.
//!
//! ```text
//! cargo bench -p firesteel-tensor --bench operations -- conv
//! ```
#![expect(clippy::unwrap_used, reason = "a benchmark stops where it fails")]

use std::hint::black_box;
use std::time::Duration;

use burn::tensor::ops::{ConvOptions, MaxPoolOptions};
use burn::tensor::{Device as BurnDevice, Tensor as Burn, TensorData, activation, loss, module};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use firesteel_tensor::ops::{
    Classes, ConvGeometry, Padding, PoolGeometry, Recurrent, RecurrentCell, RecurrentStart,
    RecurrentWeights,
};
use firesteel_tensor::{Activation, Device, Tensor, gradients, ops, update};

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

fn ours(axes: &[usize], seed: u32) -> Tensor {
    Tensor::from_vec(numbers(axes.iter().product(), seed), axes, &Device::cpu()).unwrap()
}

/// The same numbers as [`ours`].
fn burns<const D: usize>(axes: [usize; D], seed: u32) -> Burn<D> {
    let data = TensorData::new(numbers(axes.iter().product(), seed), axes);
    Burn::from_data(data, &BurnDevice::flex())
}

/// An image of [`ours`] as Burn likes it.
fn burns_image([batch, height, width, channels]: [usize; 4], seed: u32) -> Burn<4> {
    let image = burns([batch, height, width, channels], seed).permute([0, 3, 1, 2]);
    // in this order in memory too
    let values = image.try_into_data().unwrap();
    Burn::from_data(values, &BurnDevice::flex())
}

fn leaf<const D: usize>(tensor: &Burn<D>) -> Burn<D> {
    tensor.clone().autodiff().require_grad()
}

/// The gradient of the sum by the first of the inputs; those by the others are computed too.
fn our_step(inputs: &[&Tensor], operation: impl Fn(&[Tensor]) -> Tensor) -> Tensor {
    let inputs: Vec<Tensor> = inputs.iter().map(|input| input.tracked()).collect();
    let sum = ops::sum_all(&operation(&inputs)).unwrap();
    gradients(&sum).unwrap().take(&inputs[0]).unwrap()
}

fn burns_step<const D: usize, const E: usize>(first: &Burn<D>, output: Burn<E>) -> Burn<D> {
    let gradients = output.sum().backward();
    first.grad(&gradients).unwrap()
}

/// Sum, and sum of squares: the same in any order.
fn sums(values: &[f32]) -> [f64; 2] {
    let wide = || values.iter().map(|&value| f64::from(value));
    [wide().sum(), wide().map(|value| value * value).sum()]
}

/// Measures both sides of an operation, after a look at whether they give the same.
fn beside<const D: usize>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    throughput: Throughput,
    burn: impl Fn() -> Burn<D>,
    ours: impl Fn() -> Tensor,
) {
    let theirs = burn().try_into_data().unwrap().try_to_vec::<f32>().unwrap();
    let [got, want] = [sums(&ours().to_vec().unwrap()), sums(&theirs)];
    // each number may be off by a thousandth of what they are on average
    let bounds = [1e-3 * (want[1] * theirs.len() as f64).sqrt(), 1e-3 * want[1]];
    let same = (0..2).all(|index| (got[index] - want[index]).abs() <= bounds[index]);
    assert!(same, "{name}: sums {got:?} instead of {want:?}");
    group.throughput(throughput);
    group.bench_function(format!("{name}/burn-flex"), |bench| bench.iter(&burn));
    group.bench_function(format!("{name}/ours"), |bench| bench.iter(&ours));
}

fn group<'a>(criterion: &'a mut Criterion, name: &str) -> BenchmarkGroup<'a, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    group.sample_size(10);
    group
}

fn operations(count: usize) -> Throughput {
    Throughput::Elements(2 * count as u64)
}

fn bytes(numbers: usize) -> Throughput {
    Throughput::Bytes(4 * numbers as u64)
}

fn products(criterion: &mut Criterion) {
    let mut group = group(criterion, "matmul");
    for [rows, inner, columns] in [[32, 128, 10], [128, 784, 512], [1024, 1024, 1024]] {
        let (a, b) = (ours(&[rows, inner], 1), ours(&[inner, columns], 2));
        let (burn_a, burn_b) = (burns([rows, inner], 1), burns([inner, columns], 2));
        let name = format!("{rows}x{inner}x{columns}");
        beside(
            &mut group,
            &name,
            operations(rows * inner * columns),
            || burn_a.clone().matmul(black_box(&burn_b).clone()),
            || ops::dense(&a, black_box(&b), None, Activation::Linear).unwrap(),
        );
    }
    // of the size that attention has
    let (a, b) = (ours(&[96, 128, 64], 1), ours(&[96, 64, 128], 2));
    let (burn_a, burn_b) = (burns([96, 128, 64], 1), burns([96, 64, 128], 2));
    beside(
        &mut group,
        "96x128x64x128/step",
        operations(3 * 96 * 128 * 64 * 128),
        || {
            let (a, b) = (leaf(&burn_a), leaf(&burn_b));
            burns_step(&a, a.clone().matmul(b))
        },
        || our_step(&[&a, &b], |i| ops::matmul(&i[0], &i[1]).unwrap()),
    );
    group.finish();
}

/// Kind, image, channels of the output, window, groups.
const CONVOLUTIONS: [(&str, [usize; 4], usize, usize, usize); 4] = [
    ("3x3", [8, 56, 56, 64], 64, 3, 1),
    ("3x3_few_channels", [8, 128, 128, 3], 64, 3, 1),
    ("1x1", [8, 28, 28, 512], 128, 1, 1),
    ("depthwise", [8, 56, 56, 144], 144, 3, 144),
];

fn convolutions(criterion: &mut Criterion) {
    let mut group = group(criterion, "conv");
    for (name, image, outputs, window, groups) in CONVOLUTIONS {
        let [batch, height, width, channels] = image;
        let depth = channels / groups;
        let (x, kernel) = (ours(&image, 1), ours(&[window, window, depth, outputs], 2));
        let bias = ours(&[outputs], 3);
        let geometry =
            ConvGeometry { strides: [1; 2], dilation: [1; 2], padding: Padding::Same, groups };
        let convolve = |x: &Tensor, kernel: &Tensor, bias: &Tensor| {
            ops::conv(x, kernel, Some(bias), geometry, Activation::Relu).unwrap()
        };
        let burn_x = burns_image(image, 1);
        let burn_kernel = burns([window, window, depth, outputs], 2).permute([3, 2, 0, 1]);
        let burn_bias = burns([outputs], 3);
        let options = || ConvOptions::new([1; 2], [window / 2; 2], [1; 2], groups);
        let burn_convolve = |x: &Burn<4>, kernel: &Burn<4>, bias: &Burn<1>| {
            let (x, kernel, bias) = (x.clone(), kernel.clone(), Some(bias.clone()));
            activation::relu(module::conv2d(x, kernel, bias, options()))
        };
        let work = batch * height * width * outputs * window * window * depth;
        beside(
            &mut group,
            &format!("{name}/forward"),
            operations(work),
            || burn_convolve(&burn_x, &burn_kernel, &burn_bias),
            || convolve(&x, &kernel, &bias),
        );
        beside(
            &mut group,
            &format!("{name}/step"),
            operations(3 * work),
            || {
                let (x, kernel, bias) = (leaf(&burn_x), leaf(&burn_kernel), leaf(&burn_bias));
                burns_step(&x, burn_convolve(&x, &kernel, &bias))
            },
            || our_step(&[&x, &kernel, &bias], |i| convolve(&i[0], &i[1], &i[2])),
        );
    }
    group.finish();
}

const IMAGE: [usize; 4] = [8, 64, 64, 64];

fn memory_bound(criterion: &mut Criterion) {
    let mut group = group(criterion, "map");
    let channels = IMAGE[3];
    let len: usize = IMAGE.iter().product();
    let (x, burn_x) = (ours(&IMAGE, 1), burns_image(IMAGE, 1));
    let geometry = PoolGeometry { window: [2; 2], strides: [2; 2], padding: Padding::Valid };
    beside(
        &mut group,
        "max_pool/step",
        bytes(2 * len + len / 2),
        || {
            let x = leaf(&burn_x);
            burns_step(&x, module::max_pool2d(x.clone(), MaxPoolOptions::new([2; 2])))
        },
        || our_step(&[&x], |i| ops::max_pool2d(&i[0], geometry).unwrap()),
    );

    let (gamma, beta) = (ours(&[channels], 3), ours(&[channels], 4));
    let (burn_gamma, burn_beta) = (burns([channels], 3), burns([channels], 4));
    // the sum of what is normalised does not depend on `x`; behind the activation it does
    beside(
        &mut group,
        "batch_norm_relu/step",
        bytes(8 * len),
        || {
            let (x, gamma, beta) = (leaf(&burn_x), leaf(&burn_gamma), leaf(&burn_beta));
            let normalised = module::batch_norm_train(x.clone(), gamma.clone(), beta.clone(), 1e-3);
            burns_step(&x, activation::relu(normalised.output))
        },
        || {
            our_step(&[&x, &gamma, &beta], |i| {
                let (gamma, beta) = (Some(&i[1]), Some(&i[2]));
                let relu = Activation::Relu;
                ops::normalize_batch(&i[0], 3, gamma, beta, 1e-3, relu).unwrap().output
            })
        },
    );
    beside(
        &mut group,
        "gelu/step",
        bytes(6 * len),
        || {
            let x = leaf(&burn_x);
            burns_step(&x, activation::gelu(x.clone()))
        },
        || our_step(&[&x], |i| ops::activate(&i[0], Activation::Gelu).unwrap()),
    );
    beside(
        &mut group,
        "add/forward",
        bytes(3 * len),
        || burn_x.clone().add(burn_x.clone()),
        || ops::add(&x, &x).unwrap(),
    );
    let (y, burn_y) = (ours(&IMAGE, 5), burns_image(IMAGE, 5));
    beside(
        &mut group,
        "add/step",
        bytes(3 * len),
        || {
            let (x, y) = (leaf(&burn_x), leaf(&burn_y));
            burns_step(&x, x.clone().add(y))
        },
        || our_step(&[&x, &y], |i| ops::add(&i[0], &i[1]).unwrap()),
    );
    group.finish();
}

fn cross_entropy(criterion: &mut Criterion) {
    let mut group = group(criterion, "softmax_cross_entropy");
    for (rows, classes) in [(128, 10), (256, 1000)] {
        let one_hot: Vec<f32> = (0..rows * classes)
            .map(|place| f32::from(u8::from(place % classes == place / classes % classes)))
            .collect();
        let targets = Tensor::from_vec(one_hot.clone(), &[rows, classes], &Device::cpu()).unwrap();
        let burn_targets: Burn<2> =
            Burn::from_data(TensorData::new(one_hot, [rows, classes]), &BurnDevice::flex());
        let (x, burn_x) = (ours(&[rows, classes], 1), burns([rows, classes], 1));
        beside(
            &mut group,
            &format!("{rows}x{classes}/step"),
            bytes(3 * rows * classes),
            || {
                let x = leaf(&burn_x);
                let targets = burn_targets.clone().autodiff();
                burns_step(&x, loss::cross_entropy_with_logits(x.clone(), targets))
            },
            || {
                our_step(&[&x], |i| {
                    ops::mean_cross_entropy(&i[0], Classes::Probabilities(&targets)).unwrap()
                })
            },
        );
    }
    group.finish();
}

const LSTM: [usize; 4] = [32, 100, 64, 128];

/// The last output of an LSTM, step by step.
fn burns_lstm(x: &Burn<3>, kernel: &Burn<2>, recurrent: &Burn<2>, bias: &Burn<1>) -> Burn<2> {
    let [batch, steps, inputs, units] = LSTM;
    let input = x.clone().reshape([batch * steps, inputs]).matmul(kernel.clone());
    let input = input.add(bias.clone().reshape([1, 4 * units]));
    let input = input.reshape([batch, steps, 4 * units]);
    let zeros = || Burn::<2>::zeros([batch, units], &BurnDevice::flex()).autodiff();
    let (mut h, mut c) = (zeros(), zeros());
    for step in 0..steps {
        let here = input.clone().slice([0..batch, step..step + 1, 0..4 * units]);
        let sums = here.reshape([batch, 4 * units]).add(h.matmul(recurrent.clone()));
        let gate =
            |index: usize| sums.clone().slice([0..batch, index * units..(index + 1) * units]);
        let new = activation::sigmoid(gate(0)).mul(gate(2).tanh());
        c = activation::sigmoid(gate(1)).mul(c).add(new);
        h = activation::sigmoid(gate(3)).mul(c.clone().tanh());
    }
    h
}

fn recurrent(criterion: &mut Criterion) {
    let mut group = group(criterion, "lstm");
    let [batch, steps, inputs, units] = LSTM;
    let scaled = |axes: &[usize], seed| ops::multiply_scalar(&ours(axes, seed), 0.1).unwrap();
    let x = ours(&[batch, steps, inputs], 1);
    let (kernel, recurrent) = (scaled(&[inputs, 4 * units], 2), scaled(&[units, 4 * units], 3));
    let bias = scaled(&[4 * units], 4);
    let burn_x = burns([batch, steps, inputs], 1);
    let burn_kernel = burns([inputs, 4 * units], 2).mul_scalar(0.1);
    let burn_recurrent = burns([units, 4 * units], 3).mul_scalar(0.1);
    let burn_bias = burns([4 * units], 4).mul_scalar(0.1);
    let cell = RecurrentCell::Lstm {
        activation: Activation::Tanh,
        recurrent_activation: Activation::Sigmoid,
    };
    let options = Recurrent {
        cell,
        go_backwards: false,
        zero_output_for_mask: false,
        return_sequences: false,
        return_state: false,
    };
    beside(
        &mut group,
        "32x100x64-128/step",
        operations(3 * batch * steps * (inputs + units) * 4 * units),
        || {
            let (x, kernel) = (leaf(&burn_x), leaf(&burn_kernel));
            let (recurrent, bias) = (leaf(&burn_recurrent), leaf(&burn_bias));
            burns_step(&x, burns_lstm(&x, &kernel, &recurrent, &bias))
        },
        || {
            our_step(&[&x, &kernel, &recurrent, &bias], |i| {
                let weights = RecurrentWeights {
                    kernel: i[1].clone(),
                    recurrent_kernel: i[2].clone(),
                    bias: Some(i[3].clone()),
                };
                let start = RecurrentStart::default();
                ops::recurrent(&i[0], &weights, &start, options).unwrap().swap_remove(0)
            })
        },
    );
    group.finish();
}

fn adam(criterion: &mut Criterion) {
    let mut group = group(criterion, "adam");
    let rule = update::Adam {
        learning_rate: 1e-3,
        beta_1: 0.9,
        beta_2: 0.999,
        epsilon: 1e-7,
        amsgrad: false,
        step: 10,
    };
    for len in [1_290, 407_050, 8_000_000] {
        group.throughput(bytes(7 * len));
        let gradient = burns([len], 2);
        let mut state = Some([burns([len], 1), burns([len], 3), burns([len], 4).square()]);
        group.bench_function(format!("{len}/burn-flex"), |bench| {
            bench.iter(|| {
                let [w, m, v] = state.take().unwrap();
                let change = gradient.clone().sub(m.clone()).mul_scalar(0.1);
                let m = m.add(change);
                let change = gradient.clone().square().sub(v.clone()).mul_scalar(0.001);
                let v = v.add(change);
                let divisor = v.clone().sqrt().add_scalar(1e-7);
                let w = w.sub(m.clone().mul_scalar(1e-3).div(divisor));
                state = Some([w, m, v]);
            });
        });
        let gradient = ours(&[len], 2);
        let square = ops::square(&ours(&[len], 4)).unwrap();
        let mut state = Some((ours(&[len], 1), vec![ours(&[len], 3), square]));
        group.bench_function(format!("{len}/ours"), |bench| {
            bench.iter(|| {
                let (weight, slots) = state.take().unwrap();
                state = Some(update::update(&rule, 1.0, weight, &gradient, slots).unwrap());
            });
        });
    }
    group.finish();
}

criterion_group!(benches, products, convolutions, memory_bound, cross_entropy, recurrent, adam);
criterion_main!(benches);
