// SPDX-License-Identifier: MIT OR Apache-2.0
//! Functions of one number.

use std::f64::consts::{PI, SQRT_2};

use crate::elementwise::Function;

/// The function at `x`.
pub fn function(function: Function, x: f64) -> f64 {
    let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
    match function {
        Function::Relu if x < 0.0 => 0.0,
        Function::LeakyRelu { slope } if x < 0.0 => f64::from(slope) * x,
        Function::Elu { alpha } if x < 0.0 => f64::from(alpha) * x.exp_m1(),
        Function::Relu | Function::LeakyRelu { .. } | Function::Elu { .. } => x,
        Function::Sigmoid => sigmoid(x),
        Function::Tanh => x.tanh(),
        Function::Exp => x.exp(),
        Function::Silu => x * sigmoid(x),
        Function::Gelu => x * 0.5 * erfc(-x / SQRT_2),
        Function::GeluTanh => {
            0.5 * x * (1.0 + ((2.0 / PI).sqrt() * (x + 0.044_715 * x.powi(3))).tanh())
        }
    }
}

/// The complementary error function: a Taylor series, and a continued fraction where that cancels.
pub fn erfc(x: f64) -> f64 {
    if x < 0.0 {
        return 2.0 - erfc(-x);
    }
    if x >= 2.0 {
        let fraction = (1..200).rev().fold(x, |rest, n| x + f64::from(n) / 2.0 / rest);
        return (-x * x).exp() / (PI.sqrt() * fraction);
    }
    let (mut term, mut sum) = (x, x);
    for n in (1..200).map(f64::from) {
        term *= -x * x / n;
        sum += term / (2.0 * n + 1.0);
    }
    1.0 - 2.0 / PI.sqrt() * sum
}
