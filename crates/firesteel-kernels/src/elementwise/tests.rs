// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::testing::{
    EXACT, ODD, Within, close, lengths, numbers, on_every_isa, placed, room, same_on_any_threads,
};
use crate::vector::MAX_LANES;
use crate::{Activation, naive};

on_every_isa!(
    functions,
    odd_numbers,
    slopes,
    slopes_at_zero,
    arithmetics,
    activated_sums,
    every_offset,
    dropout_keeps_the_mean,
);

const FUNCTIONS: [Function; 9] = [
    Function::Relu,
    Function::LeakyRelu { slope: 0.3 },
    Function::Elu { alpha: 0.7 },
    Function::Sigmoid,
    Function::Tanh,
    Function::Exp,
    Function::Silu,
    Function::Gelu,
    Function::GeluTanh,
];

/// The approximation by `tanh` cancels where the function is small, as its definition does.
fn within(function: Function) -> Within {
    match function {
        Function::GeluTanh => Within { absolute: 1e-6, relative: 1e-6 },
        Function::Gelu => Within { absolute: 1e-37, relative: 8e-6 },
        _ => Within { absolute: 2e-38, relative: 6e-7 },
    }
}

fn functions() {
    for function in FUNCTIONS {
        for len in lengths() {
            let x: Vec<f32> = numbers(len, 1).iter().map(|x| 9.0 * x).collect();
            let want: Vec<f64> =
                x.iter().map(|&x| naive::function(function, f64::from(x))).collect();
            let mut y = vec![f32::NAN; len];
            forward(function, &x, &mut y);
            close(&format!("{function:?}"), &y, &want, within(function));
        }
    }
}

fn odd_numbers() {
    // at minus infinity these are `infinity * 0` by their formulas
    let open = |function, x: f32| {
        x == f32::NEG_INFINITY
            && matches!(function, Function::Silu | Function::Gelu | Function::GeluTanh)
    };
    for function in FUNCTIONS {
        let x: Vec<f32> = ODD.into_iter().filter(|&x| !open(function, x)).collect();
        let mut y = vec![0.0; x.len()];
        forward(function, &x, &mut y);
        let want: Vec<f64> = x.iter().map(|&x| naive::function(function, f64::from(x))).collect();
        let near = Within { absolute: 1e-36, relative: 1e-5 };
        close(&format!("{function:?}"), &y, &want, near);
    }
}

fn slopes() {
    const STEP: f64 = 1e-5;
    for function in FUNCTIONS {
        let x: Vec<f32> = numbers(5_000, 1).iter().map(|x| 6.0 * x + 1e-3).collect();
        let dy = numbers(x.len(), 2);
        let (mut y, mut dx) = (vec![0.0; x.len()], vec![f32::NAN; x.len()]);
        forward(function, &x, &mut y);
        backward(function, &x, &y, &dy, &mut dx);
        let slope = |(&x, &dy): (&f32, &f32)| {
            let at = |step: f64| naive::function(function, f64::from(x) + step);
            f64::from(dy) * (at(STEP) - at(-STEP)) / (2.0 * STEP)
        };
        let want: Vec<f64> = x.iter().zip(&dy).map(slope).collect();
        close(&format!("{function:?}"), &dx, &want, Within { absolute: 3e-6, relative: 3e-6 });
    }
}

/// At zero a slope is a choice: that of Keras.
fn slopes_at_zero() {
    for (function, slope) in [
        (Function::Relu, 0.0),
        (Function::LeakyRelu { slope: 0.3 }, 1.0),
        (Function::Elu { alpha: 0.7 }, 0.7),
        (Function::GeluTanh, 0.5),
    ] {
        // in a whole vector and in the last, partial one
        let (zeros, dy) = ([0.0; 19], [2.0; 19]);
        let (mut y, mut dx) = ([f32::NAN; 19], [f32::NAN; 19]);
        forward(function, &zeros, &mut y);
        backward(function, &zeros, &y, &dy, &mut dx);
        close(&format!("{function:?}"), &dx, &[2.0 * slope; 19], EXACT);
    }
}

type Operation = fn(f64, f64) -> f64;

fn arithmetics() {
    let operations = [
        (Arithmetic::Add, (|a, b| a + b) as Operation),
        (Arithmetic::Subtract, |a, b| a - b),
        (Arithmetic::Multiply, |a, b| a * b),
        (Arithmetic::Divide, |a, b| a / b),
    ];
    let wide = |a: f32, b: f32, operation: Operation| {
        f64::from(operation(f64::from(a), f64::from(b)) as f32)
    };
    for (name, operation) in operations {
        for width in [1, 3, 17, 64, 100] {
            let (a, b) = (numbers(30 * width, 1), numbers(30 * width, 2));
            let mut out = vec![f32::NAN; a.len()];
            let want = |b: &dyn Fn(usize) -> f32| -> Vec<f64> {
                a.iter().enumerate().map(|(i, &a)| wide(a, b(i), operation)).collect()
            };
            arithmetic(name, &a, &b, &mut out);
            close("both", &out, &want(&|i| b[i]), EXACT);
            arithmetic_with_row(name, &a, &b[..width], &mut out);
            close("row", &out, &want(&|i| b[i % width]), EXACT);
            arithmetic_with_number(name, &a, 0.3, &mut out);
            close("number", &out, &want(&|_| 0.3), EXACT);
        }
    }
}

