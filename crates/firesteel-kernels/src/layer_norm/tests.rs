// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::naive;
use crate::testing::{Within, close, numbers, on_every_isa, placed, room, same_on_any_threads};
use crate::vector::MAX_LANES;

on_every_isa!(equals_naive, every_offset, a_large_mean_costs_nothing, odd_numbers);

const SHAPES: [[usize; 2]; 8] =
    [[0, 3], [1, 1], [5, 3], [300, 10], [70, 64], [2_000, 67], [3, 5_001], [40, 700]];

fn forward(norm: &LayerNorm<'_>, x: &[f32]) -> Vec<f32> {
    let mut y = vec![f32::NAN; x.len()];
    norm.forward(x, &mut y);
    y
}

fn backward(norm: &LayerNorm<'_>, x: &[f32], dy: &[f32]) -> [Vec<f32>; 3] {
    let mut dx = vec![f32::NAN; x.len()];
    let (mut dgamma, mut dbeta) = (vec![f32::NAN; norm.width], vec![f32::NAN; norm.width]);
    let out = Gradients { x: &mut dx, gamma: &mut dgamma, beta: &mut dbeta };
    norm.backward(x, dy, out);
    [dx, dgamma, dbeta]
}

fn equals_naive() {
    for [rows, width] in SHAPES {
        let (x, dy) = (numbers(rows * width, 1), numbers(rows * width, 2));
        let (gamma, beta) = (numbers(width, 3), numbers(width, 4));
        for (gamma, beta) in [(None, None), (Some(&*gamma), Some(&*beta))] {
            let norm = LayerNorm { width, gamma, beta, epsilon: 1e-3 };
            let within = Within { absolute: 5e-6, relative: 2e-6 };
            close("y", &forward(&norm, &x), &naive::layer_norm(&norm, &x), within);
            let [dx, dgamma, dbeta] = backward(&norm, &x, &dy);
            let want = naive::layer_norm_backward(&norm, &x, &dy);
            close("dx", &dx, &want[0], Within { absolute: 5e-5, relative: 1e-5 });
            let within = Within { absolute: 4e-6 * (rows as f64).sqrt(), relative: 2e-6 };
            close("dgamma", &dgamma, &want[1], within);
            close("dbeta", &dbeta, &want[2], within);
        }
    }
}

fn every_offset() {
    let (width, within) = (37, Within { absolute: 5e-5, relative: 1e-5 });
    for offset in 1..=MAX_LANES {
        let x = placed(offset, &numbers(5 * width, 1));
        let dy = placed(offset / 2, &numbers(5 * width, 2));
        let [gamma, beta] = [3, 4].map(|seed| placed(offset / 3, &numbers(width, seed)));
        let norm = LayerNorm { width, gamma: Some(&gamma), beta: Some(&beta), epsilon: 1e-3 };
        let mut y = room(offset / 2, x.len());
        norm.forward(&x, &mut y);
        close("y", &y, &naive::layer_norm(&norm, &x), within);
        let mut dx = room(offset / 3, x.len());
        let [mut dgamma, mut dbeta] = [(); 2].map(|()| room(offset, width));
        let out = Gradients { x: &mut dx, gamma: &mut dgamma, beta: &mut dbeta };
        norm.backward(&x, &dy, out);
        let want = naive::layer_norm_backward(&norm, &x, &dy);
        close("dx", &dx, &want[0], within);
        close("dgamma", &dgamma, &want[1], within);
        close("dbeta", &dbeta, &want[2], within);
    }
}

fn a_large_mean_costs_nothing() {
    let x: Vec<f32> = numbers(40 * 300, 1).iter().map(|x| 1_000.0 + x).collect();
    let norm = LayerNorm { width: 300, gamma: None, beta: None, epsilon: 1e-3 };
    let within = Within { absolute: 5e-6, relative: 2e-6 };
    close("y", &forward(&norm, &x), &naive::layer_norm(&norm, &x), within);
}

/// What is no number stays in its row, and a row of equal numbers is all offset.
fn odd_numbers() {
    for odd in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut x = numbers(3 * 19, 1);
        x[19 + 17] = odd;
        let norm = LayerNorm { width: 19, gamma: None, beta: None, epsilon: 1e-3 };
        let y = forward(&norm, &x);
        assert!(y[19..38].iter().all(|y| y.is_nan()));
        assert!(y[..19].iter().chain(&y[38..]).all(|y| y.is_finite()));
    }
    let beta = numbers(19, 2);
    let norm = LayerNorm { width: 19, gamma: None, beta: Some(&beta), epsilon: 1e-3 };
    assert_eq!(forward(&norm, &[0.5; 19]), beta);
}

#[test]
fn threads_do_not_matter() {
    same_on_any_threads(|| {
        let (x, dy) = (numbers(5_000 * 33, 1), numbers(5_000 * 33, 2));
        let norm = LayerNorm { width: 33, gamma: None, beta: None, epsilon: 1e-3 };
        let gradients = backward(&norm, &x, &dy);
        [forward(&norm, &x), gradients.concat()].concat()
    });
}
