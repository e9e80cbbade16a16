// SPDX-License-Identifier: MIT OR Apache-2.0
use proptest::prelude::*;

use super::*;
use crate::testing::{
    EXACT, ODD, Within, close, for_all, numbers, offsets, on_every_isa, same_on_any_threads,
};
use crate::{epilogue, naive};

on_every_isa!(
    forward_equals_naive,
    backward_equals_naive,
    gradients_equal_naive,
    random_layers,
    odd_numbers_pass,
    odd_inputs,
    a_unit_that_is_off_passes_nothing_on,
);

const ACTIVATIONS: [Activation; 5] = [
    Activation::Linear,
    Activation::Relu,
    Activation::Sigmoid,
    Activation::Tanh,
    Activation::HardSigmoid,
];
const LAYERS: [[usize; 3]; 6] =
    [[32, 128, 10], [1, 3, 1], [5, 7, 65], [2, 0, 3], [128, 100, 30], [4_100, 17, 19]];

fn layers() -> impl Iterator<Item = Dense> {
    LAYERS.into_iter().map(|[rows, inputs, units]| Dense { rows, inputs, units })
}

/// What sums of so many terms may be off by.
fn sums_of(terms: usize, each: f64) -> Within {
    Within { absolute: each * (1.0 + (terms as f64).sqrt()), relative: 1e-6 }
}

/// The slices begin at these offsets in their memory.
fn check_forward(layer: Dense, activation: Activation, with_bias: bool, [i, j, k]: [usize; 3]) {
    let x = numbers(i + layer.rows * layer.inputs, 1);
    let (w, b) = (numbers(j + layer.inputs * layer.units, 2), numbers(k + layer.units, 3));
    let (x, w, b) = (&x[i..], &w[j..], with_bias.then_some(&b[k..]));
    let mut y = vec![f32::NAN; k + layer.rows * layer.units];
    forward(layer, x, w, b, activation, &mut y[k..]);
    let want = naive::dense(layer, x, w, b, activation);
    close(&format!("{layer:?} {activation:?}"), &y[k..], &want, sums_of(layer.inputs, 1e-6));
}

fn check_backward(layer: Dense, activation: Activation, [i, j, k]: [usize; 3]) {
    let len = layer.rows * layer.units;
    let (y, dy) = (numbers(i + len, 1), numbers(j + len, 2));
    let (y, dy) = (&y[i..], &dy[j..]);
    let slope = |y: f32| naive::activation_slope(activation, f64::from(y));
    let dz_want: Vec<f64> = y.iter().zip(dy).map(|(&y, &dy)| f64::from(dy) * slope(y)).collect();
    let mut db_want = vec![0.0; layer.units];
    dz_want.iter().enumerate().for_each(|(i, dz)| db_want[i % layer.units] += dz);
    let (mut dz, mut db) = (vec![f32::NAN; k + len], vec![f32::NAN; layer.units]);
    epilogue::backward(activation, layer.units, y, dy, &mut dz[k..], Some(&mut db));
    let within = Within { absolute: 3e-7, relative: 1e-6 };
    close("dz", &dz[k..], &dz_want, within);
    close("db", &db, &db_want, sums_of(layer.rows, 1e-6));
    dz.fill(f32::NAN);
    epilogue::backward(activation, layer.units, y, dy, &mut dz[k..], None);
    close("dz alone", &dz[k..], &dz_want, within);
}

fn check_gradients(layer: Dense, [i, j, k]: [usize; 3]) {
    let x = numbers(i + layer.rows * layer.inputs, 1);
    let (w, dz) =
        (numbers(j + layer.inputs * layer.units, 2), numbers(k + layer.rows * layer.units, 3));
    let (x, w, dz) = (&x[i..], &w[j..], &dz[k..]);
    let (mut dx, mut dw) = (vec![f32::NAN; x.len()], vec![f32::NAN; w.len()]);
    input_gradient(layer, dz, w, &mut dx);
    weight_gradient(layer, x, dz, &mut dw);
    let (mut dx_want, mut dw_want) = (vec![0.0; x.len()], vec![0.0; w.len()]);
    for row in 0..layer.rows {
        for input in 0..layer.inputs {
            for unit in 0..layer.units {
                let (place, weight) = (row * layer.inputs + input, input * layer.units + unit);
                let dz = f64::from(dz[row * layer.units + unit]);
                dx_want[place] += dz * f64::from(w[weight]);
                dw_want[weight] += dz * f64::from(x[place]);
            }
        }
    }
    close("dx", &dx, &dx_want, sums_of(layer.units, 2e-6));
    close("dw", &dw, &dw_want, sums_of(layer.rows, 2e-6));
}

