// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::naive;
use crate::pointwise::{self, Pointwise};
use crate::rows::Vectors;
use crate::testing::{Within, close, on_every_isa};

on_every_isa!(
    exp_is_exact,
    sigmoid_is_exact,
    tanh_is_exact,
    erfc_is_exact,
    exp_minus_one_is_exact,
    limits
);

#[derive(Clone, Copy)]
enum Function {
    Exp,
    ExpMinusOne,
    Sigmoid,
    Tanh,
    Erfc,
}

impl Pointwise<1, 0, 0> for Function {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([x], [], []): Vectors<S::F, 1, 0, 0>) -> [S::F; 1] {
        [match self {
            Self::Exp => exp(simd, x),
            Self::ExpMinusOne => exp_minus_one(simd, x),
            Self::Sigmoid => sigmoid(simd, x),
            Self::Tanh => tanh(simd, x),
            Self::Erfc => erfc(simd, x),
        }]
    }
}

fn grid(low: f32, high: f32) -> Vec<f32> {
    const STEPS: usize = 200_001;
    (0..STEPS).map(|i| low + (high - low) * (i as f32 / (STEPS - 1) as f32)).collect()
}

fn compare(function: Function, points: &[f32], oracle: fn(f64) -> f64, within: Within) {
    let mut got = points.to_vec();
    pointwise::apply(function, [&mut got], []);
    let want: Vec<f64> = points.iter().map(|&x| oracle(f64::from(x))).collect();
    close("function", &got, &want, within);
}

/// One unit in the last place is at most this much of a value.
const ULP: f64 = 1.2e-7;
/// The smallest subnormal, by which results near zero may be off.
const TINY: f64 = 1.5e-45;

fn exp_is_exact() {
    let within = Within { absolute: TINY, relative: 2.0 * ULP };
    compare(Function::Exp, &grid(-110.0, 95.0), f64::exp, within);
    compare(Function::Exp, &grid(-1.0, 1.0), f64::exp, within);
}

fn sigmoid_is_exact() {
    let oracle = |x: f64| 1.0 / (1.0 + (-x).exp());
    // below -88 the result is subnormal and may become zero
    compare(
        Function::Sigmoid,
        &grid(-87.0, 90.0),
        oracle,
        Within { absolute: 0.0, relative: 3.0 * ULP },
    );
    compare(
        Function::Sigmoid,
        &grid(-200.0, -87.0),
        oracle,
        Within { absolute: 1.2e-38, relative: 0.0 },
    );
}

fn exp_minus_one_is_exact() {
    let within = Within { absolute: 0.0, relative: 3.0 * ULP };
    compare(Function::ExpMinusOne, &grid(-20.0, 1.0), f64::exp_m1, within);
    compare(Function::ExpMinusOne, &grid(-1e-6, 1e-6), f64::exp_m1, within);
}

fn tanh_is_exact() {
    let within = Within { absolute: 0.0, relative: 3.0 * ULP };
    compare(Function::Tanh, &grid(-12.0, 12.0), f64::tanh, within);
    compare(Function::Tanh, &grid(-0.7, 0.7), f64::tanh, within);
    compare(Function::Tanh, &grid(-1e-20, 1e-20), f64::tanh, within);
}

fn erfc_is_exact() {
    compare(
        Function::Erfc,
        &grid(-6.0, 0.0),
        naive::erfc,
        Within { absolute: 0.0, relative: 3.0 * ULP },
    );
    compare(
        Function::Erfc,
        &grid(0.0, 9.0),
        naive::erfc,
        Within { absolute: 1e-37, relative: 8e-6 },
    );
}

fn limits() {
    let (nan, inf) = (f32::NAN, f32::INFINITY);
    let cases = [
        (Function::Exp, [(inf, inf), (-inf, 0.0), (nan, nan), (0.0, 1.0)]),
        (Function::Sigmoid, [(inf, 1.0), (-inf, 0.0), (nan, nan), (0.0, 0.5)]),
        (Function::Tanh, [(inf, 1.0), (-inf, -1.0), (nan, nan), (-0.0, -0.0)]),
        (Function::Erfc, [(inf, 0.0), (-inf, 2.0), (nan, nan), (0.0, 1.0)]),
    ];
    for (function, pairs) in cases {
        let mut got = pairs.map(|(x, _)| x);
        pointwise::apply(function, [&mut got], []);
        close(
            "limit",
            &got,
            &pairs.map(|(_, y)| f64::from(y)),
            Within { absolute: 0.0, relative: ULP },
        );
    }
}
