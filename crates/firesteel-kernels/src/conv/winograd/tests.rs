// SPDX-License-Identifier: MIT OR Apache-2.0
use super::super::{Axis, forward, weight_gradient};
use super::*;
use crate::testing::{Within, close, numbers, on_every_isa, same_on_any_threads};
use crate::{Activation, Scaled, conv, naive};

on_every_isa!(
    equals_naive,
    many_channels,
    odd_numbers_spoil_their_tiles,
    odd_numbers_spoil_their_channel
);

fn shape(batch: usize, [rows, columns]: [Axis; 2], channels: [usize; 2]) -> Conv<3> {
    let [in_channels, out_channels] = channels;
    Conv { batch, axes: [Axis::new(1, 1), rows, columns], in_channels, out_channels, groups: 1 }
}

fn axis(input: usize, before: usize, after: usize) -> Axis {
    Axis::new(input, 3).padding(before, after)
}

/// The error grows with the root of the number of terms.
fn within(terms: usize) -> Within {
    Within { absolute: 1e-5 * (terms as f64).sqrt() / 4.0, relative: 1e-5 }
}

fn equals_naive() {
    for (batch, axes, channels) in [
        (1, [axis(8, 0, 0), axis(8, 0, 0)], [24, 24]),
        (2, [axis(9, 1, 1), axis(7, 1, 1)], [33, 25]),
        (3, [axis(6, 2, 2), axis(21, 1, 0)], [24, 70]),
        (1, [axis(30, 1, 1), axis(29, 0, 2)], [40, 37]),
    ] {
        // shapes of which most are too small to pay
        let shape = shape(batch, axes, channels);
        let what = format!("{shape:?}");
        let (x, kernel) = (numbers(shape.input_len(), 1), numbers(shape.kernel_len(), 2));
        let bias = numbers(shape.out_channels, 3);
        let mut y = vec![f32::NAN; shape.output_len()];
        let factors = numbers(shape.out_channels, 5);
        for scale in [None, Some(&*factors)] {
            let kernel = Scaled { values: &kernel, scale };
            run(&shape, &x, kernel, Some(&bias), Activation::Relu, &mut y);
            let expected = naive::conv_scaled(&shape, &x, kernel, Some(&bias), Activation::Relu);
            close(&what, &y, &expected, within(9 * channels[0]));
        }

        let dz = numbers(shape.output_len(), 4);
        let mut dx = vec![f32::NAN; x.len()];
        input_gradient(&shape, &dz, &kernel, &mut dx);
        let expected = naive::conv_input_gradient(&shape, &dz, &kernel);
        close(&format!("dx {what}"), &dx, &expected, within(9 * channels[1]));

        let mut dw = vec![f32::NAN; kernel.len()];
        gradient(&shape, &x, &dz, &mut dw);
        let expected = naive::conv_weight_gradient(&shape, &x, &dz);
        close(&format!("dw {what}"), &dw, &expected, within(shape.output_len() / channels[1]));
    }
}

/// The gradient of the kernel in several ranges of channels.
fn many_channels() {
    let shape = shape(2, [axis(8, 1, 1); 2], [160, 200]);
    let (x, dz) = (numbers(shape.input_len(), 1), numbers(shape.output_len(), 2));
    let mut dw = vec![f32::NAN; shape.kernel_len()];
    gradient(&shape, &x, &dz, &mut dw);
    let expected = naive::conv_weight_gradient(&shape, &x, &dz);
    close("dw of many channels", &dw, &expected, within(shape.output_len() / 200));
}

/// Which source positions a tile sees along an axis with so many zeros before it.
fn seen(tile: usize, before: usize) -> std::ops::Range<usize> {
    (tile * TILE).saturating_sub(before)..(tile * TILE + REACH).saturating_sub(before)
}

/// A target plane with its channels, and the zeros before each axis of its source.
struct Target {
    sizes: [usize; 3],
    before: [usize; 2],
}

impl Target {
    /// Checks a result whose source is not finite at one image, row and column: only what the tiles that see the place
    /// hold may differ, and not by a finite number where there is none.
    fn check(&self, odd: [usize; 3], got: &[f32], want: &[f64]) {
        let [rows, columns, channels] = self.sizes;
        let (mut spoiled, mut whole) = (0, 0);
        for (pixel, (got, want)) in got.chunks(channels).zip(want.chunks(channels)).enumerate() {
            let at = [pixel / columns / rows, pixel / columns % rows, pixel % columns];
            let sees = at[0] == odd[0]
                && seen(at[1] / TILE, self.before[0]).contains(&odd[1])
                && seen(at[2] / TILE, self.before[1]).contains(&odd[2]);
            if sees {
                let missed = |(got, want): (&f32, &f64)| got.is_finite() && !want.is_finite();
                assert!(!got.iter().zip(want).any(missed), "{at:?} does not see {odd:?}");
                spoiled += 1;
            } else {
                close(&format!("{at:?} beside {odd:?}"), got, want, within(9 * 30));
                whole += 1;
            }
        }
        assert!(spoiled > 0 && whole > 0, "{spoiled} spoiled and {whole} whole pixels");
    }
}

