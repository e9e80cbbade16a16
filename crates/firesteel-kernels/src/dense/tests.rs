// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::testing::{ODD, Within, close, numbers, on_every_isa, same_on_any_threads};
use crate::{epilogue, naive};

on_every_isa!(forward_equals_naive, backward_equals_naive, odd_numbers_pass);

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

fn forward_equals_naive() {
    for layer in layers() {
        let x = numbers(layer.rows * layer.inputs, 1);
        let (w, b) = (numbers(layer.inputs * layer.units, 2), numbers(layer.units, 3));
        for activation in ACTIVATIONS {
            for b in [None, Some(&*b)] {
                let mut y = vec![f32::NAN; layer.rows * layer.units];
                forward(layer, &x, &w, b, activation, &mut y);
                let want = naive::dense(layer, &x, &w, b, activation);
                let rounding = 1e-6 * (1.0 + (layer.inputs as f64).sqrt());
                let within = Within { absolute: rounding, relative: 1e-6 };
                close(&format!("{layer:?} {activation:?}"), &y, &want, within);
            }
        }
    }
}

fn backward_equals_naive() {
    for layer in layers() {
        let len = layer.rows * layer.units;
        let (y, dy) = (numbers(len, 1), numbers(len, 2));
        for activation in ACTIVATIONS {
            let slope = |y: f32| naive::activation_slope(activation, f64::from(y));
            let dz_want: Vec<f64> =
                y.iter().zip(&dy).map(|(&y, &dy)| f64::from(dy) * slope(y)).collect();
            let mut db_want = vec![0.0; layer.units];
            dz_want.iter().enumerate().for_each(|(i, dz)| db_want[i % layer.units] += dz);
            let (mut dz, mut db) = (vec![f32::NAN; len], vec![f32::NAN; layer.units]);
            epilogue::backward(activation, layer.units, &y, &dy, &mut dz, Some(&mut db));
            let within = Within { absolute: 3e-7, relative: 1e-6 };
            close("dz", &dz, &dz_want, within);
            let sums = Within { absolute: 1e-6 * (layer.rows as f64).sqrt(), relative: 1e-6 };
            close("db", &db, &db_want, sums);
            dz.fill(f32::NAN);
            epilogue::backward(activation, layer.units, &y, &dy, &mut dz, None);
            close("dz alone", &dz, &dz_want, within);
        }
    }
}

fn odd_numbers_pass() {
    for activation in ACTIVATIONS {
        let mut y = ODD;
        epilogue::forward(activation, Some(&[0.0; 7]), &mut y);
        let want = ODD.map(|x| naive::activated(activation, f64::from(x)));
        close(&format!("{activation:?}"), &y, &want, Within { absolute: 1.2e-38, relative: 5e-7 });
    }
}

#[test]
fn gradients_are_products() {
    for layer in layers() {
        let (x, w) =
            (numbers(layer.rows * layer.inputs, 1), numbers(layer.inputs * layer.units, 2));
        let dz = numbers(layer.rows * layer.units, 3);
        let (mut dx, mut dw) = (vec![f32::NAN; x.len()], vec![f32::NAN; w.len()]);
        input_gradient(layer, &dz, &w, &mut dx);
        weight_gradient(layer, &x, &dz, &mut dw);
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
        let within = Within { absolute: 2e-6 * (layer.rows as f64).sqrt(), relative: 1e-6 };
        close("dx", &dx, &dx_want, within);
        close("dw", &dw, &dw_want, within);
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
