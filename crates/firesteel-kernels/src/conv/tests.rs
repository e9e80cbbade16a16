// SPDX-License-Identifier: MIT OR Apache-2.0
use proptest::prelude::*;

use super::*;
use crate::naive;
use crate::testing::{
    Within, close, for_all, numbers, offsets, on_every_isa, placed, room, same_on_any_threads,
};

on_every_isa!(
    random_shapes,
    random_shapes_for_winograd,
    random_shapes_of_single_channels,
    random_shapes_of_single_pixels,
    taps_far_apart,
    real_shapes,
    odd_numbers,
    odd_numbers_of_single_channels,
    same_in_two_axes,
);

/// What sums of so many terms may be off by.
fn within(shape: &Conv<3>, terms: f64) -> Within {
    // its products are sums of larger terms
    let looser = if winograd::fits(shape) { 5.0 } else { 1.0 };
    Within { absolute: looser * 1e-6 * (terms.sqrt() + 1.0), relative: looser * 1e-6 }
}

fn check(shape: &Conv<3>) {
    check_at(shape, [0; 4]);
}

/// The slices begin at these offsets in their memory.
fn check_at(shape: &Conv<3>, [i, j, k, l]: [usize; 4]) {
    let what = format!("{shape:?}");
    let terms = shape.kernel_len() as f64 / shape.out_channels as f64;
    let x = placed(i, &numbers(shape.input_len(), 1));
    let kernel = placed(j, &numbers(shape.kernel_len(), 2));
    let bias = placed(k, &numbers(shape.out_channels, 3));

    for (bias, activation) in [
        (None, Activation::Linear),
        (Some(&*bias), Activation::Relu),
        (Some(&*bias), Activation::Tanh),
    ] {
        let mut y = room(l, shape.output_len());
        forward(shape, &x, &kernel, bias, activation, &mut y);
        close(&what, &y, &naive::conv(shape, &x, &kernel, bias, activation), within(shape, terms));
    }
    let factors = placed(l, &numbers(shape.out_channels, 5));
    let scaled = Scaled { values: &kernel, scale: Some(&factors) };
    let mut y = room(i, shape.output_len());
    forward_scaled(shape, &x, scaled, Some(&bias), Activation::Relu, &mut y);
    let expected = naive::conv_scaled(shape, &x, scaled, Some(&bias), Activation::Relu);
    close(&format!("scaled {what}"), &y, &expected, within(shape, terms));

    let dz = placed(k, &numbers(shape.output_len(), 4));
    let mut dx = room(l, x.len());
    input_gradient(shape, &dz, &kernel, &mut dx);
    let reach = (shape.n_taps() * shape.out_channels) as f64;
    let expected = naive::conv_input_gradient(shape, &dz, &kernel);
    close(&format!("dx {what}"), &dx, &expected, within(shape, reach));

    let mut dw = room(j, kernel.len());
    weight_gradient(shape, &x, &dz, &mut dw);
    let pixels = (shape.output_len() / shape.out_channels) as f64;
    let expected = naive::conv_weight_gradient(shape, &x, &dz);
    close(&format!("dw {what}"), &dw, &expected, within(shape, pixels));
}

/// The way back as a layer of its own, with bias and activation.
fn check_transposed(shape: &Conv<3>, [i, j, k, l]: [usize; 4]) {
    let x = placed(i, &numbers(shape.output_len(), 1));
    let kernel = placed(j, &numbers(shape.kernel_len(), 2));
    let bias = placed(k, &numbers(shape.in_channels, 3));
    let reach = (shape.n_taps() * shape.out_channels) as f64;
    for (bias, activation) in [(None, Activation::Relu), (Some(&*bias), Activation::Tanh)] {
        let mut y = room(l, shape.input_len());
        transposed(shape, &x, &kernel, bias, activation, &mut y);
        let expected = naive::conv_transposed(shape, &x, &kernel, bias, activation);
        close(&format!("transposed {shape:?}"), &y, &expected, within(shape, reach));
    }
}

/// Both, for random shapes at random offsets.
fn check_random(seed: u8, cases: u32, shapes: impl Strategy<Value = Conv<3>>) {
    for_all(seed, cases, &(shapes, offsets::<4>()), |(shape, offsets)| {
        check_at(&shape, offsets);
        check_transposed(&shape, offsets);
    });
}

fn axis() -> impl Strategy<Value = Axis> {
    (1..12_usize, 1..5_usize, 1..4_usize, 1..3_usize, 0..4_usize, 0..4_usize).prop_map(
        |(input, kernel, stride, dilation, before, after)| {
            Axis::new(input, kernel).padding(before, after).stride(stride).dilation(dilation)
        },
    )
}