fn forward_equals_naive() {
    for layer in layers() {
        for activation in ACTIVATIONS {
            check_forward(layer, activation, false, [0; 3]);
            check_forward(layer, activation, true, [0; 3]);
        }
    }
}

fn backward_equals_naive() {
    for layer in layers() {
        ACTIVATIONS.into_iter().for_each(|activation| check_backward(layer, activation, [0; 3]));
    }
}

fn gradients_equal_naive() {
    layers().for_each(|layer| check_gradients(layer, [0; 3]));
}

fn random_layers() {
    let layers = (1..70_usize, 1..90_usize, 1..80_usize).prop_map(|(rows, inputs, units)| Dense {
        rows,
        inputs,
        units,
    });
    let activations = proptest::sample::select(ACTIVATIONS.to_vec());
    let cases = (layers, activations, any::<bool>(), offsets::<3>());
    for_all(11, 120, &cases, |(layer, activation, with_bias, offsets)| {
        check_forward(layer, activation, with_bias, offsets);
        check_backward(layer, activation, offsets);
        check_gradients(layer, offsets);
    });
}

fn odd_numbers_pass() {
    for activation in ACTIVATIONS {
        let mut y = ODD;
        epilogue::forward(activation, Some(&[0.0; 7]), &mut y);
        let want = ODD.map(|x| naive::activated(activation, f64::from(x)));
        close(&format!("{activation:?}"), &y, &want, Within { absolute: 1.2e-38, relative: 5e-7 });
    }
}

/// What is not finite goes through product, bias and activation as arithmetic has it.
fn odd_inputs() {
    let layer = Dense { rows: 9, inputs: 21, units: 37 };
    let mut x = numbers(layer.rows * layer.inputs, 1);
    (x[30], x[70], x[110]) = (f32::NAN, f32::INFINITY, f32::NEG_INFINITY);
    let mut b = numbers(layer.units, 3);
    (b[0], b[20], b[36]) = (f32::INFINITY, f32::NAN, f32::NEG_INFINITY);
    let w = numbers(layer.inputs * layer.units, 2);
    for activation in ACTIVATIONS {
        let mut y = vec![0.0; layer.rows * layer.units];
        forward(layer, &x, &w, Some(&b), activation, &mut y);
        let want = naive::dense(layer, &x, &w, Some(&b), activation);
        close(&format!("{activation:?}"), &y, &want, sums_of(layer.inputs, 1e-6));
    }
}

#[test]
fn threads_do_not_matter() {
    same_on_any_threads(|| {
        let layer = Dense { rows: 4_200, inputs: 31, units: 47 };
        let (x, w) =
            (numbers(layer.rows * layer.inputs, 1), numbers(layer.inputs * layer.units, 2));
        let mut y = vec![0.0; layer.rows * layer.units];
        forward(layer, &x, &w, Some(&numbers(47, 3)), Activation::Tanh, &mut y);
        y
    });
}

/// As with JAX, whose gradient of relu is a choice and not a product.
fn a_unit_that_is_off_passes_nothing_on() {
    let y = [0.0, 0.0, 2.0, -0.0, f32::NAN, 1.0];
    let dy = [f32::INFINITY, f32::NAN, f32::INFINITY, 3.0, 5.0, 7.0];
    let mut dz = [f32::NAN; 6];
    epilogue::backward(Activation::Relu, 6, &y, &dy, &mut dz, None);
    close("gradient", &dz, &[0.0, 0.0, f64::INFINITY, 0.0, 0.0, 7.0], EXACT);
}
