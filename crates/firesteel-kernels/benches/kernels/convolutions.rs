// SPDX-License-Identifier: MIT OR Apache-2.0
//! Convolutions of all kinds, forward and both gradients.
//!
//! Throughput counts the operations of the plain sums. Winograd's algorithm does fewer, and can be above the
//! machine's limit for that reason.

use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput};
use firesteel_kernels::conv::{self, Axis, Conv};
use firesteel_kernels::{Activation, naive};

use crate::support::{NAIVE_UP_TO, check, group, numbers};

/// A square image: its batch and side, how the window lies on each axis, channels and groups.
struct Case {
    kind: &'static str,
    batch: usize,
    side: usize,
    axis: fn(usize) -> Axis,
    channels: [usize; 2],
    groups: usize,
}

impl Case {
    const fn new(
        kind: &'static str,
        [batch, side]: [usize; 2],
        axis: fn(usize) -> Axis,
        channels: [usize; 2],
    ) -> Self {
        Self { kind, batch, side, axis, channels, groups: 1 }
    }

    /// Each channel by itself.
    const fn depthwise(
        kind: &'static str,
        image: [usize; 2],
        axis: fn(usize) -> Axis,
        channels: usize,
    ) -> Self {
        Self { groups: channels, ..Self::new(kind, image, axis, [channels, channels]) }
    }

    fn shape(&self) -> Conv<3> {
        let side = (self.axis)(self.side);
        Conv {
            batch: self.batch,
            axes: [Axis::new(1, 1), side, side],
            in_channels: self.channels[0],
            out_channels: self.channels[1],
            groups: self.groups,
        }
    }

    fn name(&self) -> String {
        let Self { kind, batch, side, channels: [inputs, outputs], .. } = self;
        format!("{kind}/{batch}x{side}x{side}x{inputs}-{outputs}")
    }
}

fn three(side: usize) -> Axis {
    Axis::new(side, 3).padding(1, 1)
}

fn three_by_two(side: usize) -> Axis {
    Axis::new(side, 3).padding(0, 1).stride(2)
}

fn one(side: usize) -> Axis {
    Axis::new(side, 1)
}

fn one_by_two(side: usize) -> Axis {
    Axis::new(side, 1).stride(2)
}

fn seven_by_two(side: usize) -> Axis {
    Axis::new(side, 7).padding(2, 3).stride(2)
}

fn dilated(side: usize) -> Axis {
    Axis::new(side, 3).padding(2, 2).dilation(2)
}

/// One of each kind that the naive loops can do, and those of usual networks.
const CASES: &[Case] = &[
    Case::new("3x3", [1, 14], three, [32, 32]),
    Case::new("3x3", [8, 128], three, [3, 64]),
    Case::new("3x3", [4, 128], three, [64, 64]),
    Case::new("3x3", [4, 64], three, [64, 128]),
    Case::new("3x3", [8, 56], three, [64, 64]),
    Case::new("3x3", [8, 28], three, [128, 128]),
    Case::new("3x3", [8, 7], three, [512, 512]),
    Case::new("3x3", [1, 7], three, [512, 512]),
    Case::new("3x3_stride_2", [1, 15], three_by_two, [16, 32]),
    Case::new("3x3_stride_2", [8, 56], three_by_two, [128, 128]),
    Case::new("3x3_dilation_2", [1, 14], dilated, [16, 32]),
    Case::new("3x3_dilation_2", [4, 56], dilated, [64, 64]),
    Case::new("1x1", [1, 14], one, [64, 32]),
    Case::new("1x1", [8, 28], one, [512, 128]),
    Case::new("1x1", [1, 28], one, [512, 128]),
    Case::new("1x1_stride_2", [1, 14], one_by_two, [64, 64]),
    Case::new("1x1_stride_2", [8, 56], one_by_two, [256, 512]),
    Case::new("7x7_stride_2", [1, 224], seven_by_two, [3, 64]),
    Case::depthwise("depthwise", [1, 14], three, 64),
    Case::depthwise("depthwise", [8, 56], three, 144),
    Case::depthwise("depthwise", [8, 7], three, 960),
    Case::depthwise("depthwise_stride_2", [1, 15], three_by_two, 70),
    Case::depthwise("depthwise_stride_2", [8, 112], three_by_two, 96),
];

/// The slices of a convolution.
struct Slices {
    x: Vec<f32>,
    kernel: Vec<f32>,
    bias: Vec<f32>,
    dz: Vec<f32>,
    y: Vec<f32>,
    dx: Vec<f32>,
    dw: Vec<f32>,
}

