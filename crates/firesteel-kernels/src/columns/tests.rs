// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::testing::{Within, close, numbers, on_every_isa, same_on_any_threads};

on_every_isa!(every_width, long_columns);

/// `a = a + c`, summing `a` and `a * b`.
#[derive(Clone, Copy)]
struct Shifted;

impl Summed<1, 1, 1, 2> for Shifted {
    #[inline(always)]
    fn at<S: Simd>(
        self,
        simd: S,
        ([a], [b], [c]): Vectors<S::F, 1, 1, 1>,
    ) -> ([S::F; 1], [S::F; 2]) {
        ([simd.add(a, c)], [a, simd.mul(a, b)])
    }
}

fn sums(a: &mut [f32], b: &[f32], c: &[f32]) -> Vec<f32> {
    let width = c.len();
    let mut out = vec![f32::NAN; 2 * width];
    sum(Shifted, Rows::new([a], [b], [c], width), |column, [first, second]| {
        out[column] = first as f32;
        out[width + column] = second as f32;
    });
    out
}

fn check(rows: usize, width: usize) {
    let (a, b) = (numbers(rows * width, 1), numbers(rows * width, 2));
    let c = numbers(width, 3);
    let mut shifted = a.clone();
    let got = sums(&mut shifted, &b, &c);
    let mut want = vec![0.0; 2 * width];
    for (index, (&a, &b)) in a.iter().zip(&b).enumerate() {
        want[index % width] += f64::from(a);
        want[width + index % width] += f64::from(a) * f64::from(b);
    }
    let magnitude = rows as f64;
    close(
        "sums",
        &got,
        &want,
        Within { absolute: 1e-12 + 3e-7 * magnitude.sqrt(), relative: 1e-6 },
    );
    let want: Vec<f64> = a.iter().enumerate().map(|(i, a)| f64::from(a + c[i % width])).collect();
    close("state", &shifted, &want, Within { absolute: 1e-7, relative: 0.0 });
}

fn every_width() {
    for width in (1..=70).chain([500]) {
        for rows in [0, 1, 2, 9, 65, 131] {
            check(rows, width);
        }
    }
}

fn long_columns() {
    check(70_001, 1);
    check(9_001, 10);
    check(3_001, 67);
}

#[test]
fn threads_do_not_matter() {
    same_on_any_threads(|| {
        let mut a = numbers(37 * 9_001, 1);
        let (b, c) = (numbers(a.len(), 2), numbers(37, 3));
        let mut out = sums(&mut a, &b, &c);
        out.extend(a);
        out
    });
}
