// SPDX-License-Identifier: MIT OR Apache-2.0
use proptest::prelude::*;

use super::*;
use crate::naive;
use crate::testing::{Within, close, for_all, numbers, offsets, on_every_isa, same_on_any_threads};

on_every_isa!(equals_naive, random_shapes, random_batches, odd_numbers, scaled_columns);

fn within(shape: MatMul) -> Within {
    Within { absolute: 2e-6 * (shape.inner as f64).sqrt(), relative: 1e-6 }
}

/// The matrices begin at these offsets in their memory.
fn check(shape: MatMul, offsets: [usize; 3]) {
    let [left, right, out] = shape.sizes();
    let (left, right) = (numbers(offsets[0] + left, 1), numbers(offsets[1] + right, 2));
    let (left, right) = (&left[offsets[0]..], &right[offsets[1]..]);
    let mut got = vec![f32::NAN; offsets[2] + out];
    shape.run(left, right, &mut got[offsets[2]..]);
    let want = naive::matmul(shape, left, right);
    close(&format!("{shape:?}"), &got[offsets[2]..], &want, within(shape));
    assert!(got[..offsets[2]].iter().all(|value| value.is_nan()), "written before the result");
}

/// The product with its matrices stored in all ways.
fn stored(shape: MatMul) -> [MatMul; 4] {
    let left = shape.left_transposed();
    [shape, left, shape.right_transposed(), left.right_transposed()]
}

fn equals_naive() {
    for [rows, inner, columns] in [
        [1, 1, 1],
        [3, 5, 7],
        [32, 128, 10],
        [1, 300, 17],
        [65, 33, 1],
        [4, 0, 3],
        [21, 2_000, 35],
        [0, 2, 3],
        [150, 90, 130],
    ] {
        for shape in stored(MatMul::new(rows, inner, columns)) {
            check(shape, [0; 3]);
        }
    }
    check(MatMul::new(4_500, 19, 23), [0; 3]);
}

fn scaled_columns() {
    for shape in [[5, 7, 9], [21, 900, 35], [3, 40, 200]] {
        let [rows, inner, columns] = shape;
        for shape in stored(MatMul::new(rows, inner, columns)) {
            let (left, right) = (numbers(rows * inner, 1), numbers(inner * columns, 2));
            let factors = numbers(columns, 3);
            let mut got = vec![f32::NAN; rows * columns];
            let scaled = Scaled { values: &right, scale: Some(&factors) };
            shape.fused(&left, scaled, None, Activation::Linear, &mut got);
            let mut want = naive::matmul(shape, &left, &right);
            let factor = |index: usize| f64::from(factors[index % columns]);
            want.iter_mut().enumerate().for_each(|(index, value)| *value *= factor(index));
            close(&format!("{shape:?}"), &got, &want, within(shape));
        }
    }
}

/// Lengths about a register tile, and now and then several of them.
fn length() -> impl Strategy<Value = usize> {
    prop_oneof![5 => 0..45_usize, 1 => 45..170_usize]
}

fn shapes() -> impl Strategy<Value = MatMul> {
    // beyond 768 the sum is made in blocks
    let inner = prop_oneof![5 => 0..80_usize, 1 => 700..1_700_usize];
    (length(), inner, length(), 0..4_usize)
        .prop_map(|(rows, inner, columns, how)| stored(MatMul::new(rows, inner, columns))[how])
}

fn random_shapes() {
    for_all(9, 250, &(shapes(), offsets::<3>()), |(shape, offsets)| check(shape, offsets));
}

fn random_batches() {
    let inner = 1..50_usize;
    let cases = (1..30_usize, inner, 1..40_usize, 0..4_usize, 0..7_usize).prop_map(
        |(rows, inner, columns, how, count)| {
            (stored(MatMul::new(rows, inner, columns))[how], count)
        },
    );
    for_all(10, 150, &cases, |(shape, count)| {
        let [one_left, one_right, one_out] = shape.sizes();
        let (left, right) = (numbers(count * one_left, 1), numbers(count * one_right, 2));
        let mut got = vec![f32::NAN; count * one_out];
        shape.run_batch(&left, &right, &mut got);
        let one = |i: usize| {
            let (left, right) = (&left[i * one_left..], &right[i * one_right..]);
            naive::matmul(shape, &left[..one_left], &right[..one_right])
        };
        let want: Vec<f64> = (0..count).flat_map(one).collect();
        close(&format!("{count} times {shape:?}"), &got, &want, within(shape));
    });
}

/// What is not finite reaches its row or column, and nothing else.
fn odd_numbers() {
    for [rows, inner, columns] in [[5, 9, 3], [33, 40, 70], [20, 800, 35]] {
        for shape in stored(MatMul::new(rows, inner, columns)) {
            let [left, right, out] = shape.sizes();
            let (mut left, mut right) = (numbers(left, 1), numbers(right, 2));
            let (n_left, n_right) = (left.len(), right.len());
            (left[n_left / 3], left[n_left - 1]) = (f32::INFINITY, f32::NAN);
            (right[0], right[n_right / 2]) = (f32::NEG_INFINITY, f32::INFINITY);
            let mut got = vec![0.0; out];
            shape.run(&left, &right, &mut got);
            let want = naive::matmul(shape, &left, &right);
            close(&format!("{shape:?}"), &got, &want, within(shape));
            assert!(got.iter().any(|value| value.is_nan()));
            assert!(got.iter().any(|value| value.is_finite()));
        }
    }
}

#[test]
fn threads_do_not_matter() {
    for [rows, inner, columns] in
        [[128, 784, 512], [784, 128, 512], [5_000, 64, 64], [64, 20_000, 33]]
    {
        same_on_any_threads(|| {
            let shape = MatMul::new(rows, inner, columns);
            let mut out = vec![0.0; rows * columns];
            shape.run(&numbers(rows * inner, 1), &numbers(inner * columns, 2), &mut out);
            out
        });
    }
}

#[test]
#[should_panic(expected = "product, left: expected 6 numbers, got 5")]
fn a_wrong_length_is_refused() {
    MatMul::new(2, 3, 1).run(&[0.0; 5], &[0.0; 3], &mut [0.0; 2]);
}
