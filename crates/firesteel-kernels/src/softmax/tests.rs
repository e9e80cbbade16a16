// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::naive;
use crate::testing::{
    EXACT, Within, close, numbers, on_every_isa, placed, room, same_on_any_threads,
};

on_every_isa!(
    equals_naive,
    logarithm_equals_naive,
    entropy_equals_naive,
    every_offset,
    rows_are_scaled,
    far_apart_logits,
    odd_numbers,
    odd_numbers_in_logarithms,
);

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

fn logarithm_equals_naive() {
    for width in widths() {
        for rows in [0, 1, 3, 20] {
            let (x, dy) = (logits(rows, width), numbers(rows * width, 2));
            let (mut y, mut dx) = (vec![f32::NAN; x.len()], vec![f32::NAN; x.len()]);
            log_forward(width, &x, &mut y);
            let within = Within { absolute: 2e-6, relative: 1e-6 };
            close("log-softmax", &y, &naive::log_softmax(width, &x), within);
            log_backward(width, &y, &dy, &mut dx);
            let want = naive::log_softmax_backward(width, &y, &dy);
            close("backward", &dx, &want, Within { absolute: 4e-6, relative: 1e-6 });
        }
    }
}

/// The losses of each row, which are the same without the gradient, and the gradient.
fn with_gradient(
    rows: usize,
    len: usize,
    run: impl Fn(&mut [f32], Option<&mut [f32]>),
) -> [Vec<f32>; 2] {
    let (mut losses, mut alone) = (vec![f32::NAN; rows], vec![f32::NAN; rows]);
    let mut dx = vec![f32::NAN; len];
    run(&mut losses, Some(&mut dx[..]));
    run(&mut alone, None);
    let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&losses), bits(&alone));
    [losses, dx]
}

fn entropy_equals_naive() {
    for width in widths() {
        let rows = 7;
        let x = logits(rows, width);
        let targets: Vec<f32> = numbers(x.len(), 3).iter().map(|t| t.abs()).collect();
        let [losses, dx] = with_gradient(rows, x.len(), |losses, dx| {
            cross_entropy(&x, &targets, 0.5, losses, dx);
        });
        let within = Within { absolute: 1e-6, relative: 2e-6 };
        close("losses", &losses, &naive::cross_entropy(width, &x, &targets), within);
        let softmax = naive::softmax(width, &x);
        let gradient = |i: usize, targets: &[f32]| {
            let row = i / width;
            let sum: f64 = targets[row * width..][..width].iter().map(|&t| f64::from(t)).sum();
            0.5 * (softmax[i] * sum - f64::from(targets[i]))
        };
        let want: Vec<f64> = (0..x.len()).map(|i| gradient(i, &targets)).collect();
        let within = Within { absolute: 1e-6, relative: 3e-6 };
        close("gradient", &dx, &want, Within { absolute: 1e-6 * (width as f64).sqrt(), ..within });

        let labels: Vec<u32> = (0..rows).map(|row| (row * 13 % width) as u32).collect();
        let mut one_hot = vec![0.0; x.len()];
        labels.iter().enumerate().for_each(|(row, &l)| one_hot[row * width + l as usize] = 1.0);
        let [losses, dx] = with_gradient(rows, x.len(), |losses, dx| {
            cross_entropy_of_labels(&x, &labels, 0.5, losses, dx);
        });
        close("losses", &losses, &naive::cross_entropy(width, &x, &one_hot), within);
        let want: Vec<f64> = (0..x.len()).map(|i| gradient(i, &one_hot)).collect();
        close("gradient", &dx, &want, within);
    }
}

fn every_offset() {
    let (rows, width) = (3, 37);
    let (plain, plain_dy) = (logits(rows, width), numbers(rows * width, 2));
    let plain_targets: Vec<f32> = plain_dy.iter().map(|t| t.abs()).collect();
    for offset in 1..=MAX_LANES {
        let (x, dy) = (placed(offset, &plain), placed(offset / 2, &plain_dy));
        let (mut y, mut dx) = (room(offset / 3, x.len()), room(offset / 2, x.len()));
        let within = Within { absolute: 4e-6, relative: 2e-6 };
        forward(width, &x, &mut y);
        close("softmax", &y, &naive::softmax(width, &x), WITHIN);
        backward(width, &y, &dy, &mut dx);
        close("backward", &dx, &naive::softmax_backward(width, &y, &dy), within);
        log_forward(width, &x, &mut y);
        close("log-softmax", &y, &naive::log_softmax(width, &x), within);
        log_backward(width, &y, &dy, &mut dx);
        close("backward", &dx, &naive::log_softmax_backward(width, &y, &dy), within);

        let targets = placed(offset / 2, &plain_targets);
        let (mut losses, mut gradient) = (room(offset, rows), room(offset / 3, x.len()));
        cross_entropy(&x, &targets, 0.5, &mut losses, Some(&mut gradient));
        close("losses", &losses, &naive::cross_entropy(width, &x, &targets), within);
        let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        let (mut same, mut expected) = (vec![0.0; rows], vec![0.0; x.len()]);
        cross_entropy(&plain, &plain_targets, 0.5, &mut same, Some(&mut expected));
        assert_eq!(bits(&gradient), bits(&expected), "offset {offset}");
        scale_rows(&losses, &mut gradient);
        scale_rows(&same, &mut expected);
        assert_eq!(bits(&gradient), bits(&expected), "offset {offset}");
    }
}

