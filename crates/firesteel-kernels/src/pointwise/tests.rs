// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::testing::{EXACT, ODD, close, lengths, numbers, on_every_isa, same_on_any_threads};

on_every_isa!(every_length, every_offset, every_width, odd_numbers);

/// `a = a * b + c` with `c` in every row.
#[derive(Clone, Copy)]
struct Scaled;

impl Pointwise<1, 1, 1> for Scaled {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([a], [b], [c]): Vectors<S::F, 1, 1, 1>) -> [S::F; 1] {
        [simd.mul_add(a, b, c)]
    }
}

/// `(a, b) = (b - c, max(a, c))`
#[derive(Clone, Copy)]
struct Crossed;

impl Pointwise<2, 1, 0> for Crossed {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([a, b], [c], []): Vectors<S::F, 2, 1, 0>) -> [S::F; 2] {
        [simd.sub(b, c), simd.max(a, c)]
    }
}

fn crossed(a: &[f32], b: &[f32], c: &[f32]) {
    let (mut new_a, mut new_b) = (a.to_vec(), b.to_vec());
    apply(Crossed, [&mut new_a, &mut new_b], [c]);
    let wide = |v: f32| f64::from(v);
    let want_a: Vec<f64> = b.iter().zip(c).map(|(&b, &c)| wide(b - c)).collect();
    let want_b: Vec<f64> =
        a.iter().zip(c).map(|(&a, &c)| wide(if a > c { a } else { c })).collect();
    close("first", &new_a, &want_a, EXACT);
    close("second", &new_b, &want_b, EXACT);
}

fn every_length() {
    for len in lengths() {
        crossed(&numbers(len, 1), &numbers(len, 2), &numbers(len, 3));
    }
}

fn every_offset() {
    let (a, b, c) = (numbers(120, 1), numbers(120, 2), numbers(120, 3));
    for offset in 0..17 {
        crossed(&a[offset..offset + 77], &b[1..78], &c[offset / 2..offset / 2 + 77]);
    }
}

fn odd_numbers() {
    let (a, b): (Vec<f32>, Vec<f32>) = ODD.iter().flat_map(|&a| ODD.map(|b| (a, b))).unzip();
    crossed(&a, &b, &numbers(a.len(), 4));
}

fn every_width() {
    for width in (1..=70).chain([500]) {
        for rows in [0, 1, 2, 9, 300] {
            scaled(rows, width);
        }
    }
    scaled(3_000, 37);
}

fn scaled(rows: usize, width: usize) {
    let (a, b) = (numbers(rows * width, 1), numbers(rows * width, 2));
    let c = numbers(width, 3);
    let mut got = a.clone();
    apply_rows(Scaled, [&mut got], [&b], [&c]);
    let formula = |(i, &a): (usize, &f32)| f64::from(a) * f64::from(b[i]) + f64::from(c[i % width]);
    let want: Vec<f64> = a.iter().enumerate().map(formula).collect();
    let within = crate::testing::Within { absolute: 2e-7, relative: 0.0 };
    close("scaled", &got, &want, within);
}

#[test]
fn threads_do_not_matter() {
    same_on_any_threads(|| {
        let mut a = numbers(333 * 1_001, 1);
        let (b, c) = (numbers(a.len(), 2), numbers(333, 3));
        apply_rows(Scaled, [&mut a], [&b], [&c]);
        a
    });
}

#[test]
#[should_panic(expected = "different lengths")]
fn unequal_slices_are_refused() {
    apply(Crossed, [&mut [0.0; 3], &mut [0.0; 3]], [&[0.0; 4]]);
}