impl Slices {
    fn of(shape: &Conv<3>) -> Self {
        let (x, kernel) = (numbers(shape.input_len(), 1), numbers(shape.kernel_len(), 2));
        Self {
            bias: numbers(shape.out_channels, 3),
            dz: numbers(shape.output_len(), 4),
            y: vec![0.0; shape.output_len()],
            dx: vec![0.0; x.len()],
            dw: vec![0.0; kernel.len()],
            x,
            kernel,
        }
    }
}

pub(crate) fn convolutions(criterion: &mut Criterion) {
    let mut group = group(criterion, "conv");
    for case in CASES {
        let (shape, name) = (case.shape(), case.name());
        let mut slices = Slices::of(&shape);
        let work = work(&shape);
        group.throughput(Throughput::Elements(2 * work as u64));
        if work < NAIVE_UP_TO {
            beside_naive(&mut group, &shape, &name, &mut slices);
        }
        let Slices { x, kernel, bias, dz, y, dx, dw } = &mut slices;
        let (x, kernel, bias, dz) = (&x[..], &kernel[..], &bias[..], &dz[..]);
        group.bench_function(BenchmarkId::new("forward/ours", &name), |bench| {
            bench.iter(|| {
                conv::forward(&shape, black_box(x), kernel, Some(bias), Activation::Relu, y);
            });
        });
        group.bench_function(BenchmarkId::new("input_gradient/ours", &name), |bench| {
            bench.iter(|| conv::input_gradient(&shape, black_box(dz), kernel, dx));
        });
        group.bench_function(BenchmarkId::new("weight_gradient/ours", &name), |bench| {
            bench.iter(|| conv::weight_gradient(&shape, black_box(x), dz, dw));
        });
    }
    group.finish();
}

/// Multiplications.
fn work(shape: &Conv<3>) -> usize {
    let taps: usize = shape.axes.iter().map(|axis| axis.kernel).product();
    shape.output_len() * taps * shape.in_channels / shape.groups
}

/// Checks the answers, and measures the naive loops.
fn beside_naive(
    group: &mut BenchmarkGroup<'_, WallTime>,
    shape: &Conv<3>,
    name: &str,
    slices: &mut Slices,
) {
    let Slices { x, kernel, bias, dz, y, dx, dw } = slices;
    let (x, kernel, bias, dz) = (&x[..], &kernel[..], &bias[..], &dz[..]);
    conv::forward(shape, x, kernel, Some(bias), Activation::Relu, y);
    check(y, &naive::conv(shape, x, kernel, Some(bias), Activation::Relu));
    conv::input_gradient(shape, dz, kernel, dx);
    check(dx, &naive::conv_input_gradient(shape, dz, kernel));
    conv::weight_gradient(shape, x, dz, dw);
    check(dw, &naive::conv_weight_gradient(shape, x, dz));
    group.bench_function(BenchmarkId::new("forward/naive", name), |bench| {
        bench.iter(|| naive::conv(shape, black_box(x), kernel, Some(bias), Activation::Relu));
    });
    group.bench_function(BenchmarkId::new("input_gradient/naive", name), |bench| {
        bench.iter(|| naive::conv_input_gradient(shape, black_box(dz), kernel));
    });
    group.bench_function(BenchmarkId::new("weight_gradient/naive", name), |bench| {
        bench.iter(|| naive::conv_weight_gradient(shape, black_box(x), dz));
    });
}

/// A transposed convolution is the input's gradient, with bias and activation; its own gradients are a forward
/// pass and a weight gradient with the sides exchanged, which are measured above.
pub(crate) fn transposed(criterion: &mut Criterion) {
    let mut group = group(criterion, "conv_transposed");
    for (batch, side, channels) in [(1, 15, [32, 16]), (8, 56, [64, 128]), (8, 128, [3, 64])] {
        // from the smaller image with the second number of channels to the larger one with the first
        let shape = Case::new("transposed", [batch, side], three_by_two, channels).shape();
        let Slices { kernel, dz, mut dx, .. } = Slices::of(&shape);
        let bias = numbers(shape.in_channels, 5);
        let name = format!("{batch}x{side}x{side}x{}-{}", channels[1], channels[0]);
        group.throughput(Throughput::Elements(2 * work(&shape) as u64));
        if work(&shape) < NAIVE_UP_TO {
            conv::transposed(&shape, &dz, &kernel, None, Activation::Linear, &mut dx);
            check(&dx, &naive::conv_input_gradient(&shape, &dz, &kernel));
            group.bench_function(BenchmarkId::new("naive", &name), |bench| {
                bench.iter(|| naive::conv_input_gradient(&shape, black_box(&dz), &kernel));
            });
        }
        group.bench_function(BenchmarkId::new("ours", &name), |bench| {
            bench.iter(|| {
                let (dz, bias) = (black_box(&dz), Some(&*bias));
                conv::transposed(&shape, dz, &kernel, bias, Activation::Relu, &mut dx);
            });
        });
    }
    group.finish();
}
