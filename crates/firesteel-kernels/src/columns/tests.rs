// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::testing::{Within, close, numbers, on_every_isa, placed, same_on_any_threads};
use crate::vector::MAX_LANES;

on_every_isa!(every_width, long_columns, every_offset, odd_numbers_stay_in_their_column);

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
    check_at(rows, width, [0; 3]);
}

/// The slices begin at these offsets in their memory.
fn check_at(rows: usize, width: usize, [i, j, k]: [usize; 3]) {
    let (a, b) = (numbers(rows * width, 1), placed(j, &numbers(rows * width, 2)));
    let c = placed(k, &numbers(width, 3));
    let mut shifted = placed(i, &a);
    let got = sums(&mut shifted, &b, &c);
    let mut want = vec![0.0; 2 * width];
    for (index, (&a, &b)) in a.iter().zip(&*b).enumerate() {
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

fn every_offset() {
    for offset in 1..=MAX_LANES {
        check_at(9, 37, [offset, offset / 2, offset / 3]);
        check_at(70, 3, [offset / 3, offset, offset / 2]);
    }
}

/// What is not finite is in the sums of its column, narrow ones included.
fn odd_numbers_stay_in_their_column() {
    for width in [5, 19, 37] {
        let (mut a, b) = (numbers(20 * width, 1), numbers(20 * width, 2));
        let clean = sums(&mut a.clone(), &b, &vec![0.0; width]);
        (a[width], a[2 * width + 3]) = (f32::NAN, f32::INFINITY);
        (a[3 * width - 1], a[4 * width + 1]) = (f32::NEG_INFINITY, f32::INFINITY);
        a[5 * width + 1] = f32::NEG_INFINITY;
        let dirty = sums(&mut a.clone(), &b, &vec![0.0; width]);
        for (place, (clean, dirty)) in clean.iter().zip(&dirty).enumerate() {
            match place % width {
                0 => assert!(dirty.is_nan()),
                1 => assert!(!dirty.is_finite()),
                3 => assert!(dirty.is_infinite()),
                column if column == width - 1 => assert!(dirty.is_infinite()),
                _ => assert_eq!(clean.to_bits(), dirty.to_bits(), "column {place} of {width}"),
            }
        }
        assert!(dirty[1].is_nan(), "infinities of both signs");
    }
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
