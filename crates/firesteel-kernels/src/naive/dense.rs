// SPDX-License-Identifier: MIT OR Apache-2.0
//! Products, bias and activation.

use crate::{Activation, Dense, MatMul};

/// The activation at `x`.
pub fn activated(activation: Activation, x: f64) -> f64 {
    match activation {
        Activation::Linear => x,
        Activation::Relu if x < 0.0 => 0.0,
        Activation::Relu => x,
        Activation::Sigmoid => 1.0 / (1.0 + (-x).exp()),
        Activation::Tanh => x.tanh(),
        Activation::HardSigmoid => (x + 3.0).clamp(0.0, 6.0) / 6.0,
    }
}

/// The activation's derivative where its value is `y`.
pub fn activation_slope(activation: Activation, y: f64) -> f64 {
    match activation {
        Activation::Linear => 1.0,
        Activation::Relu => f64::from(u8::from(y > 0.0)),
        Activation::Sigmoid => y - y * y,
        Activation::Tanh => 1.0 - y * y,
        Activation::HardSigmoid => f64::from(u8::from(y > 0.0 && y < 1.0)) / 6.0,
    }
}

/// `left * right`.
pub fn matmul(shape: MatMul, left: &[f32], right: &[f32]) -> Vec<f64> {
    let at = |values: &[f32], transposed: bool, place: [usize; 2], size: [usize; 2]| {
        let index =
            if transposed { place[1] * size[0] + place[0] } else { place[0] * size[1] + place[1] };
        f64::from(values[index])
    };
    let MatMul { rows, inner, columns, transpose_left, transpose_right } = shape;
    let mut out = Vec::with_capacity(rows * columns);
    for row in 0..rows {
        for column in 0..columns {
            let term = |i| {
                at(left, transpose_left, [row, i], [rows, inner])
                    * at(right, transpose_right, [i, column], [inner, columns])
            };
            out.push((0..inner).map(term).sum());
        }
    }
    out
}

/// `act(x * w + b)`.
pub fn dense(
    layer: Dense,
    x: &[f32],
    w: &[f32],
    b: Option<&[f32]>,
    activation: Activation,
) -> Vec<f64> {
    let mut y = matmul(MatMul::new(layer.rows, layer.inputs, layer.units), x, w);
    for (index, value) in y.iter_mut().enumerate() {
        let bias = b.map_or(0.0, |b| f64::from(b[index % layer.units]));
        *value = activated(activation, *value + bias);
    }
    y
}