fn rows_are_scaled() {
    for (rows, width) in [(0, 3), (1, 1), (7, 19), (3_000, 40), (2, 70_003)] {
        let (factors, x) = (numbers(rows, 1), numbers(rows * width, 2));
        let mut scaled = x.clone();
        scale_rows(&factors, &mut scaled);
        let product = |(place, &x): (usize, &f32)| f64::from(x * factors[place / width]);
        let want: Vec<f64> = x.iter().enumerate().map(product).collect();
        close("rows", &scaled, &want, EXACT);
    }
}

fn far_apart_logits() {
    let mut y = [0.0; 3];
    forward(3, &[1_000.0, -1_000.0, 1_000.0], &mut y);
    close("far apart", &y, &[0.5, 0.0, 0.5], WITHIN);
    let (mut loss, mut dx) = ([0.0], [0.0; 3]);
    cross_entropy_of_labels(&[0.0, 500.0, -300.0], &[2], 1.0, &mut loss, Some(&mut dx));
    assert_eq!((loss, dx), ([800.0], [0.0, 1.0, -1.0]));
    cross_entropy_of_labels(&[0.0, 1.0], &[2], 1.0, &mut loss, None);
    assert!(loss[0].is_nan());
    let mut y = [0.0; 3];
    log_forward(3, &[1e30, -1e30, 0.0], &mut y);
    close("far apart", &y, &[0.0, -2e30, -1e30], EXACT);
    log_forward(3, &[10_000.0, 10_000.0, 9_999.0], &mut y);
    close("far off", &y, &naive::log_softmax(3, &[1.0, 1.0, 0.0]), WITHIN);
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

fn odd_numbers_in_logarithms() {
    for place in [0, 5, 17, 18] {
        let (mut x, dy) = (numbers(19, 1), numbers(19, 2));
        let (mut y, mut dx) = (vec![0.0; 19], vec![0.0; 19]);
        for unknown in [f32::NAN, f32::INFINITY] {
            x[place] = unknown;
            log_forward(19, &x, &mut y);
            log_backward(19, &y, &dy, &mut dx);
            assert!(y.iter().chain(&dx).all(|value| value.is_nan()), "{place}");
        }
        x[place] = f32::NEG_INFINITY;
        log_forward(19, &x, &mut y);
        close("without one", &y, &naive::log_softmax(19, &x), WITHIN);
        log_backward(19, &y, &dy, &mut dx);
        assert_eq!(dx[place].to_bits(), dy[place].to_bits());
    }
    let mut y = [0.0; 3];
    log_forward(3, &[f32::NEG_INFINITY; 3], &mut y);
    assert!(y.iter().all(|y| y.is_nan()));
    let (x, mut loss) = ([f32::NEG_INFINITY, 0.0, 0.0], [0.0]);
    cross_entropy(&x, &[0.0, 1.0, 0.0], 1.0, &mut loss, None);
    assert!(loss[0].is_nan());
    cross_entropy_of_labels(&x, &[1], 1.0, &mut loss, None);
    close("another class", &loss, &[2.0_f64.ln()], WITHIN);
}

#[test]
fn threads_do_not_matter() {
    same_on_any_threads(|| {
        let x = logits(3_000, 37);
        let (mut y, mut dx) = (vec![0.0; x.len()], vec![0.0; x.len()]);
        forward(37, &x, &mut y);
        backward(37, &y, &x, &mut dx);
        let mut log = vec![0.0; x.len()];
        log_forward(37, &x, &mut log);
        let (labels, mut losses) = (vec![5; 3_000], vec![0.0; 3_000]);
        let mut gradient = vec![0.0; x.len()];
        cross_entropy_of_labels(&x, &labels, 1.0, &mut losses, Some(&mut gradient));
        scale_rows(&losses, &mut gradient);
        [y, dx, log, losses, gradient].concat()
    });
}