const ODD: [(f32, [usize; 3]); 3] =
    [(f32::NAN, [1, 9, 10]), (f32::INFINITY, [0, 0, 0]), (f32::NEG_INFINITY, [3, 17, 20])];

/// Four images of 18x21 pixels, from 24 channels to 30.
fn odd_shape() -> Conv<3> {
    let shape = shape(4, [axis(18, 1, 1), axis(21, 0, 2)], [24, 30]);
    assert!(fits(&shape));
    shape
}

/// A position of a channel in an image of so many.
fn position([image, row, column]: [usize; 3], channels: usize, channel: usize) -> usize {
    ((image * 18 + row) * 21 + column) * channels + channel
}

fn odd_numbers_spoil_their_tiles() {
    let shape = odd_shape();
    let kernel = numbers(shape.kernel_len(), 1);
    for (value, place) in ODD {
        let mut x = numbers(shape.input_len(), 2);
        x[position(place, 24, 5)] = value;
        let mut y = vec![0.0; shape.output_len()];
        forward(&shape, &x, &kernel, None, Activation::Linear, &mut y);
        let want = naive::conv(&shape, &x, &kernel, None, Activation::Linear);
        Target { sizes: [18, 21, 30], before: [1, 0] }.check(place, &y, &want);

        let mut dz = numbers(shape.output_len(), 3);
        dz[position(place, 30, 29)] = value;
        let mut dx = vec![0.0; x.len()];
        conv::input_gradient(&shape, &dz, &kernel, &mut dx);
        let want = naive::conv_input_gradient(&shape, &dz, &kernel);
        Target { sizes: [18, 21, 24], before: [1, 2] }.check(place, &dx, &want);
    }
}

/// In the gradient of the kernel all tiles meet, but no other channel.
fn odd_numbers_spoil_their_channel() {
    let shape = odd_shape();
    let finite = [numbers(shape.input_len(), 1), numbers(shape.output_len(), 2)];
    for (value, place) in ODD {
        let [mut x, mut dz] = finite.clone();
        x[position(place, 24, 5)] = value;
        dz[position(place, 30, 29)] = value;
        for ([x, dz], odd) in
            [([&x, &finite[1]], [Some(5), None]), ([&finite[0], &dz], [None, Some(29)])]
        {
            let mut dw = vec![0.0; shape.kernel_len()];
            weight_gradient(&shape, x, dz, &mut dw);
            let want = naive::conv_weight_gradient(&shape, x, dz);
            for (index, (&got, &want)) in dw.iter().zip(&want).enumerate() {
                let (input, output) = (index / 30 % 24, index % 30);
                if odd[0] == Some(input) || odd[1] == Some(output) {
                    assert!(want.is_finite() || !got.is_finite(), "{index}: {got} for {want}");
                } else {
                    close(&format!("dw[{index}]"), &[got], &[want], within(4 * 18 * 21));
                }
            }
            assert!(dw.iter().any(|value| !value.is_finite()));
        }
    }
}

#[test]
fn only_what_fits_is_taken() {
    let plain = shape(14, [axis(8, 1, 1); 2], [24, 24]);
    let other = |axis: Axis| Conv { axes: [Axis::new(1, 1), axis, plain.axes[2]], ..plain };
    assert!(fits(&plain));
    assert!(!fits(&other(plain.axes[1].stride(2))));
    assert!(!fits(&other(plain.axes[1].dilation(2))));
    assert!(!fits(&other(Axis::new(8, 5).padding(2, 2))));
    assert!(!fits(&other(axis(8, 3, 1))));
    assert!(!fits(&Conv { batch: 13, ..plain }));
    assert!(!fits(&Conv { groups: 2, ..plain }));
    assert!(!fits(&Conv { in_channels: 8, ..plain }));
    assert!(!fits(&Conv { axes: [axis(8, 1, 1); 3], ..plain }));
}

#[test]
fn threads_do_not_matter() {
    let shape = shape(3, [axis(20, 1, 1); 2], [24, 40]);
    assert!(fits(&shape));
    let (x, kernel) = (numbers(shape.input_len(), 1), numbers(shape.kernel_len(), 2));
    let dz = numbers(shape.output_len(), 3);
    same_on_any_threads(|| {
        let mut y = vec![0.0; shape.output_len()];
        forward(&shape, &x, &kernel, None, Activation::Linear, &mut y);
        let mut dw = vec![0.0; kernel.len()];
        weight_gradient(&shape, &x, &dz, &mut dw);
        [y, dw].concat()
    });
    // several ranges of channels, several parts of each
    let shape = Conv { in_channels: 160, out_channels: 200, ..shape };
    let (x, dz) = (numbers(shape.input_len(), 1), numbers(shape.output_len(), 2));
    same_on_any_threads(|| {
        let mut dw = vec![0.0; shape.kernel_len()];
        weight_gradient(&shape, &x, &dz, &mut dw);
        dw
    });
}
