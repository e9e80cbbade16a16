// SPDX-License-Identifier: MIT OR Apache-2.0
use super::super::{Axis, forward, weight_gradient};
use super::*;
use crate::testing::{Within, close, numbers, on_every_isa, same_on_any_threads};
use crate::{Activation, naive};

on_every_isa!(equals_naive);

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
        run(&shape, &x, &kernel, Some(&bias), Activation::Relu, &mut y);
        let expected = naive::conv(&shape, &x, &kernel, Some(&bias), Activation::Relu);
        close(&what, &y, &expected, within(9 * channels[0]));

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
}