fn shapes<A: Strategy<Value = Axis>>(axis: fn() -> A) -> impl Strategy<Value = Conv<3>> {
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
    check_random(7, 300, shapes(axis));
}

/// Where each pixel sees itself alone, there and back are products of matrices.
fn random_shapes_of_single_pixels() {
    let shapes = (1..4_usize, 1..5_usize, 1..12_usize, 1..40_usize, 1..40_usize).prop_map(
        |(batch, rows, columns, in_channels, out_channels)| {
            let axes = [1, rows, columns].map(|input| Axis::new(input, 1));
            let shape = Conv { batch, axes, in_channels, out_channels, groups: 1 };
            assert!(shape.as_dense().is_some());
            shape
        },
    );
    check_random(13, 40, shapes);
}

/// An axis whose taps lie so far apart that few of them see anything, at a border as wide as theirs.
fn far_axis() -> impl Strategy<Value = Axis> {
    let dilation = proptest::sample::select(vec![13_usize, 14, 1 << 31, (1 << 31) + 1, 1 << 60]);
    (1..12_usize, 1..5_usize, 1..4_usize, dilation, 0..3_usize, any::<bool>()).prop_map(
        |(input, kernel, stride, dilation, more, causal)| {
            let border = (kernel - 1) * dilation;
            let before = if causal { border } else { border / 2 };
            Axis::new(input, kernel)
                .padding(before, border - before + more)
                .stride(stride)
                .dilation(dilation)
        },
    )
}

/// No more memory is asked for than what is seen, and taps that see padding alone have no gradient.
fn taps_far_apart() {
    check_random(14, 100, shapes(far_axis));
    check_random(15, 60, single(far_axis));
    let mut far = plane(2, 8, [3, 4], |axis| axis);
    far.axes[2] = Axis::new(8, 3).dilation(1 << 31).padding(1 << 31, 1 << 31);
    let (x, dz) = (numbers(far.input_len(), 1), numbers(far.output_len(), 2));
    let mut dw = vec![f32::NAN; far.kernel_len()];
    weight_gradient(&far, &x, &dz, &mut dw);
    for (tap, dw) in dw.chunks(3 * 4).enumerate() {
        assert_eq!(dw.iter().all(|&dw| dw == 0.0), tap % 3 != 1, "tap {tap}");
    }
}

/// Images with so many tiles that short products pay; the chooser is asked for each.
fn random_shapes_for_winograd() {
    let axis = || {
        (6..20_usize, 0..3_usize, 0..3_usize).prop_map(|(output, before, after)| {
            Axis::new(output + 2 - before - after, 3).padding(before, after)
        })
    };
    let shapes =
        (axis(), axis(), 24..34_usize, 24..41_usize).prop_map(|(y, x, inputs, outputs)| {
            let axes = [Axis::new(1, 1), y, x];
            let one =
                Conv { batch: 1, axes, in_channels: inputs, out_channels: outputs, groups: 1 };
            let fewest = (1..).find(|&batch| winograd::fits(&Conv { batch, ..one }));
            Conv { batch: fewest.unwrap(), ..one }
        });
    check_random(11, 5, shapes.prop_filter("winograd", winograd::fits));
}

fn random_shapes_of_single_channels() {
    check_random(12, 120, single(axis));
}

/// As many groups as channels.
fn single<A: Strategy<Value = Axis>>(axis: fn() -> A) -> impl Strategy<Value = Conv<3>> {
    let front = prop_oneof![3 => Just(Axis::new(1, 1)), 1 => axis()];
    (1..3_usize, front, axis(), axis(), 2..71_usize).prop_map(|(batch, z, y, x, channels)| {
        single_channels(Conv {
            batch,
            axes: [z, y, x],
            in_channels: channels,
            out_channels: channels,
            groups: channels,
        })
    })
}

/// The same shape, of which is certain that it has a path of its own.
fn single_channels(shape: Conv<3>) -> Conv<3> {
    assert!(depthwise::fits(&shape));
    shape
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
    let deep =
        |channels: usize, shape: Conv<3>| single_channels(Conv { groups: channels, ..shape });
    check(&deep(40, plane(1, 13, [40, 40], |axis| axis.padding(1, 1))));
    check(&deep(70, plane(3, 40, [70, 70], |axis| axis.padding(0, 1).stride(2))));
    check(&deep(35, plane(2, 41, [35, 35], |axis| axis.padding(2, 2).dilation(2))));
    // two results for each channel
    check(&Conv { groups: 20, ..plane(1, 13, [20, 40], |axis| axis.padding(1, 1)) });
    check(&Conv { axes: [Axis::new(5, 1); 3], ..plane(1, 1, [20, 30], |axis| axis) });
    check_transposed(&plane(1, 29, [35, 30], |axis| axis.padding(1, 1).stride(2)), [0; 4]);
    check_transposed(&deep(40, plane(1, 33, [40, 40], |axis| axis.padding(1, 1))), [0; 4]);
}

