// SPDX-License-Identifier: MIT OR Apache-2.0
use proptest::prelude::*;

use super::*;
use crate::naive;
use crate::testing::{Within, close, for_all, numbers, on_every_isa, same_on_any_threads};

on_every_isa!(random_shapes, real_shapes, odd_numbers, same_in_two_axes);

fn check(shape: &Conv<3>) {
    let what = format!("{shape:?}");
    let terms = shape.kernel_len() as f64 / shape.out_channels as f64;
    // its products are sums of larger terms
    let looser = if winograd::fits(shape) { 5.0 } else { 1.0 };
    let within = |terms: f64| Within {
        absolute: looser * 1e-6 * (terms.sqrt() + 1.0),
        relative: looser * 1e-6,
    };
    let x = numbers(shape.input_len(), 1);
    let kernel = numbers(shape.kernel_len(), 2);
    let bias = numbers(shape.out_channels, 3);

    for (bias, activation) in [
        (None, Activation::Linear),
        (Some(&*bias), Activation::Relu),
        (Some(&*bias), Activation::Tanh),
    ] {
        let mut y = vec![f32::NAN; shape.output_len()];
        forward(shape, &x, &kernel, bias, activation, &mut y);
        close(&what, &y, &naive::conv(shape, &x, &kernel, bias, activation), within(terms));
    }
    let dz = numbers(shape.output_len(), 4);
    let mut dx = vec![f32::NAN; x.len()];
    input_gradient(shape, &dz, &kernel, &mut dx);
    let reach = (shape.n_taps() * shape.out_channels) as f64;
    let expected = naive::conv_input_gradient(shape, &dz, &kernel);
    close(&format!("dx {what}"), &dx, &expected, within(reach));

    let mut dw = vec![f32::NAN; kernel.len()];
    weight_gradient(shape, &x, &dz, &mut dw);
    let pixels = (shape.output_len() / shape.out_channels) as f64;
    close(&format!("dw {what}"), &dw, &naive::conv_weight_gradient(shape, &x, &dz), within(pixels));
}

fn axis() -> impl Strategy<Value = Axis> {
    (1..12_usize, 1..5_usize, 1..4_usize, 1..3_usize, 0..4_usize, 0..4_usize).prop_map(
        |(input, kernel, stride, dilation, before, after)| {
            Axis::new(input, kernel).padding(before, after).stride(stride).dilation(dilation)
        },
    )
}

fn shapes() -> impl Strategy<Value = Conv<3>> {
    let front = prop_oneof![3 => Just(Axis::new(1, 1)), 1 => axis()];
    let groups = prop_oneof![3 => Just(1_usize), 1 => 2..4_usize];
    (1..3_usize, front, axis(), axis(), groups, 1..7_usize, 1..21_usize).prop_map(
        |(batch, z, y, x, groups, inputs, outputs)| Conv {
            batch,
            axes: [z, y, x],
            in_channels: inputs * groups,
            out_channels: outputs * groups,
            groups,
        },
    )
}

fn random_shapes() {
    for_all(7, 300, &shapes(), |shape| check(&shape));
}

fn plane(batch: usize, size: usize, channels: [usize; 2], axis: impl Fn(Axis) -> Axis) -> Conv<3> {
    let side = axis(Axis::new(size, 3));
    Conv {
        batch,
        axes: [Axis::new(1, 1), side, side],
        in_channels: channels[0],
        out_channels: channels[1],
        groups: 1,
    }
}

/// Large enough for several bands, panels, blocks of the sum, splits and threads.
fn real_shapes() {
    check(&plane(3, 33, [3, 40], |axis| axis.padding(1, 1)));
    check(&plane(2, 28, [30, 35], |axis| axis.padding(1, 1)));
    check(&plane(1, 30, [17, 33], |axis| axis.padding(0, 1).stride(2)));
    check(&plane(1, 7, [130, 70], |axis| axis.padding(1, 1)));
    check(&plane(2, 19, [8, 16], |axis| axis.padding(2, 2).dilation(2)));
    check(&Conv { groups: 4, ..plane(2, 17, [16, 24], |axis| axis.padding(1, 1)) });
    check(&Conv { groups: 40, ..plane(1, 13, [40, 40], |axis| axis.padding(1, 1)) });
    check(&Conv { axes: [Axis::new(5, 1); 3], ..plane(1, 1, [20, 30], |axis| axis) });
}

fn odd_numbers() {
    let shape = plane(1, 6, [2, 3], |axis| axis.padding(1, 1));
    let mut x = numbers(shape.input_len(), 1);
    (x[10], x[33], x[50]) = (f32::NAN, f32::INFINITY, f32::NEG_INFINITY);
    let kernel = numbers(shape.kernel_len(), 2);
    let mut y = vec![0.0; shape.output_len()];
    forward(&shape, &x, &kernel, None, Activation::Relu, &mut y);
    let want = naive::conv(&shape, &x, &kernel, None, Activation::Relu);
    close("odd", &y, &want, Within { absolute: 1e-5, relative: 1e-6 });
}

fn same_in_two_axes() {
    let axes = [Axis::new(9, 3).padding(1, 1), Axis::new(8, 2).stride(2)];
    let flat = Conv { batch: 2, axes, in_channels: 5, out_channels: 6, groups: 1 };
    let (x, kernel) = (numbers(flat.input_len(), 1), numbers(flat.kernel_len(), 2));
    let mut y = vec![0.0; flat.output_len()];
    forward(&flat, &x, &kernel, None, Activation::Linear, &mut y);
    let want = naive::conv(&flat.in_space(), &x, &kernel, None, Activation::Linear);
    close("two axes", &y, &want, Within { absolute: 1e-5, relative: 1e-6 });
}

#[test]
fn a_kernel_that_does_not_fit_gives_no_output() {
    assert_eq!(Axis::new(2, 3).output(), 0);
    assert_eq!(Axis::new(2, 3).padding(1, 0).output(), 1);
    assert_eq!(Axis::new(10, 3).dilation(4).stride(2).output(), 1);
}

#[test]
fn threads_do_not_matter() {
    for shape in [
        plane(3, 33, [13, 40], |axis| axis.padding(1, 1)),
        plane(1, 29, [40, 70], |axis| axis.padding(1, 1).stride(2)),
    ] {
        same_on_any_threads(|| {
            let (x, kernel) = (numbers(shape.input_len(), 1), numbers(shape.kernel_len(), 2));
            let dz = numbers(shape.output_len(), 3);
            let bias = numbers(shape.out_channels, 4);
            let (mut y, mut dx) = (vec![0.0; dz.len()], vec![0.0; x.len()]);
            let mut dw = vec![0.0; kernel.len()];
            forward(&shape, &x, &kernel, Some(&bias), Activation::Sigmoid, &mut y);
            input_gradient(&shape, &dz, &kernel, &mut dx);
            weight_gradient(&shape, &x, &dz, &mut dw);
            [y, dx, dw].concat()
        });
    }
}
