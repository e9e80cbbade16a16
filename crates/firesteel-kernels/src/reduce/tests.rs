// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::testing::{
    Within, close, lengths, numbers, on_every_isa, placed, room, same_on_any_threads,
};
use crate::vector::MAX_LANES;

on_every_isa!(sums_of_every_length, sums_of_columns, every_offset, not_a_number_shows);

fn naive(x: &[f32]) -> f64 {
    x.iter().map(|&value| f64::from(value)).sum()
}

fn sums_of_every_length() {
    for len in lengths() {
        let x: Vec<f32> = numbers(len, 1).iter().map(|x| x + 1.5).collect();
        assert!((sum(&x) - naive(&x)).abs() <= 1e-6 * naive(&x), "{len}");
    }
    assert!(mean(&[]).is_nan());
    assert!((mean(&[1.0, 2.0, 6.0]) - 3.0).abs() < 1e-12);
}

fn sums_of_columns() {
    for (rows, columns) in [(0, 3), (3, 0), (1, 1), (7, 300), (2_000, 9), (90, 1_100), (3, 70_000)]
    {
        let x: Vec<f32> = numbers(rows * columns, 1).iter().map(|x| x + 1.5).collect();
        let mut by_column = vec![f32::NAN; columns];
        sum_columns(&x, 0.5, &mut by_column);
        let column = |c| 0.5 * (0..rows).map(|r| f64::from(x[r * columns + c])).sum::<f64>();
        let within = Within { absolute: 0.0, relative: 1e-6 };
        close("columns", &by_column, &(0..columns).map(column).collect::<Vec<_>>(), within);
    }
}

fn every_offset() {
    for offset in 1..=MAX_LANES {
        let x: Vec<f32> = numbers(21 * 37, 1).iter().map(|x| x + 1.5).collect();
        let moved = placed(offset, &x);
        assert_eq!(sum(&moved).to_bits(), sum(&x).to_bits(), "offset {offset}");
        let (mut by_column, mut want) = (room(offset / 2, 37), vec![0.0; 37]);
        sum_columns(&moved, 0.5, &mut by_column);
        sum_columns(&x, 0.5, &mut want);
        assert_eq!(*by_column, *want, "offset {offset}");
    }
}

fn not_a_number_shows() {
    let mut x = numbers(1_000, 1);
    x[517] = f32::NAN;
    assert!(sum(&x).is_nan());
    x[517] = f32::INFINITY;
    assert!(sum(&x).is_infinite());
}

#[test]
fn threads_do_not_matter() {
    let x = numbers(700_001, 1);
    same_on_any_threads(|| vec![sum(&x) as f32, mean(&x) as f32]);
}