fn activated_sums() {
    for activation in [Activation::Linear, Activation::Relu, Activation::Tanh] {
        for len in lengths() {
            let (a, b) = (numbers(len, 1), numbers(len, 2));
            let sum = |(&a, &b): (&f32, &f32)| naive::activated(activation, f64::from(a + b));
            let want: Vec<f64> = a.iter().zip(&b).map(sum).collect();
            let mut out = vec![f32::NAN; len];
            activated_sum(activation, &a, &b, &mut out);
            close(&format!("{activation:?}"), &out, &want, within(Function::Tanh));
        }
    }
}

/// `x` and `dy` to a result.
type Pass<'a> = dyn Fn(&[f32], &[f32], &mut [f32]) + 'a;

/// Wherever the slices begin, the bits are the same.
fn every_offset() {
    let (x, dy) = (numbers(77, 1), numbers(77, 2));
    for offset in 1..=MAX_LANES {
        let (moved_x, moved_dy) = (placed(offset, &x), placed(offset / 2, &dy));
        let same = |run: &Pass<'_>| {
            let (mut moved, mut out) = (room(offset / 3, x.len()), vec![f32::NAN; x.len()]);
            run(&moved_x, &moved_dy, &mut moved);
            run(&x, &dy, &mut out);
            let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&moved), bits(&out), "offset {offset}");
        };
        for function in FUNCTIONS {
            same(&|x, _, out| forward(function, x, out));
            same(&|x, dy, out| backward(function, x, x, dy, out));
        }
        same(&|x, dy, out| arithmetic(Arithmetic::Divide, x, dy, out));
        same(&|x, dy, out| arithmetic_with_row(Arithmetic::Subtract, x, &dy[..11], out));
        same(&|x, _, out| arithmetic_with_number(Arithmetic::Multiply, x, 0.3, out));
        same(&|x, dy, out| activated_sum(Activation::Tanh, x, dy, out));
        same(&|x, _, out| Dropout { rate: 0.4, seed: 3 }.apply(x, out));
    }
}

fn kept(dropout: Dropout, len: usize) -> Vec<f32> {
    let mut y = vec![f32::NAN; len];
    dropout.apply(&vec![1.0; len], &mut y);
    y
}

fn dropout_keeps_the_mean() {
    const LEN: usize = 200_000;
    for rate in [0.1, 0.5, 0.8] {
        for seed in 0..5 {
            let y = kept(Dropout { rate, seed }, LEN);
            let scale = (1.0 / (1.0 - rate)) as f32;
            assert!(y.iter().all(|&y| y == 0.0 || y.to_bits() == scale.to_bits()));
            let share = y.iter().filter(|&&y| y == 0.0).count() as f64 / LEN as f64;
            let deviation = (rate * (1.0 - rate) / LEN as f64).sqrt();
            assert!((share - rate).abs() < 4.0 * deviation, "{rate} {seed}: {share}");
        }
    }
}

#[test]
fn dropout_of_nothing_and_of_everything() {
    let x = numbers(100, 1);
    let mut y = vec![0.0; 100];
    Dropout { rate: 0.0, seed: 1 }.apply(&x, &mut y);
    assert_eq!(x, y);
    Dropout { rate: 1.0, seed: 1 }.apply(&x, &mut y);
    assert_eq!(y, [0.0; 100]);
}

/// Neighbours, positions further apart, and other seeds must not share zeros more than by chance.
#[test]
fn dropout_masks_are_independent() {
    const LEN: usize = 100_000;
    let mask = |seed| kept(Dropout { rate: 0.5, seed }, LEN + 1_000);
    let (first, second) = (mask(1), mask(2));
    let agreement = |a: &[f32], b: &[f32]| {
        a.iter().zip(b).take(LEN).filter(|(a, b)| a.to_bits() == b.to_bits()).count() as f64
            / LEN as f64
    };
    for lag in [1, 2, 3, 4, 8, 16, 32, 64, 128, 256, 1_000] {
        assert!((agreement(&first, &first[lag..]) - 0.5).abs() < 0.007, "lag {lag}");
        assert!((agreement(&first, &second[lag..]) - 0.5).abs() < 0.007, "seeds, lag {lag}");
    }
    assert!((agreement(&first, &second) - 0.5).abs() < 0.007);
}

#[test]
fn dropout_is_the_same_on_every_set() {
    let run = |isa| {
        let dropout = Dropout { rate: 0.3, seed: 5 };
        crate::testing::on_threads(isa, 2, move || kept(dropout, 100_000))
    };
    let sets = crate::Isa::available();
    assert!(sets.iter().all(|&isa| run(isa) == run(crate::Isa::portable())));
}

#[test]
fn threads_do_not_matter() {
    same_on_any_threads(|| {
        let x = numbers(300_001, 1);
        let mut y = vec![0.0; x.len()];
        Dropout { rate: 0.4, seed: 9 }.apply(&x, &mut y);
        let mut z = vec![0.0; x.len()];
        forward(Function::Gelu, &y, &mut z);
        z
    });
}
