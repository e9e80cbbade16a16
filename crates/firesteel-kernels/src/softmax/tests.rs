// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::naive;
use crate::testing::{Within, close, numbers, on_every_isa, same_on_any_threads};

on_every_isa!(equals_naive, entropy_equals_naive, far_apart_logits, odd_numbers);

const WITHIN: Within = Within { absolute: 1e-37, relative: 2e-6 };

fn widths() -> impl Iterator<Item = usize> {
    (1..=40).chain([100, 1_000, 5_001])
}

fn logits(rows: usize, width: usize) -> Vec<f32> {
    numbers(rows * width, 1).iter().map(|x| 8.0 * x).collect()
}

fn equals_naive() {
    for width in widths() {
        for rows in [0, 1, 3, 20] {
            let (x, dy) = (logits(rows, width), numbers(rows * width, 2));
            let (mut y, mut dx) = (vec![f32::NAN; x.len()], vec![f32::NAN; x.len()]);
            forward(width, &x, &mut y);
            close("softmax", &y, &naive::softmax(width, &x), WITHIN);
            backward(width, &y, &dy, &mut dx);
            let want = naive::softmax_backward(width, &y, &dy);
            close("backward", &dx, &want, Within { absolute: 3e-7, relative: 1e-6 });
        }
    }
}

fn entropy_equals_naive() {
    for width in widths() {
        let rows = 7;
        let x = logits(rows, width);
        let targets: Vec<f32> = numbers(x.len(), 3).iter().map(|t| t.abs()).collect();
        let weights = numbers(rows, 4);
        let weighting = Weighting { factor: 0.5, rows: Some(&weights) };
        let (mut losses, mut dx) = (vec![f32::NAN; rows], vec![f32::NAN; x.len()]);
        cross_entropy(&x, &targets, weighting, &mut losses, &mut dx);
        let within = Within { absolute: 1e-6, relative: 2e-6 };
        close("losses", &losses, &naive::cross_entropy(width, &x, &targets), within);
        let softmax = naive::softmax(width, &x);
        let gradient = |i: usize, targets: &[f32]| {
            let row = i / width;
            let sum: f64 = targets[row * width..][..width].iter().map(|&t| f64::from(t)).sum();
            0.5 * f64::from(weights[row]) * (softmax[i] * sum - f64::from(targets[i]))
        };
        let want: Vec<f64> = (0..x.len()).map(|i| gradient(i, &targets)).collect();
        let within = Within { absolute: 1e-6, relative: 3e-6 };
        close("gradient", &dx, &want, Within { absolute: 1e-6 * (width as f64).sqrt(), ..within });

        let labels: Vec<u32> = (0..rows).map(|row| (row * 13 % width) as u32).collect();
        let mut one_hot = vec![0.0; x.len()];
        labels.iter().enumerate().for_each(|(row, &l)| one_hot[row * width + l as usize] = 1.0);
        cross_entropy_of_labels(&x, &labels, weighting, &mut losses, &mut dx);
        close("losses", &losses, &naive::cross_entropy(width, &x, &one_hot), within);
        let want: Vec<f64> = (0..x.len()).map(|i| gradient(i, &one_hot)).collect();
        close("gradient", &dx, &want, within);
    }
}

fn far_apart_logits() {
    let mut y = [0.0; 3];
    forward(3, &[1_000.0, -1_000.0, 1_000.0], &mut y);
    close("far apart", &y, &[0.5, 0.0, 0.5], WITHIN);
    let (mut loss, mut dx) = ([0.0], [0.0; 3]);
    let weighting = Weighting { factor: 1.0, rows: None };
    cross_entropy_of_labels(&[0.0, 500.0, -300.0], &[2], weighting, &mut loss, &mut dx);
    assert_eq!((loss, dx), ([800.0], [0.0, 1.0, -1.0]));
    cross_entropy_of_labels(&[0.0, 1.0], &[2], weighting, &mut loss, &mut dx[..2]);
    assert!(loss[0].is_nan());
}

fn odd_numbers() {
    for place in [0, 5, 17, 18] {
        let mut x = numbers(19, 1);
        x[place] = f32::NAN;
        let mut y = vec![0.0; 19];
        forward(19, &x, &mut y);
        assert!(y.iter().all(|y| y.is_nan()), "{place}");
        x[place] = f32::NEG_INFINITY;
        forward(19, &x, &mut y);
        close("without one", &y, &naive::softmax(19, &x), WITHIN);
    }
}

#[test]
fn threads_do_not_matter() {
    same_on_any_threads(|| {
        let x = logits(3_000, 37);
        let (mut y, mut dx) = (vec![0.0; x.len()], vec![0.0; x.len()]);
        forward(37, &x, &mut y);
        backward(37, &y, &x, &mut dx);
        let (labels, mut losses) = (vec![5; 3_000], vec![0.0; 3_000]);
        let weighting = Weighting { factor: 1.0, rows: None };
        let mut gradient = vec![0.0; x.len()];
        cross_entropy_of_labels(&x, &labels, weighting, &mut losses, &mut gradient);
        [y, dx, losses, gradient].concat()
    });
}