/// What is not finite reaches what sees it, in its own group.
fn odd_numbers() {
    let within = Within { absolute: 1e-5, relative: 1e-6 };
    let one_group = plane(1, 6, [2, 3], |axis| axis.padding(1, 1));
    for shape in [one_group, Conv { groups: 2, in_channels: 4, out_channels: 6, ..one_group }] {
        let (x, dz) = (numbers(shape.input_len(), 1), numbers(shape.output_len(), 4));
        let (mut odd_x, mut odd_dz) = (x.clone(), dz.clone());
        for odd in [&mut odd_x, &mut odd_dz] {
            (odd[10], odd[33], odd[50]) = (f32::NAN, f32::INFINITY, f32::NEG_INFINITY);
        }
        let kernel = numbers(shape.kernel_len(), 2);
        let mut y = vec![0.0; dz.len()];
        forward(&shape, &odd_x, &kernel, None, Activation::Relu, &mut y);
        let want = naive::conv(&shape, &odd_x, &kernel, None, Activation::Relu);
        close("odd", &y, &want, within);
        let mut dx = vec![0.0; x.len()];
        input_gradient(&shape, &odd_dz, &kernel, &mut dx);
        close("odd dx", &dx, &naive::conv_input_gradient(&shape, &odd_dz, &kernel), within);
        let mut dw = vec![0.0; kernel.len()];
        weight_gradient(&shape, &odd_x, &dz, &mut dw);
        close("odd dw", &dw, &naive::conv_weight_gradient(&shape, &odd_x, &dz), within);
        // a pixel that every tap sees, so that no zero of the border is multiplied
        for odd in [f32::NAN, f32::INFINITY] {
            let mut dz = dz.clone();
            dz[15 * shape.out_channels + 1] = odd;
            weight_gradient(&shape, &x, &dz, &mut dw);
            close("odd dw", &dw, &naive::conv_weight_gradient(&shape, &x, &dz), within);
            assert!(dw.iter().skip(1).step_by(shape.out_channels).all(|dw| !dw.is_finite()));
        }
    }
}

/// What is not finite reaches the windows that see it, in its own channel.
fn odd_numbers_of_single_channels() {
    let shape = plane(1, 9, [21, 21], |axis| axis.padding(1, 1));
    let shape = single_channels(Conv { groups: 21, ..shape });
    let within = Within { absolute: 1e-5, relative: 1e-6 };
    let (mut x, mut dz) = (numbers(shape.input_len(), 1), numbers(shape.output_len(), 2));
    for values in [&mut x, &mut dz] {
        (values[10], values[333], values[500]) = (f32::NAN, f32::INFINITY, f32::NEG_INFINITY);
    }
    let mut kernel = numbers(shape.kernel_len(), 3);
    let mut y = vec![0.0; dz.len()];
    forward(&shape, &x, &kernel, None, Activation::Relu, &mut y);
    close("odd", &y, &naive::conv(&shape, &x, &kernel, None, Activation::Relu), within);
    let mut dx = vec![0.0; x.len()];
    input_gradient(&shape, &dz, &kernel, &mut dx);
    close("odd dx", &dx, &naive::conv_input_gradient(&shape, &dz, &kernel), within);
    let (mut dw, given) = (vec![0.0; kernel.len()], numbers(dz.len(), 4));
    weight_gradient(&shape, &x, &given, &mut dw);
    close("odd dw", &dw, &naive::conv_weight_gradient(&shape, &x, &given), within);
    // a tap does not reach beyond the image
    kernel[0] = f32::NAN;
    let x = vec![1.0; x.len()];
    forward(&shape, &x, &kernel, None, Activation::Linear, &mut y);
    close("odd tap", &y, &naive::conv(&shape, &x, &kernel, None, Activation::Linear), within);
    assert!(y[0].is_finite() && y[10 * 21].is_nan());
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
    assert_eq!(Axis::new(10, 3).dilation(usize::MAX).padding(usize::MAX, 0).output(), 0);
    assert_eq!(Axis::new(10, 3).dilation(usize::MAX).padding(usize::MAX, usize::MAX).output(), 10);
}

#[test]
fn threads_do_not_matter() {
    for shape in [
        plane(3, 33, [13, 40], |axis| axis.padding(1, 1)),
        plane(1, 29, [40, 70], |axis| axis.padding(1, 1).stride(2)),
        Conv { groups: 70, ..plane(3, 41, [70, 70], |axis| axis.padding(1, 1).stride(2)) },
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
